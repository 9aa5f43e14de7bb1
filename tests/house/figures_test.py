#!/usr/bin/python3
"""scripts/figures: curves whose figures are known in closed form, and that pages and tables are filled as they say.

Skips with the reason where Debian's python3-matplotlib, python3-pandas or python3-scipy is not installed."""
import math
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

from skipping import skip

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
try:
    import pandas
    from figures import curves, drawing, latex, pages, per_second
except ImportError as error:
    skip(error)

HEADER = "selector,fraction,trial,nwc,time_ps,energy_aJ,accuracy,price\n"


def frame(*texts):
    """The trials of folders with these lines: selector, fraction, trial, seconds, accuracy."""
    with tempfile.TemporaryDirectory() as root:
        folders = []
        for number, text in enumerate(texts):
            folder = pathlib.Path(root) / str(number)
            folder.mkdir()
            lines = [line.split(",") for line in text.split()]
            (folder / "trials.csv").write_text(HEADER + "".join(f"{s},{f},{t},{f},{float(x) * 1e12:.0f},0,{a},\n" for s, f, t, x, a in lines))
            folders.append(str(folder))
        return curves.read_trials(folders)


# From 1 s and nothing to 3 s and everything right; `early` is there after 2 s.
STRAIGHT = "late,0,0,1,0 late,1,0,3,1 "
EARLY = "early,0.5,0,2,1 "


def curve(text, name):
    return curves.curves_of(frame(text), "time_s")[name]


class Curves(unittest.TestCase):
    def test_areas_of_a_straight_line(self):
        (x,), (y,) = curve(STRAIGHT, "late")
        self.assertAlmostEqual(curves.area(x, y), 0.5)
        self.assertAlmostEqual(curves.log_area(x, y), (2 - math.log(3)) / 2 / math.log(3))

    def test_area_is_not_that_of_another_line(self):
        (x,), (y,) = curve(STRAIGHT + EARLY, "early")
        self.assertAlmostEqual(curves.area(x, y), 0.75)

    def test_an_accuracy_is_reached_where_the_line_crosses_it(self):
        (x,), (y,) = curve(STRAIGHT, "late")
        self.assertAlmostEqual(curves.reached_at(x, y, 0.9), 1 + 0.9 * 2)
        self.assertAlmostEqual(curves.reached_at(x, y, 1.5), 3)
        self.assertAlmostEqual(curves.accuracy_at(x, y, 2), 0.5)
        self.assertAlmostEqual(curves.accuracy_at(x, y, 0.5), 0)

    def test_the_ends_are_common(self):
        (x,), (y,) = curve(STRAIGHT + EARLY, "early")
        self.assertEqual((x[0], y[0], x[-1], y[-1]), (1, 0, 3, 1))

    def test_speed_up_and_share(self):
        both = frame(STRAIGHT, EARLY)
        by_name = curves.curves_of(both, "time_s")
        self.assertAlmostEqual(curves.speed_up(by_name["late"], 0.1).value, 3 / 2.8)
        self.assertAlmostEqual(curves.speed_up(by_name["early"], 0.1, over=by_name["late"]).value, 2.8 / 1.9)
        self.assertAlmostEqual(curves.share_to_reach(by_name["early"], 0.1).value, 1.9 / 3)

    def test_nothing_needed_is_infinitely_fast(self):
        one = "swim,0,0,1,1 swim,1,0,3,1 "
        flat = curves.curves_of(frame(one), "nwc")["swim"]
        self.assertEqual(curves.speed_up(flat, 0.1).value, math.inf)

    def test_trials_that_a_folder_lacks_are_left_out(self):
        more = STRAIGHT.replace(",0,1,0", ",1,1,0").replace(",0,3,1", ",1,3,1")
        self.assertEqual(set(frame(STRAIGHT + more, EARLY)["trial"]), {0})

    def test_intervals_are_students(self):
        self.assertAlmostEqual(curves.half_interval([0.5, 0.75]), 12.706 * 0.125, places=4)  # one degree of freedom, standard error 1/8

    def test_bootstrap_covers_a_mean_of_two_values(self):
        # 40 trials, half reach 0.9 at 1.9 s and half at 2.8 s: no resample's mean line does it outside of these.
        text = "".join(f"a,0,{t},1,0 a,0.5,{t},2,{1 if t % 2 else 0.5} a,1,{t},3,1 " for t in range(40))
        found = curves.share_to_reach(curve(text, "a"), 0.1)
        self.assertLess(1.9 / 3, found.low)
        self.assertLess(found.low, found.value)
        self.assertLess(found.value, found.high)
        self.assertLess(found.high, 2.8 / 3)

    def test_prices_go_from_dear_to_cheap(self):
        trials = frame("pays,1,0,1,0 pays,1,0,3,1 ".replace("pays,1,0,3", "pays,0.9,0,3"))
        trials["price"] = [10.0, 0.0]
        x, _ = curves.curves_of(trials, "time_s")["pays"]
        self.assertEqual(list(x[0]), [1, 1, 3, 3])


