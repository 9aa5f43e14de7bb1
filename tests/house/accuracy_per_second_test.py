#!/usr/bin/env python3
"""scripts/accuracy-per-second on results written by hand, whose figures are known in closed form."""
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/accuracy-per-second"
HEADER = "selector,fraction,trial,time_ps,accuracy\n"


def answer(*results, options=()):
    """What the script prints about these texts of trials.csv: {first cell of a line: its other cells}."""
    with tempfile.TemporaryDirectory() as folder:
        folders = []
        for number, text in enumerate(results):
            path = pathlib.Path(folder) / str(number)
            path.mkdir()
            (path / "trials.csv").write_text(HEADER + text)
            folders.append(str(path))
        printed = subprocess.run([sys.executable, SCRIPT, *folders, *options], capture_output=True, text=True, check=True).stdout
    lines = {}
    for line in printed.splitlines():
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        if cells:
            lines.setdefault(cells[0], []).append(cells[1:])
    return lines, printed


# From 1 s and nothing to 3 s and everything right; `early` is there after 2 s.
STRAIGHT = "late,0,0,1000000000000,0\nlate,1,0,3000000000000,1\n"
EARLY = "early,0.5,0,2000000000000,1\n"


class Figures(unittest.TestCase):
    def test_of_a_straight_line(self):
        lines, _ = answer(STRAIGHT, options=["--drop", "0.1"])
        linear, log, reached, _ = lines["`late`"][0]
        self.assertAlmostEqual(float(linear), 50, delta=0.006)
        self.assertAlmostEqual(float(log), 100 * (2 - math.log(3)) / 2 / math.log(3), delta=0.006)
        self.assertAlmostEqual(float(reached), 100 * (1 + 0.9 * 2) / 3, delta=0.06)
        self.assertEqual(lines["`late`"][1][4], "0.00")  # at 30 % of the full time the blind write is not done
        self.assertAlmostEqual(float(lines["`late`"][1][7]), 100 * (0.7 * 3 - 1) / 2, delta=0.006)

    def test_ends_are_common_and_differences_are_from_the_first(self):
        lines, _ = answer(STRAIGHT, EARLY)
        linear, _, reached, difference = lines["`early`"][0]
        self.assertAlmostEqual(float(linear), 75, delta=0.006)
        self.assertAlmostEqual(float(reached), 100 * (1 + 0.995) / 3, delta=0.06)
        self.assertEqual(difference.split(",")[0], "25.00")

    def test_intervals_are_students(self):
        second = STRAIGHT.replace(",0,1000", ",1,1000").replace(",0,3000", ",1,3000").replace("1000000000000,0", "1000000000000,0.5")
        lines, printed = answer(STRAIGHT + second)
        mean, half = lines["`late`"][0][0].split(" +- ")
        self.assertAlmostEqual(float(mean), 62.5, delta=0.006)
        self.assertAlmostEqual(float(half), 12.706 * 12.5, delta=0.01)  # t of one degree of freedom; standard error 25 / 2
        self.assertIn("2 trials", printed)

    def test_trials_that_a_folder_lacks_are_left_out(self):
        more = STRAIGHT.replace(",0,1000", ",1,1000").replace(",0,3000", ",1,3000")
        self.assertEqual(answer(STRAIGHT + more, EARLY)[0], answer(STRAIGHT, EARLY)[0])

    def test_plot_is_xml(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "plot.svg"
            answer(STRAIGHT, EARLY, options=["--svg", str(path)])
            self.assertEqual(len(xml.etree.ElementTree.parse(path).findall(".//{*}polyline")), 2)


if __name__ == "__main__":
    unittest.main()
