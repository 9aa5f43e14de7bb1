"""docs/results/hardware.md: selectors and mappings that know the hardware, by accuracy per second."""

from figures import curves, drawing, per_second

RUNS = {
    "per_second_reram": ["study", "per_second_reram"],
    "per_second_reram_seed2": ["study", "per_second_reram", "--seed", "2", "--trials", "10"],
    "per_second_abstract": ["study", "per_second_abstract"],
    "per_second_fefet": ["study", "per_second_fefet", "--trials", "10"],
    "per_second_slices": ["study", "per_second_slices", "--trials", "10"],
}
FIGURES = ["per-second"]
DROPS = {
    "per_second_reram": [0.02, 0.005],
    "per_second_reram_seed2": [0.02, 0.005],
    "per_second_abstract": [0.005, 0.001],
    "per_second_fefet": [0.005, 0.001],
    "per_second_slices": [0.02, 0.005],
}


def curves_by_name(folder, study):
    """{"`selector`" or "`selector`, setting": curve}, the selectors of the study's first point first."""
    trials = curves.read_trials([folder(study)])
    by_name = {}
    for point, of_point in trials.groupby("point"):
        setting = "" if point == 1 else f", `{of_point.iloc[0]['name']}`"
        for selector, curve in curves.curves_of(of_point, "time_s").items():
            by_name[f"`{selector}`{setting}"] = curve
    return by_name


def draw(folder, stem):
    studies = ["per_second_reram", "per_second_abstract", "per_second_fefet"]
    figure, axes = drawing.start(columns=len(studies))
    for at, study in zip(axes[0], studies):
        trials = curves.read_trials([folder(study)])
        first = trials[trials["point"] == 1]
        for index, (selector, (x, y)) in enumerate(curves.curves_of(first, "time_s").items()):
            below = y[:, -1].mean() - y.mean(axis=0)
            keep = below > 0.0002
            drawing.curve(at, x.mean(axis=0)[keep] / x[:, -1].mean(), below[keep], selector, index)
        at.set(title=study.removeprefix("per_second_"), xlabel="share of the time of verifying everything", yscale="log")
    axes[0, 0].set_ylabel("points below everything verified")
    axes[0, 0].legend()
    drawing.save(figure, stem)


def make(folder, figures):
    draw(folder, figures + "/per-second")
    parts = {}
    for study, drops in DROPS.items():
        by_name = curves_by_name(folder, study)
        name = study.removeprefix("per_second_")
        parts[name] = per_second.comparison(by_name, drops)
        if name != "reram_seed2":
            parts[name + "-shares"] = per_second.at_shares({line: curve for line, curve in by_name.items() if "order=" not in line})
    return parts
