#!/usr/bin/env python3
"""The table of keys in docs/workload.md is what `swimsim list keys` says.

    docs_test.py BINARY            compares
    docs_test.py BINARY --update   writes the table
    docs_test.py BINARY --bites    a changed table must be refused
"""
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "workload.md"
BEGIN, END = "<!-- swimsim list keys -->\n```\n", "```\n<!-- end -->\n"


def split(text):
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    return before, table, after


def main():
    keys = subprocess.run([sys.argv[1], "list", "keys"], check=True, capture_output=True, text=True).stdout
    before, table, after = split(PAGE.read_text())
    if "--update" in sys.argv:
        PAGE.write_text(before + BEGIN + keys + END + after)
        return 0
    if "--bites" in sys.argv:
        table = table.replace("default 10 ns", "default 11 ns")
        return 0 if table != keys else 1
    if table != keys:
        print(f"{PAGE}: the table of keys is not what `swimsim list keys` says; tests/house/docs_test.py BINARY --update writes it")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
