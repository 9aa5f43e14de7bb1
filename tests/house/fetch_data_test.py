#!/usr/bin/env python3
"""scripts/fetch-data against an HTTP server on this machine, with small made-up data sets.

fetch_data_test.py PATH_OF_FETCH_DATA
"""

import gzip
import hashlib
import http.server
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import threading
import unittest

SCRIPT = None

IMAGES, LABELS = bytes(range(256)) * 40, b"labels" * 10
BATCH, NAMES = b"\x01pixels" * 3000, b"cat\ndog\n\n"


def made_up_archive():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, content in (("batches-bin/batch.bin", BATCH), ("batches-bin/names.txt", NAMES)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


ARCHIVE = made_up_archive()
REBUILT = gzip.compress(BATCH + b"!", mtime=0)
TABLE = {
    "digits": {
        "title": "made-up digits",
        "licence": "none",
        "urls": ["http://127.0.0.1:9/"],
        "files": [
            {"name": "images.gz", "bytes": len(IMAGES), "accept": [{"what": "original", "md5": hashlib.md5(IMAGES).hexdigest()}]},
            {"name": "labels.gz", "bytes": len(LABELS), "accept": [{"what": "original", "md5": hashlib.md5(LABELS).hexdigest()}]},
        ],
    },
    "pictures": {
        "title": "made-up pictures",
        "licence": "none",
        "urls": ["http://127.0.0.1:9/"],
        "archive": {"name": "pictures.tar.gz", "bytes": len(ARCHIVE), "md5": hashlib.md5(ARCHIVE).hexdigest()},
        "files": [
            {
                "name": "batch.bin.gz",
                "member": "batches-bin/batch.bin",
                "accept": [
                    {"what": "original", "git_blob_uncompressed": hashlib.sha1(b"blob %d\0" % len(BATCH) + BATCH).hexdigest()},
                    {"what": "rebuilt copy", "sha256": hashlib.sha256(REBUILT).hexdigest()},
                ],
            },
            # Its sum on record is wrong: the archive's sum decides.
            {"name": "names.txt", "member": "batches-bin/names.txt", "accept": [{"what": "original", "sha256": "0" * 64}]},
            {"name": "notes.txt", "optional": True, "accept": [{"what": "notes", "sha256": hashlib.sha256(b"notes").hexdigest()}]},
        ],
    },
}


class Server(http.server.ThreadingHTTPServer):
    """Serves self.pages: path -> bytes, or (bytes, announced length)."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.requests = {}, []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        page = self.server.pages.get(self.path)
        if page is None:
            self.send_error(404)
            return
        content, announced = page if isinstance(page, tuple) else (page, len(page))
        self.send_response(200)
        self.send_header("Content-Length", str(announced))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class FetchData(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"
        self.table = self.folder / "table.json"
        self.table.write_text(json.dumps(TABLE), encoding="utf-8")
        self.server.pages = {"/d/images.gz": IMAGES, "/d/labels.gz": LABELS, "/p/pictures.tar.gz": ARCHIVE}
        self.home = f"http://127.0.0.1:{self.server.server_address[1]}"

    def fetch(self, *arguments, homes=True, environment=None):
        command = [sys.executable, "-B", SCRIPT, "--table", self.table, "--delay", "0.01", "--timeout", "10"]
        if environment is None:
            command += ["--data", self.data]
        if homes:
            command += ["--url-base", f"digits={self.home}/d", "--url-base", f"pictures={self.home}/p/"]
        clean = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy") and name != "SWIMSIM_DATA"}
        done = subprocess.run(
            [str(word) for word in command + list(arguments)],
            env={**clean, **(environment or {})},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout

    def files(self, top=None):
        top = top or self.data
        return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())

    def test_brings_the_files_then_leaves_them_alone(self):
        code, output = self.fetch("digits")
        self.assertEqual(code, 0, output)
        self.assertEqual(self.files(), ["digits/images.gz", "digits/labels.gz"])
        self.assertEqual((self.data / "digits/images.gz").read_bytes(), IMAGES)
        times = [(self.data / name).stat().st_mtime_ns for name in self.files()]
        self.server.requests.clear()
        code, output = self.fetch("digits")
        self.assertEqual(code, 0, output)
        self.assertEqual(output.count("there already (original)"), 2, output)
        self.assertEqual(self.server.requests, [])
        self.assertEqual(times, [(self.data / name).stat().st_mtime_ns for name in self.files()])

    def test_all_sets_by_default(self):
        code, output = self.fetch()
        self.assertEqual(code, 0, output)
        self.assertEqual(len(self.files()), 5, self.files())

    def test_data_folder_from_the_environment_and_by_default(self):
        self.assertEqual(self.fetch("digits", environment={"SWIMSIM_DATA": str(self.folder / "there")})[0], 0)
        self.assertEqual(self.files(self.folder / "there"), ["digits/images.gz", "digits/labels.gz"])
        self.assertEqual(self.fetch("digits", environment={"SWIMSIM_DATA": ""})[0], 0)
        self.assertEqual(self.files(self.folder / "data"), ["digits/images.gz", "digits/labels.gz"])

    def test_a_wrong_file_on_disk_is_replaced(self):
        self.fetch("digits")
        (self.data / "digits/labels.gz").write_bytes(b"x" * len(LABELS))
        self.server.requests.clear()
        code, output = self.fetch("digits")
        self.assertEqual(code, 0, output)
        self.assertIn("not as expected", output)
        self.assertEqual((self.data / "digits/labels.gz").read_bytes(), LABELS)
        self.assertEqual(self.server.requests, ["/d/labels.gz"])

    def test_a_corrupted_file_is_refused(self):
        self.server.pages["/d/images.gz"] = b"X" + IMAGES[1:]
        code, output = self.fetch("digits")
        self.assertEqual(code, 2, output)
        self.assertIn("wrong checksum", output)
        self.assertEqual(self.files(), [])
        self.assertEqual(self.server.requests, ["/d/images.gz"], "a wrong file is not asked for twice")

    def test_a_file_of_another_size_is_refused(self):
        self.server.pages["/d/images.gz"] = IMAGES + b"more"
        code, output = self.fetch("digits")
        self.assertEqual(code, 2, output)
        self.assertEqual(self.files(), [])

    def test_a_missing_file(self):
        del self.server.pages["/d/labels.gz"]
        code, output = self.fetch("digits")
        self.assertEqual(code, 4, output)
        self.assertIn("404", output)
        self.assertEqual(self.files(), ["digits/images.gz"])
        self.assertEqual(self.server.requests.count("/d/labels.gz"), 1, "a missing file is not asked for twice")

    def test_a_truncated_transfer_is_tried_again_and_leaves_nothing(self):
        self.server.pages["/d/images.gz"] = (IMAGES[:1000], len(IMAGES))
        code, output = self.fetch("digits", "--attempts", "2")
        self.assertEqual(code, 4, output)
        self.assertIn(f"ended after 1000 of {len(IMAGES)} bytes", output)
        self.assertEqual(self.files(), [])
        self.assertEqual(self.server.requests, ["/d/images.gz"] * 2)

    def test_no_server(self):
        code, output = self.fetch("digits", "--attempts", "1", homes=False)
        self.assertEqual(code, 4, output)
        self.assertEqual(self.files(), [])

    def test_the_second_home_serves_where_the_first_fails(self):
        base = f"digits={self.home}/nowhere"
        code, output = self.fetch("--url-base", base, "--url-base", f"digits={self.home}/d", "digits", homes=False)
        self.assertEqual(code, 0, output)
        self.assertIn("404", output)
        self.assertEqual(self.files(), ["digits/images.gz", "digits/labels.gz"])

    def test_one_set_failing_does_not_stop_the_next(self):
        self.server.pages["/d/images.gz"] = b"wrong"
        code, output = self.fetch()
        self.assertEqual(code, 2, output)
        self.assertIn("pictures/batch.bin.gz", self.files())

    def test_an_archive_is_unpacked_once(self):
        code, output = self.fetch("pictures")
        self.assertEqual(code, 0, output)
        self.assertEqual(self.files(), ["pictures/SHA256SUMS", "pictures/batch.bin.gz", "pictures/names.txt"])
        self.assertEqual(gzip.decompress((self.data / "pictures/batch.bin.gz").read_bytes()), BATCH)
        self.assertEqual((self.data / "pictures/names.txt").read_bytes(), NAMES)
        self.server.requests.clear()
        code, output = self.fetch("pictures")
        self.assertEqual(code, 0, output)
        self.assertEqual(output.count("there already (original)"), 2, output)
        self.assertEqual(self.server.requests, [])
        (self.data / "pictures/names.txt").write_bytes(b"mouse\n")
        code, output = self.fetch("pictures")
        self.assertEqual(code, 0, output)
        self.assertEqual((self.data / "pictures/names.txt").read_bytes(), NAMES)

    def test_a_corrupted_archive_is_refused(self):
        self.server.pages["/p/pictures.tar.gz"] = ARCHIVE[:-1] + b"X"
        code, output = self.fetch("pictures")
        self.assertEqual(code, 2, output)
        self.assertEqual(self.files(), [])

    def test_from_a_folder(self):
        source = self.folder / "source"
        for name, content in {"digits/images.gz": IMAGES, "digits/labels.gz": LABELS}.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(content)
        code, output = self.fetch("--from", source, "digits")
        self.assertEqual(code, 0, output)
        self.assertEqual(self.files(), ["digits/images.gz", "digits/labels.gz"])
        self.assertEqual(self.server.requests, [])
        code, output = self.fetch("--from", source, "digits")
        self.assertEqual(output.count("there already"), 2, output)

    def test_from_a_folder_says_which_copy(self):
        source = self.folder / "source/pictures"
        source.mkdir(parents=True)
        (source / "batch.bin.gz").write_bytes(REBUILT)
        code, output = self.fetch("--from", source.parent, "pictures")
        self.assertEqual(code, 2, output)
        self.assertIn("rebuilt copy", output)
        self.assertIn("names.txt does not exist", output)
        (source / "batch.bin.gz").write_bytes(gzip.compress(BATCH, compresslevel=1))
        self.assertIn("pictures/batch.bin.gz: there already (rebuilt copy)", self.fetch("--from", source.parent, "pictures")[1])
        (self.data / "pictures/batch.bin.gz").unlink()
        self.assertIn("pictures/batch.bin.gz: original", self.fetch("--from", source.parent, "pictures")[1])

    def test_from_a_folder_with_a_wrong_file(self):
        source = self.folder / "source/digits"
        source.mkdir(parents=True)
        (source / "images.gz").write_bytes(IMAGES[:-1])
        code, output = self.fetch("--from", source.parent, "digits")
        self.assertEqual(code, 2, output)
        self.assertIn("wrong checksum", output)
        self.assertEqual(self.files(), [])

    def test_wrong_command_lines(self):
        for arguments, words in (
            (["nothing"], "known: digits, pictures"),
            (["--url-base", "nothing=http://x/"], "NAME=URL"),
            (["--from", self.folder / "nowhere"], "no such folder"),
            (["--table", self.folder / "nowhere.json"], "nowhere.json"),
        ):
            code, output = self.fetch(*arguments)
            self.assertEqual(code, 2, output)
            self.assertIn(words, output)

    def test_list(self):
        code, output = self.fetch("--list")
        self.assertEqual(code, 0, output)
        self.assertIn("digits", output)
        self.assertIn("http://127.0.0.1:9/pictures.tar.gz", output)

    def test_the_shipped_table_is_sound(self):
        table = json.loads((pathlib.Path(SCRIPT).parent / "data-sets.json").read_text(encoding="utf-8"))
        self.assertEqual(sorted(table), ["cifar-10", "fashion-mnist", "mnist"])
        lengths = {"md5": 32, "sha256": 64, "git_blob_uncompressed": 40}
        for name, one in table.items():
            self.assertTrue(all(url.endswith("/") for url in one["urls"]), name)
            for entry in one["files"]:
                for accept in entry["accept"]:
                    kinds = set(accept) - {"what"}
                    self.assertEqual(len(kinds), 1, entry)
                    for kind in kinds:
                        self.assertRegex(accept[kind], f"^[0-9a-f]{{{lengths[kind]}}}$", entry)


if __name__ == "__main__":
    SCRIPT = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main()
