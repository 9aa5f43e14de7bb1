#!/usr/bin/env python3
"""Walks the includes of models/ and sim/ and fails on an arrow that runs back (README.md lists the rooms).

layer_test.py [ROOT]    checks the tree
layer_test.py --bites   checks that the check bites, on made-up trees
"""

import pathlib
import re
import sys
import tempfile

import cpp_source

_MODELS = {"models/" + room for room in ("common", "dataset", "device", "fitting", "array", "programming", "network", "selection", "inference")}

# room -> rooms it may include, itself apart. A new room is a line here and a line in its CMakeLists.txt.
ALLOWED = {
    "models/common": set(),
    "models/device": {"models/common"},
    "models/fitting": {"models/device", "models/common"},
    "models/array": {"models/device", "models/common"},
    "models/programming": {"models/array", "models/device", "models/common"},
    "models/selection": {"models/array", "models/device", "models/common"},
    "models/dataset": {"models/common"},
    "models/network": {"models/dataset", "models/common"},
    "models/inference": {"models/network", "models/dataset", "models/array", "models/device", "models/common"},
    "sim/workload": {"models/device", "models/common"},
    "sim/hardware": {"models/inference", "models/network", "models/dataset", "models/programming", "models/array", "models/device", "models/common"},
    "sim/validation": {"models/programming", "models/array", "models/device", "models/common"},
    "sim/engine": {"sim/workload"} | _MODELS,
    "sim/report": {"sim/engine", "sim/workload", "models/common"},
    "sim/study": {"sim/engine", "sim/report", "sim/workload", "models/common"},
    "sim/app": {"sim/engine", "sim/hardware", "sim/report", "sim/study", "sim/validation", "sim/workload"} | _MODELS,
}

# library headers that only one room may include
ONLY_IN = [(re.compile(r"systemc(\.h)?|(sysc|tlm|tlm_core|tlm_utils)/.*|tlm(\.h)?|tlm_\w+(\.h)?"), "sim/hardware", "SystemC")]

_INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def room_of(path):
    """'models/common' of models/common/anything, or None."""
    parts = pathlib.PurePosixPath(path).parts
    return "/".join(parts[:2]) if len(parts) > 2 and parts[0] in ("models", "sim") else None


def check_layers(root):
    """All violations as 'FILE:LINE: what', and the number of includes that were looked at."""
    root = pathlib.Path(root).resolve()
    problems, seen = [], 0
    generated = {path.name[: -len(".in")] for path in root.glob("cmake/*.in")} | {path.name[: -len(".in")] for path in root.glob("*/**/*.h.in")}
    for path in cpp_source.sources(root, "models", "sim"):
        relative = path.relative_to(root).as_posix()
        room = room_of(relative)
        if room not in ALLOWED:
            problems.append(f"{relative}:1: room '{room or path.parent.name}' is unknown; known: {', '.join(sorted(ALLOWED))}")
            continue
        for number, line in enumerate(cpp_source.code_lines(path.read_text(encoding="utf-8")), 1):
            match = _INCLUDE.match(line)
            if not match:
                continue
            seen += 1
            place, target = f"{relative}:{number}", match.group(2)
            for pattern, owner, name in ONLY_IN:
                if pattern.fullmatch(target) and room != owner:
                    problems.append(f"{place}: {room} includes <{target}>; only {owner} may include {name}")
            to = room_of(target)
            if match.group(1) == "<" and to is None:
                continue
            if to is None:
                beside = path.parent / target
                if beside.exists():
                    to = room_of(beside.resolve().relative_to(root).as_posix()) if root in beside.resolve().parents else None
                elif pathlib.PurePosixPath(target).name in generated:
                    continue
            if to is None:
                problems.append(f'{place}: "{target}" lies in no room; includes start at the repository root')
            elif to not in ALLOWED:
                problems.append(f"{place}: room '{to}' is unknown; known: {', '.join(sorted(ALLOWED))}")
            elif to != room and to not in ALLOWED[room]:
                may = ", ".join(sorted(ALLOWED[room])) or "nothing"
                problems.append(f'{place}: {room} includes "{target}": the arrow to {to} runs back ({room} may include {may})')
    return problems, seen


