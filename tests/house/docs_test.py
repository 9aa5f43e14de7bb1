#!/usr/bin/env python3
"""The tables that the program prints stand in the documentation as it prints them: keys in docs/workload.md, registers in
docs/host-port.md.

    docs_test.py BINARY            compares
    docs_test.py BINARY --update   writes the tables
    docs_test.py BINARY --bites    changed tables must be refused
"""
import pathlib
import subprocess
import sys

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
END = "```\n<!-- end -->\n"

# what to list: the page, and a change of the table that must be found
TABLES = {
    "keys": ("workload.md", ("default 10 ns", "default 11 ns")),
    "registers": ("host-port.md", ("RW ", "RO ")),
}


def split(text, begin):
    before, rest = text.split(begin)
    table, after = rest.split(END)
    return before, table, after


def check(binary, what, mode):
    name, (old, new) = TABLES[what]
    page, begin = DOCS / name, f"<!-- swimsim list {what} -->\n```\n"
    says = subprocess.run([binary, "list", what], check=True, capture_output=True, text=True).stdout
    before, table, after = split(page.read_text(), begin)
    if mode == "--update":
        page.write_text(before + begin + says + END + after)
        return True
    if mode == "--bites":
        return table.replace(old, new) != says
    if table != says:
        print(f"{page}: the table is not what `swimsim list {what}` says; tests/house/docs_test.py BINARY --update writes it")
    return table == says


def main():
    mode = sys.argv[2] if len(sys.argv) > 2 else ""
    return 0 if all([check(sys.argv[1], what, mode) for what in TABLES]) else 1


if __name__ == "__main__":
    sys.exit(main())
