#!/usr/bin/env python3
"""scripts/sweep against `swimsim study`: the same bytes, whoever runs the points.

    sweep_test.py BINARY local    two jobs at a time, one of them killed half way
    sweep_test.py BINARY slurm    the same through a real slurmctld and slurmd on this machine
    sweep_test.py BINARY bites    a changed result must be seen

Skips with the reason where snakemake or Slurm is not installed (Debian: snakemake slurmctld slurmd slurm-client munge).
"""
import contextlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

from skipping import skip

SWEEP = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "sweep"
SETTINGS = """schema: swimsim-study/1
name: smoke
workload: lenet_glyphs
set:
  network.train.epochs: 1
  dataset.train_images: 2000
  dataset.test_images: 500
  programming.driver: batched
  selection.selectors: [swim, magnitude, random]
  selection.fractions: [0, 0.1, 0.5, 1]
  selection.images: 500
grid:
  device.card: [swim_pulse, reram_neurram_like]
trials: {at_most: 12}
"""
JOURNAL_RECORDS_BEFORE_KILL = 5


def missing(*programs):
    return [program for program in programs if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None]


def contents(folder):
    """Every file of a study but its journals, manifests without what may differ."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == "trials.journal":
            continue
        data = path.read_bytes()
        files[path.relative_to(folder).as_posix()] = data.split(b'"volatile"')[0] if path.name == "manifest.json" else data
    return files


def compare(expected, found):
    """Names of files that differ or are in one of them only."""
    return sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))


def records(journal):
    """How many programmings a journal holds."""
    try:
        data = journal.read_bytes()
    except FileNotFoundError:
        return 0
    at, count = 64, 0
    while at + 80 <= len(data):
        at += 80 + int.from_bytes(data[at + 8 : at + 16], "little")
        count += 1
    return count


def wait_for(condition, seconds, what):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise SystemExit(f"waited {seconds} s for {what}")


class Slurm:
    """A cluster of one node on this machine, under a folder of its own."""

    def __init__(self, folder):
        self.folder, self.running = folder, []
        for name in ("state", "spool", "munge"):
            (folder / name).mkdir(mode=0o755)
        self.socket = folder / "munge" / "socket"
        self.conf = folder / "slurm.conf"
        self.conf.write_text(self._settings())
        self.environment = {"SLURM_CONF": str(self.conf)}

    def _settings(self):
        host = socket.gethostname().split(".")[0]
        ports = []
        for _ in range(2):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                ports.append(probe.getsockname()[1])
        return f"""ClusterName=swimsimtest
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={self.socket}
CredType=cred/munge
SlurmUser=root
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
MinJobAge=300
PlugStackConfig=/dev/null
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""

    def start(self, name, *command):
        log = open(self.folder / f"{name}.out", "wb")
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        environment = {**os.environ, **self.environment, "PATH": path}
        self.running.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment))

    def __enter__(self):
        key = self.folder / "munge" / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        files = [f"--{name}={self.folder}/munge/{name.split('-')[0]}" for name in ("pid-file", "log-file", "seed-file")]
        self.start("munged", "munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.socket}", *files)
        wait_for(self.socket.exists, 20, "munged")
        self.start("slurmctld", "slurmctld", "-D", "-f", str(self.conf))
        self.start("slurmd", "slurmd", "-D", "-f", str(self.conf))
        wait_for(lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"), 60, f"an idle node:\n{self.logs()}")
        return self

    def ask(self, *command):
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **self.environment}).stdout

    def logs(self):
        return "\n".join(path.read_text(errors="replace")[-2000:] for path in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")))

    def __exit__(self, *_):
        self.ask("scancel", "--state=PENDING", "--me")
        self.ask("scancel", "--state=RUNNING", "--me")
        for process in reversed(self.running):
            process.terminate()
        for process in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def program_of_point(out, number):
    """The process that runs a point, not its children: the one whose parent is another program."""
    parents = {}
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if words[1:2] == [b"study"] and os.fsencode(out) in words and str(number).encode() in words:
                parents[int(entry.name)] = int(re.search(r"\) . (\d+) ", (entry / "stat").read_text()).group(1))
    return [pid for pid, parent in parents.items() if parent not in parents]


def run(binary, folder, slurm):
    environment = {**os.environ, "SWIMSIM": binary, "SWIMSIM_CACHE": str(folder / "cache"), "HOME": str(folder), **(slurm.environment if slurm else {})}
    study = folder / "smoke.yaml"
    study.write_text(SETTINGS)
    subprocess.run([binary, "study", study, "--out", folder / "whole"], check=True, env=environment, capture_output=True)

    out = folder / "swept"
    command = [SWEEP, study, "--out", out, "-j", "2"] + (["--slurm"] if slurm else [])
    with open(folder / "sweep.log", "wb") as log:
        sweep = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            journal = out / "points" / "002-card=reram_neurram_like" / "trials.journal"
            wait_for(lambda: records(journal) >= JOURNAL_RECORDS_BEFORE_KILL or sweep.poll() is not None, 180, "a point that is under way")
            if slurm:
                jobs = [line.split()[0] for line in slurm.ask("squeue", "--noheader", "--format=%i %T").splitlines() if "RUNNING" in line]
                killed = jobs[-1:]
                for job in killed:
                    slurm.ask("scancel", "--signal=KILL", "--full", job)
            else:
                killed = program_of_point(out, 2)
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
            code = sweep.wait(400)
        finally:
            sweep.kill()
    text = (folder / "sweep.log").read_text(errors="replace")
    if code != 0:
        logs = "\n".join(f"{path}:\n{path.read_text(errors='replace')}" for path in (folder / "swept-sweep").rglob("*") if path.suffix in (".log", ".out"))
        raise SystemExit(f"sweep failed with {code}:\n{text}\n{logs}\n{slurm.logs() if slurm else ''}")
    if not killed or "Trying to restart job" not in text:
        raise SystemExit(f"no job was killed and tried again: {killed}\n{text}")
    different = compare(contents(folder / "whole"), contents(out))
    for point in ("001-card=swim_pulse", "002-card=reram_neurram_like"):
        here, there = (records(folder / run / "points" / point / "trials.journal") for run in ("whole", "swept"))
        if here != there:
            different.append(f"{point}: {there} programmings in the journal, {here} are needed")
    again = subprocess.run(command, env=environment, capture_output=True, text=True)
    if again.returncode != 0 or "Nothing to be done" not in again.stdout + again.stderr:
        different.append(f"a finished sweep was not left alone:\n{again.stdout}{again.stderr}")
    print("\n".join(different) or f"{len(contents(out))} files, the same bytes, one job killed and tried again")
    return 1 if different else 0


def bites():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for run, text in (("a", "1"), ("b", "2")):
            (folder / run).mkdir()
            (folder / run / "results.csv").write_text(text)
            (folder / run / "same.csv").write_text("x")
            (folder / run / "manifest.json").write_text('{"version": 1, "volatile": {"date": "' + text + '"}}')
        (folder / "b" / "more.csv").write_text("x")
        found = compare(contents(folder / "a"), contents(folder / "b"))
    print(found)
    return 0 if found == ["more.csv", "results.csv"] else 1


def main():
    binary, mode = str(pathlib.Path(sys.argv[1]).resolve()), sys.argv[2]
    if mode == "bites":
        return bites()
    wanted = ["snakemake"] + (["munged", "slurmctld", "slurmd", "sbatch"] if mode == "slurm" else [])
    if lacking := missing(*wanted):
        skip(f"not installed: {', '.join(lacking)}")
    if mode == "slurm" and os.geteuid() != 0:
        skip("slurmd wants to be root")
    with tempfile.TemporaryDirectory(prefix="swimsim_sweep_") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # munge looks at who may write where its socket is
        if mode == "local":
            return run(binary, folder, None)
        (folder / "slurm").mkdir()
        with Slurm(folder / "slurm") as slurm:
            return run(binary, folder, slurm)


if __name__ == "__main__":
    sys.exit(main())