def bites():
    """Every made-up mistake must be found at its place, and a sound tree must pass."""
    header = "#pragma once\n"
    sound = {
        "models/common/units.h": header,
        "models/device/device.h": header + '#include <vector>\n#include "models/common/units.h"\n',
        "models/programming/machine.h": header + '#include "models/device/device.h"\n#include "local.h"\n',
        "models/programming/local.h": header + '// #include "sim/app/main.h"\n/*\n#include <systemc>\n*/\n',
        "sim/hardware/tile.h": header + '#include <systemc>\n#include "models/programming/machine.h"\n',
        "sim/engine/run.h": header + '#include "models/programming/machine.h"\n',
        "sim/app/main.cpp": '#include "sim/engine/run.h"\n#include "sim/hardware/tile.h"\n',
    }
    wrong = {
        "an arrow back in models": ("models/common/units.h", '\n#include "models/device/device.h"\n', "models/common/units.h:3: "),
        "an arrow back written relative": ("models/common/units.h", '\n#include "../device/device.h"\n', "models/common/units.h:3: "),
        "an arrow back in angle brackets": ("models/common/units.h", "\n#include <models/device/device.h>\n", "models/common/units.h:3: "),
        "models include sim": ("models/device/device.h", '#include "sim/engine/run.h"\n', "models/device/device.h:4: "),
        "engine includes hardware": ("sim/engine/run.h", '#include "sim/hardware/tile.h"\n', "sim/engine/run.h:3: "),
        "hardware includes engine": ("sim/hardware/tile.h", '  #  include "sim/engine/run.h"\n', "sim/hardware/tile.h:4: "),
        "SystemC in models": ("models/programming/machine.h", "#include <systemc>\n", "models/programming/machine.h:4: "),
        "SystemC in the engine": ("sim/engine/run.h", "#include <systemc.h>\n", "sim/engine/run.h:3: "),
        "SystemC's inside in the app": ("sim/app/main.cpp", "#include <sysc/kernel/sc_time.h>\n", "sim/app/main.cpp:3: "),
        "network includes programming": ("models/network/graph.h", header + '#include "models/programming/machine.h"\n', "models/network/graph.h:2: "),
        "an unknown room": ("models/magic/spell.h", header, "models/magic/spell.h:1: "),
        "a file outside the rooms": ("sim/loose.cpp", "int x;\n", "sim/loose.cpp:1: "),
        "an include of an unknown room": ("sim/app/main.cpp", '#include "models/magic/spell.h"\n', "sim/app/main.cpp:3: "),
        "an include that lies nowhere": ("sim/app/main.cpp", '#include "nowhere.h"\n', "sim/app/main.cpp:3: "),
    }
    failures = []

    def verdict(extra):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**sound, **{path: sound.get(path, "") + line for path, line in extra.items()}}.items():
                target = pathlib.Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, encoding="utf-8")
            return check_layers(folder)[0]

    if verdict({}):
        failures.append(f"the sound tree fails: {verdict({})}")
    for name, (path, line, place) in wrong.items():
        problems = verdict({path: line})
        if len(problems) != 1 or not problems[0].startswith(place):
            failures.append(f"{name}: expected one problem at {place.strip()}, found {problems}")
    for failure in failures:
        print(failure)
    print(f"layers: {len(wrong)} made-up mistakes, {len(failures)} not caught")
    return 1 if failures else 0


def main(arguments):
    if arguments == ["--bites"]:
        return bites()
    root = arguments[0] if arguments else pathlib.Path(__file__).resolve().parents[2]
    problems, seen = check_layers(root)
    for problem in problems:
        print(problem)
    if seen == 0:
        print(f"no includes found below {root}: wrong folder?")
        return 1
    print(f"layers: {seen} includes, {len(problems)} wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
