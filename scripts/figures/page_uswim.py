"""docs/results/uswim.md: U-SWIM's four device types."""

from figures import curves, drawing
from figures.pages import table

RUNS = {"uswim_devices": ["study", "uswim_devices", "--trials", "30"]}
FIGURES = ["uswim"]
DROPS = [0.001, 0.005, 0.01]
SHOWN = [0.005, 0.01, 0.02, 0.05, 0.1]


def accuracies(trials, names):
    rows = []
    for point, of_point in trials.groupby("point"):
        at = of_point.pivot(index="trial", columns=["selector", "fraction"], values="accuracy")
        for selector in of_point["selector"].unique():
            cells = []
            for fraction in SHOWN:
                mine, swim = at[selector, fraction], at["swim", fraction]
                paired = 100 * (mine - swim)
                difference = "" if selector == "swim" else f" ({paired.mean():+.2f} +- {curves.half_interval(paired):.2f})"
                cells.append(f"{100 * mine.mean():.2f}{difference}")
            rows.append([names[point], f"`{selector}`"] + cells)
    return table(["card", "selector"] + [f"{f:g}" for f in SHOWN], rows)


def speed_ups(trials, names):
    rows = []
    for point, of_point in trials.groupby("point"):
        by_selector = curves.curves_of(of_point, "nwc")
        for selector, curve in by_selector.items():
            over_all = [curves.speed_up(curve, drop).text(0) for drop in DROPS]
            over_swim = ["" if selector == "swim" else curves.speed_up(curve, drop, over=by_selector["swim"]).text(2) for drop in DROPS]
            rows.append([names[point], f"`{selector}`"] + over_all + over_swim)
    head = [f"over all, {100 * d:g} points below full" for d in DROPS] + [f"over `swim`, {100 * d:g}" for d in DROPS]
    return table(["card", "selector"] + head, rows)


def draw(trials, names, stem):
    figure, axes = drawing.start(columns=len(names), sharey=True)
    for at, (point, of_point) in zip(axes[0], trials.groupby("point")):
        for index, (selector, (x, y)) in enumerate(curves.curves_of(of_point, "nwc").items()):
            below = y[:, -1].mean() - y.mean(axis=0)
            keep = (x.mean(axis=0) > 0) & (below > 0)
            drawing.curve(at, x.mean(axis=0)[keep], below[keep], selector, index)
        at.set(title=names[point], xlabel="NWC", xscale="log", yscale="log")
    axes[0, 0].set_ylabel("points below everything verified")
    axes[0, 0].legend()
    drawing.save(figure, stem)


def make(folder, figures):
    trials = curves.read_trials([folder("uswim_devices")])
    names = dict(zip(trials["point"], trials["device.card"]))
    draw(trials, names, figures + "/uswim")
    return {"accuracies": accuracies(trials, names), "speed-up": speed_ups(trials, names)}
