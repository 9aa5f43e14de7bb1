"""Selectors (and mappings) compared by accuracy per second: areas under accuracy against seconds, and when an accuracy is reached."""

import numpy as np

from figures import curves
from figures.pages import table

SHARES = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7]


def comparison(by_name, drops):
    """{name: curve over the seconds}, all over the same trials; the first is what the others are compared with.

    Areas: means over the trials, in brackets the paired difference from the first, +- half of a 95 % interval. Reached: the share of the
    first's full time at which the mean curve is within a drop of everything verified, and how many times sooner than the first; in
    brackets 95 % bootstrap intervals over the trials."""
    first = next(iter(by_name.values()))
    rows = []
    for name, curve in by_name.items():
        row = [name]
        for of in (curves.area, curves.log_area):
            values, others = ([100 * of(x, y) for x, y in zip(*one)] for one in (curve, first))
            row.append(curves.mean_text(values, 2) + ("" if curve is first else f" ({difference(values, others)})"))
        for drop in drops:
            row.append(curves.share_to_reach(curve, drop, of_full=first).text(3))
            row.append("" if curve is first else curves.speed_up(curve, drop, over=first).text(2))
        rows.append(row)
    head = ["", "area linear, %", "area log, %"]
    for drop in drops:
        head += [f"{100 * drop:g} points below full: share of the time", "times sooner"]
    return table(head, rows)


def difference(values, others, digits=2):
    paired = np.asarray(values) - np.asarray(others)
    return f"{paired.mean():+.{digits}f} +- {curves.half_interval(paired):.{digits}f}"


def at_shares(by_name):
    """Accuracy at shares of the first's full time, and the paired differences from it."""
    first = next(iter(by_name.values()))
    rows, reference = [], None
    for name, (x, y) in by_name.items():
        values = [[100 * curves.accuracy_at(x[t], y[t], share * first[0][t, -1]) for t in range(len(x))] for share in SHARES]
        if reference is None:
            reference = values
            rows.append([name] + [f"{np.mean(v):.2f}" for v in values])
        else:
            rows.append([name] + [f"{np.mean(v):.2f} ({difference(v, r, 1)})" for v, r in zip(values, reference)])
    return table(["accuracy, %, at, of the full time"] + [f"{100 * share:g} %" for share in SHARES], rows)
