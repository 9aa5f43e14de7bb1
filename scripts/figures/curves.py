"""Accuracy against a cost (NWC, seconds, joules): curves by trial, where they reach an accuracy, how much lies under them, with intervals.

A curve is a list of (cost, accuracy) in the order of the cost, joined by straight lines. All selectors of a point meet the same draws in a
trial, so differences are paired by trial."""

import math

import numpy as np
import pandas
from scipy import stats

RESAMPLES = 2000


def read_trials(folders):
    """The trials of one or more folders (of runs or studies) in one frame; a trial that a folder lacks is left out of all.

    Columns: as in trials.csv, with `point` (1 for a run), and `time_s`, `energy_J`. Points of several studies are put together by number."""
    frames = [pandas.read_csv(folder + "/trials.csv", keep_default_na=False, na_values={"price": [""], "left_cells": [""]}) for folder in folders]
    for frame in frames:
        if "point" not in frame:
            frame.insert(0, "point", 1)
        frame["time_s"] = frame["time_ps"] * 1e-12
        frame["energy_J"] = frame["energy_aJ"] * 1e-18
        # What a selector was told: a fraction, or a price, of which less is more work.
        frame["setting"] = frame["fraction"].where(frame["price"].isna(), -frame["price"])
    common = None
    for frame in frames:
        trials = set(zip(frame["point"], frame["trial"]))
        common = trials if common is None else common & trials
    together = pandas.concat(frames, ignore_index=True)
    kept = [(point, trial) in common for point, trial in zip(together["point"], together["trial"])]
    return together[kept].drop_duplicates(["point", "selector", "trial", "setting"], ignore_index=True)


def ends_of(rows):
    """The programmings of one trial that verify nothing and everything: the quickest without verify pulses, and with the pulses of all."""
    return (rows[rows["nwc"] == rows["nwc"].min()]["time_s"].idxmin(), rows[rows["nwc"] == rows["nwc"].max()]["time_s"].idxmax())


def curves_of(trials, cost):
    """{selector: (costs, accuracies)}, each trials x points in the order of the mean cost, of the trials of one point of a study.

    Every curve begins with nothing and ends with everything verified, whoever did that."""
    ends = {trial: [rows.loc[at, [cost, "accuracy"]].to_numpy(dtype=float) for at in ends_of(rows)] for trial, rows in trials.groupby("trial")}
    curves = {}
    for selector, of_selector in trials.groupby("selector", sort=False):
        table = of_selector.pivot(index="trial", columns="setting", values=[cost, "accuracy"])
        low, high = (np.array([ends[trial][end] for trial in table.index]) for end in (0, 1))
        x = np.column_stack([low[:, 0], table[cost].to_numpy(), high[:, 0]])
        y = np.column_stack([low[:, 1], table["accuracy"].to_numpy(), high[:, 1]])
        order = np.argsort(x.mean(axis=0), kind="stable")
        curves[selector] = (x[:, order], y[:, order])
    return curves


def reached_at(costs, accuracies, target):
    """The cost at which a curve first has the accuracy; the last cost if it never does."""
    for k in range(len(costs) - 1):
        if accuracies[k] >= target:
            return costs[k]
        if accuracies[k + 1] >= target:
            return costs[k] + (costs[k + 1] - costs[k]) * (target - accuracies[k]) / (accuracies[k + 1] - accuracies[k])
    return costs[-1]


def accuracy_at(costs, accuracies, cost):
    order = np.argsort(costs, kind="stable")  # of one trial: two points may change places against the mean
    return float(np.interp(cost, costs[order], accuracies[order]))


def area(costs, accuracies):
    """Mean accuracy over the cost."""
    return float(np.sum(np.diff(costs) * (accuracies[1:] + accuracies[:-1]) / 2) / (costs[-1] - costs[0]))


def log_area(costs, accuracies):
    """Mean accuracy over the logarithm of the cost; between two points it is a straight line in the cost all the same."""
    total = 0.0
    for k in range(len(costs) - 1):
        a, b = costs[k], costs[k + 1]
        if b > a:
            slope = (accuracies[k + 1] - accuracies[k]) / (b - a)
            total += (accuracies[k] - slope * a) * math.log(b / a) + slope * (b - a)
    return total / math.log(costs[-1] / costs[0])


def resampled(trials, seed=1):
    """Bootstrap: RESAMPLES draws of as many trials with replacement, the same for all who ask with the same seed."""
    return np.random.default_rng(seed).integers(0, trials, size=(RESAMPLES, trials))


class Estimate:
    """A figure with its 95 % percentile interval over the resamples."""

    def __init__(self, value, resamples):
        self.value = value
        self.low, self.high = (float(v) for v in np.percentile(resamples, [2.5, 97.5], method="nearest"))

    def text(self, digits, unit=""):
        if not math.isfinite(self.value):
            return "-"
        high = "inf" if not math.isfinite(self.high) else f"{self.high:.{digits}f}"
        return f"{self.value:.{digits}f}{unit} [{self.low:.{digits}f}, {high}]"


def reached_by_mean(curve, rows, target):
    """The cost at which the mean curve of these trials has the accuracy."""
    x, y = curve
    return reached_at(x[rows].mean(axis=0), y[rows].mean(axis=0), target)


def full_accuracy(curve, rows):
    return curve[1][rows, -1].mean()


def share_to_reach(curve, drop, of_full=None):
    """The share of the full cost (that of the curve `of_full`, of the same trials) at which the mean curve is within `drop` of everything
    verified."""
    full = (of_full or curve)[0]
    return estimate(curve, lambda rows: reached_by_mean(curve, rows, full_accuracy(curve, rows) - drop) / full[rows, -1].mean())


def speed_up(curve, drop, over=None):
    """How many times less of the cost than everything verified (or than the curve `over`, of the same trials) takes the mean curve to
    within `drop` of the accuracy of everything verified."""
    def of(rows):
        target = full_accuracy(curve, rows) - drop
        mine = reached_by_mean(curve, rows, target)
        other = curve[0][rows, -1].mean() if over is None else reached_by_mean(over, rows, target)
        return other / mine if mine > 0 else math.inf

    return estimate(curve, of)


def estimate(curve, of):
    trials = len(curve[0])
    return Estimate(of(np.arange(trials)), [of(rows) for rows in resampled(trials)])


def half_interval(values):
    """Half of the 95 % interval of a mean (Student's t)."""
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return math.nan
    return float(stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values)))


def mean_text(values, digits, scale=1.0):
    values = np.asarray(values, dtype=float) * scale
    return f"{values.mean():.{digits}f} +- {half_interval(values):.{digits}f}" if len(values) > 1 else f"{values.mean():.{digits}f}"
