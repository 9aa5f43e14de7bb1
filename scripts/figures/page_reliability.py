"""docs/results/reliability.md: the worst chip beside the mean one, ReRAM against FeFET."""

import numpy as np
import pandas

from figures import curves, drawing
from figures.pages import table

RUNS = {
    "reliability_reram": ["study", "reliability_reram", "--trials", "100"],
    "reliability_fefet": ["study", "reliability_fefet", "--trials", "100"],
}
FIGURES = ["reliability"]


def accuracies(folder):
    rows = []
    for study in RUNS:
        trials = curves.read_trials([folder(study)])
        for (_, name), of_point in trials.groupby(["point", "name"], sort=False):
            for fraction, rows_of in of_point.groupby("fraction"):
                a = 100 * rows_of["accuracy"].to_numpy()
                rows.append([study.removeprefix("reliability_"), name, f"{fraction:g}", f"{a.mean():.2f} +- {curves.half_interval(a):.2f}",
                             f"{a.std(ddof=1):.2f}", f"{np.percentile(a, 1):.2f}", f"{a.min():.2f}", f"{rows_of['failed_cells'].mean():.0f}",
                             f"{1e3 * rows_of['time_s'].mean():.1f}", f"{1e6 * rows_of['energy_J'].mean():.3g}"])
    return table(["device", "looked at", "fraction", "mean, %", "std", "1st percentile", "worst", "cells given up", "ms", "uJ"], rows)


def wear(folder):
    rows = []
    for study in RUNS:
        points = pandas.read_csv(folder(study) + "/points.csv")
        for _, point in points.iterrows():
            rows.append([study.removeprefix("reliability_"), point["name"], f"{point['most_stressed_cell']:g}",
                         f"{point['full_pulses'] / point['cells']:.2f}", f"{100 * point['endurance_used']:.3g}"])
    return table(["device", "point", "pulses of the most stressed cell", "verify pulses of the mean cell", "endurance used, %"], rows)


def draw(folder, stem):
    figure, axes = drawing.start(columns=2)
    for at, study in zip(axes[0], RUNS):
        trials = curves.read_trials([folder(study)])
        for index, ((_, name), of_point) in enumerate(trials.groupby(["point", "name"], sort=False)):
            for fraction, style in ((0.1, "--"), (1.0, "-")):
                a = np.sort(100 * of_point[of_point["fraction"] == fraction]["accuracy"].to_numpy())
                at.plot(a, (np.arange(len(a)) + 0.5) / len(a), style, color=f"C{index}", label=f"{name}, {'a tenth' if fraction < 1 else 'all'}")
        at.set(title=study.removeprefix("reliability_"), xlabel="accuracy (%)", yscale="log", ylim=(0.002, 1))
    axes[0, 1].legend()
    axes[0, 0].set_ylabel("share of the chips below")
    drawing.save(figure, stem)


def make(folder, figures):
    draw(folder, figures + "/reliability")
    return {"accuracies": accuracies(folder), "wear": wear(folder)}
