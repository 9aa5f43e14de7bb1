"""docs/results/swim.md: SWIM's claim on LeNet, ConvNet and ResNet-18."""

import pandas

from figures import curves, drawing, latex
from figures.pages import table

THREE = "selection.selectors=[swim, magnitude, random]"
RUNS = {
    "swim_lenet": ["study", "swim_table", "--set", THREE, "--trials", "100"],
    "swim_lenet_fine": ["study", "swim_table", "--set", "selection.selectors=[swim]", "--set", "selection.fractions=[0.005, 0.01, 0.02, 0.05, 0.2]",
                        "--trials", "100"],
    "swim_lenet_in_situ": ["study", "swim_table", "--set", "selection.selectors=[in_situ]", "--set", "selection.fractions=[0, 1]",
                           "--trials", "10"],
    "swim_lenet_in_situ_long": ["study", "swim_table", "--set", "selection.selectors=[in_situ]", "--set", "selection.fractions=[0, 1]",
                                "--set", "selection.in_situ.max_updates=3000", "--trials", "10"],
    "swim_convnet": ["study", "swim_convnet", "--set", "evaluate.images=1000", "--trials", "3"],
    "swim_resnet18": ["study", "swim_resnet18", "--set", "evaluate.images=1000", "--trials", "5"],
}
FIGURES = ["swim-lenet", "swim-convnet", "swim-resnet18"]
SIGMA = "device.set.sigma_before"
BUDGETS = [0.001, 0.005, 0.02]


def read(folder):
    return pandas.read_csv(folder + "/results.csv")


def sigmas(folder):
    """{point: sigma} of a study over the device's scatter."""
    points = read(folder)
    return dict(zip(points["point"], points[SIGMA]))


def accuracies(folder):
    """Mean and standard deviation in per cent by sigma, selector and fraction."""
    results = read(folder)
    fractions = sorted(results["fraction"].unique())
    rows = []
    for (sigma, selector), of_selector in results.groupby([SIGMA, "selector"], sort=False):
        by_fraction = of_selector.set_index("fraction")
        rows.append([f"{sigma:g}", f"`{selector}`"] +
                    [f"{100 * by_fraction.loc[f, 'accuracy_mean']:.2f} +- {100 * by_fraction.loc[f, 'accuracy_std']:.2f}" for f in fractions])
    return table(["sigma", "selector"] + [f"{f:g}" for f in fractions], rows)


def speed_ups(folders):
    trials, names = curves.read_trials(folders), sigmas(folders[0])
    rows = []
    for point, of_point in trials.groupby("point"):
        for selector, curve in curves.curves_of(of_point, "nwc").items():
            rows.append([f"{names[point]:g}", f"`{selector}`"] + [curves.speed_up(curve, budget).text(1) for budget in BUDGETS])
    return table(["sigma", "selector"] + [f"{100 * b:g} points below full" for b in BUDGETS], rows)


def in_situ(folders):
    """What in-situ training used and brought, by its largest number of updates."""
    rows = []
    for updates, folder in folders.items():
        for _, row in read(folder).iterrows():
            if row["fraction"] == 0 and rows and updates != next(iter(folders)):
                continue  # nothing is the same in all
            rows.append([f"{row[SIGMA]:g}", updates if row["fraction"] > 0 else 0, f"{100 * row['nwc']:.2f}", f"{1e3 * row['time_s']:.2f}",
                         f"{100 * row['accuracy_mean']:.2f} +- {100 * row['accuracy_std']:.2f}"])
    return table(["sigma", "updates", "NWC, %", "time, ms", "accuracy, %"], sorted(rows, key=lambda row: row[:2]))


def draw(folder, stem):
    results = read(folder)
    figure, axes = drawing.start(columns=results["point"].nunique())
    for at, (sigma, of_point) in zip(axes[0], results.groupby(SIGMA)):
        for index, (selector, rows) in enumerate(of_point.groupby("selector", sort=False)):
            half = (rows["accuracy_ci95_high"] - rows["accuracy_ci95_low"]) / 2
            drawing.curve(at, rows["nwc"], rows["accuracy_mean"], selector, index, half)
        at.set(title=f"sigma {sigma:g}", xlabel=drawing.LABELS["nwc"])
    axes[0, 0].set_ylabel("accuracy (%)")
    axes[0, 0].legend()
    drawing.save(figure, stem)


def make(folder, figures):
    for network in ("lenet", "convnet", "resnet18"):
        draw(folder(f"swim_{network}"), f"{figures}/swim-{network}")
    with open(figures + "/results.tex", "w") as file:
        for network in ("LeNet", "ConvNet", "ResNet-18"):
            results = read(folder("swim_" + network.lower().replace("-", "")))
            trials = results["trials"].max()
            file.write(latex.accuracy_table(results, f"{network}: accuracy in per cent by NWC, mean and standard deviation over {trials} trials."))
    return {
        "lenet": accuracies(folder("swim_lenet")),
        "lenet-speed-up": speed_ups([folder("swim_lenet"), folder("swim_lenet_fine")]),
        "lenet-in-situ": in_situ({300: folder("swim_lenet_in_situ"), 3000: folder("swim_lenet_in_situ_long")}),
        "convnet": accuracies(folder("swim_convnet")),
        "convnet-speed-up": speed_ups([folder("swim_convnet")]),
        "resnet18": accuracies(folder("swim_resnet18")),
        "resnet18-speed-up": speed_ups([folder("swim_resnet18")]),
    }
