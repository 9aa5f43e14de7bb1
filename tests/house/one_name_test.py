#!/usr/bin/env python3
"""A type name stands for one type: two files that define the same name outside an anonymous namespace break the one-definition rule, and
the linker silently merges their templates.

    one_name_test.py ROOT
    one_name_test.py --bites      a made-up tree with such a pair must be refused
"""
import collections
import pathlib
import re
import sys
import tempfile

DEFINITION = re.compile(r"^(?:struct|class|enum class|union)\s+([A-Za-z_]\w*)(?:\s+final)?\s*(?::[^:][^;{]*)?\{", re.M)
ANONYMOUS = re.compile(r"^namespace \{\n.*?^\}.*?$", re.M | re.S)


def doubles(root):
    places = collections.defaultdict(list)
    for folder in ("models", "sim"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            text = ANONYMOUS.sub("", path.read_text())
            for name in DEFINITION.findall(text):
                places[name].append(str(path.relative_to(root)))
    return {name: files for name, files in places.items() if len(files) > 1}


def bites():
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {
            "models/a.h": "namespace swimsim {\nstruct Point {\n  float x;\n};\n}\n",
            "sim/b.h": "namespace swimsim {\nstruct Point {\n  double fraction;\n};\n}\n",
            "sim/c.cpp": "namespace swimsim {\nnamespace {\nstruct Hidden {\n};\n}\n}\n",
            "sim/d.cpp": "namespace swimsim {\nnamespace {\nstruct Hidden {\n};\n}\n}\n",
        }.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text)
        return 0 if list(doubles(root)) == ["Point"] else 1


def main():
    if sys.argv[1] == "--bites":
        return bites()
    found = doubles(pathlib.Path(sys.argv[1]))
    for name, files in found.items():
        print(f"{name} is defined in {' and in '.join(files)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
