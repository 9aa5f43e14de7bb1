"""docs/results/time.md: NWC against seconds and joules, by column mux."""

from figures import curves, drawing
from figures.pages import table

RUNS = {
    "time_reram": ["study", "time_reram", "--trials", "10"],
    "time_fefet": ["study", "time_fefet", "--trials", "10"],
    "time_abstract": ["study", "time_abstract", "--trials", "10"],
}
FIGURES = ["time"]
MUX = "hardware.column_mux"
COSTS = ["nwc", "time_s", "energy_J"]


def groups(folder):
    """(device, mux, trials of the point) of all three studies."""
    for study in RUNS:
        trials = curves.read_trials([folder(study)])
        for _, of_point in trials.groupby("point"):
            first = of_point.iloc[0]
            device = study.removeprefix("time_") + (f", {first['name'].split(' ')[0].rstrip(',')}" if study == "time_fefet" else "")
            yield device, first[MUX], of_point


def tenth(folder):
    """What SWIM's first tenth of the weights costs, as a share of everything."""
    rows = []
    for device, mux, trials in groups(folder):
        swim = trials[trials["selector"] == "swim"].pivot(index="trial", columns="fraction", values=COSTS + ["accuracy"])
        shares = [swim[cost, 0.1] / swim[cost, 1.0] for cost in COSTS]
        blind = (swim["time_s", 0.0] / swim["time_s", 1.0]).mean()
        rows.append([device, f"{mux:g}:1", f"{1e3 * swim['time_s', 1.0].mean():.3g}", f"{1e6 * swim['energy_J', 1.0].mean():.3g}"] +
                    [f"{100 * share.mean():.1f}" for share in shares] + [f"{100 * blind:.2f}", f"{shares[1].mean() / shares[0].mean():.1f}"])
    return table(["device", "mux", "everything, ms", "everything, uJ", "a tenth: pulses, %", "seconds, %", "joules, %", "blind write: seconds, %",
                  "seconds over pulses"], rows)


def speed_ups(folder, drop):
    rows = []
    for device, mux, trials in groups(folder):
        row = [device, f"{mux:g}:1"]
        for cost in COSTS:
            row.append(curves.speed_up(curves.curves_of(trials, cost)["swim"], drop).text(1))
        rows.append(row)
    return table(["device", "mux", "in pulses (NWC)", "in seconds", "in joules"], rows)


def draw(folder, stem):
    points = list(groups(folder))
    devices = list(dict.fromkeys(device for device, _, _ in points))
    figure, axes = drawing.start(columns=len(devices))
    for at, device in zip(axes[0], devices):
        of_device = {mux: trials for name, mux, trials in points if name == device}
        lines = [("nwc", 8, "NWC"), ("energy_J", 8, "joules")] + [("time_s", mux, f"seconds, {mux:g}:1") for mux in of_device]
        for index, (cost, mux, name) in enumerate(lines):
            x, y = curves.curves_of(of_device[mux], cost)["swim"]
            drawing.curve(at, x.mean(axis=0) / x[:, -1].mean(), y.mean(axis=0), name, index, style="-" if cost != "time_s" else "--")
        at.set(title=device, xlabel="share of verifying everything")
    axes[0, 0].set_ylabel("accuracy (%)")
    axes[0, 0].legend()
    drawing.save(figure, stem)


def make(folder, figures):
    draw(folder, figures + "/time")
    return {"tenth": tenth(folder), "speed-up-0.5": speed_ups(folder, 0.005), "speed-up-2": speed_ups(folder, 0.02)}