class Comparison(unittest.TestCase):
    def test_a_selector_is_twice_as_far_from_the_first(self):
        by_name = curves.curves_of(frame(STRAIGHT, EARLY), "time_s")
        text = per_second.comparison(by_name, [0.1])
        self.assertIn("| early | 75.00 (+25.00 +- nan)", text)
        self.assertIn("| 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 10.00 | 25.00 | 55.00 |", per_second.at_shares(by_name))


class Texts(unittest.TestCase):
    def test_latex_specials_do_not_pass(self):
        self.assertEqual(latex.escape("a_b 5% & #{x}"), r"a\_b 5\% \& \#\{x\}")

    def test_latex_table_has_a_line_for_each_selector(self):
        results = pandas.DataFrame({"point": [1] * 3, "name": ["p_1"] * 3, "selector": ["swim", "swim", "random"], "fraction": [0, 1, 1],
                                    "price": [math.nan] * 3, "accuracy_mean": [0.5, 0.975, 0.9], "accuracy_std": [0.1, 0.01, 0.02]})
        text = latex.accuracy_table(results, "x")
        self.assertIn(r"p\_1 & \texttt{swim} & $50.00 \pm 10.00$ & $97.50 \pm 1.00$ \\", text)
        self.assertIn(r"p\_1 & \texttt{random} &  & $90.00 \pm 2.00$ \\", text)

    def test_a_page_keeps_what_was_written_by_hand(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text("before\n<!-- t -->\nold\n<!-- end t -->\nafter\n")
            pages.fill(str(page), {"t": "new"})
            self.assertEqual(page.read_text(), "before\n<!-- t -->\nnew\n<!-- end t -->\nafter\n")
            self.assertRaises(SystemExit, pages.fill, str(page), {"missing": "x"})


class Drawing(unittest.TestCase):
    def test_the_same_numbers_make_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for name in ("a", "b"):
                figure, axes = drawing.start()
                drawing.curve(axes[0, 0], [0, 1], [0.5, 1], "swim", half=[0.1, 0.1])
                drawing.save(figure, f"{folder}/{name}")
                files.append([pathlib.Path(f"{folder}/{name}.{kind}").read_bytes() for kind in ("svg", "pdf")])
            self.assertEqual(files[0], files[1])
            xml.etree.ElementTree.fromstring(files[0][0])


class Programs(unittest.TestCase):
    def test_study_figures_says_what_is_wrong(self):
        with tempfile.TemporaryDirectory() as folder:
            bad = subprocess.run([SCRIPTS / "study-figures", folder], capture_output=True, text=True)
            self.assertEqual(bad.returncode, 2)
            self.assertIn("no results.csv", bad.stderr)

    def test_study_figures_draws_a_point_of_any_name(self):
        with tempfile.TemporaryDirectory() as folder:
            head = ("point,name,selector,fraction,nwc,time_s,energy_J,accuracy_mean,accuracy_std,accuracy_ci95_low,accuracy_ci95_high,"
                    "trials,price")
            rows = [f"1,null,swim,{f},{f},{1 + f},1e-6,{0.5 + f / 2},0.1,0.4,1,3," for f in (0, 1)]
            (pathlib.Path(folder) / "results.csv").write_text("\n".join([head, *rows, ""]))
            subprocess.run([SCRIPTS / "study-figures", folder], check=True, capture_output=True)
            figures = pathlib.Path(folder) / "figures"
            self.assertEqual(len(list(figures.glob("001-null-*.svg"))), 3)
            self.assertIn("null & ", (figures / "results.tex").read_text())


if __name__ == "__main__":
    unittest.main()
