#!/usr/bin/env python3
"""The table in docs/validation.md is what `swimsim validate` says: its figures and verdicts; the digits of what was simulated may differ
from machine to machine.

    validation_docs_test.py BINARY            compares; rows whose data is not here are taken as they stand
    validation_docs_test.py BINARY --update   writes the table
    validation_docs_test.py BINARY --bites    changed tables must be refused
"""
import pathlib
import subprocess
import sys
import tempfile

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "validation.md"
BEGIN, END = "<!-- swimsim validate -->\n", "<!-- end -->\n"


def split(text):
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    return before, table, after


def says(binary):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "table.md")
        answer = subprocess.run([binary, "validate", "--markdown", str(path)], capture_output=True, text=True)
        if answer.returncode not in (0, 1):
            raise SystemExit(f"swimsim validate failed: {answer.stderr}")
        return path.read_text()


def rows(table):
    """Everything but what was simulated, of each row."""
    lines = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines() if line.startswith("|")]
    return [cells[:5] + cells[6:] for cells in lines[2:]]


def lacks_data(table):
    """Rows that the program could not run for want of data, as '12a to 12c' or '12a' stand before the reason."""
    lacking = set()
    for line in table.splitlines():
        if line.startswith("- ") and ": needs SWIMSIM_DATA" in line:
            first, _, last = line[2:].split(":")[0].partition(" to ")
            names = [cells[0] for cells in rows(table)]
            lacking |= set(names[names.index(first) : names.index(last or first) + 1])
    return lacking


def differences(page, program):
    lacking = lacks_data(program)
    here, there = ({cells[0]: cells for cells in rows(table) if cells[0] not in lacking} for table in (page, program))
    return sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))


def main():
    program = says(sys.argv[1])
    before, table, after = split(PAGE.read_text())
    if "--update" in sys.argv:
        if lacks_data(program):
            raise SystemExit("SWIMSIM_DATA is needed to write the table")
        PAGE.write_text(before + BEGIN + "\n" + program + "\n" + END + after)
        return 0
    if "--bites" in sys.argv:
        wrong = [table.replace("| within |", "| outside |", 1), table.replace("| 8.52 |", "| 8.53 |"), table.replace("| 20 |", "| 21 |")]
        return 0 if all(differences(made_up, program) for made_up in wrong) else 1
    different = differences(table, program)
    for name in different:
        print(f"{PAGE}: row {name} is not what `swimsim validate` says; tests/house/validation_docs_test.py BINARY --update writes the table")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
