"""Figures fit for a paper: one column wide, SVG and PDF, the same bytes from the same numbers."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend comes first

COLUMN_INCH = 3.5
COLOURS = {"swim": "#0072b2", "uswim": "#009e73", "uswim_linear": "#56b4e9", "uswim_squared": "#cc79a7", "magnitude": "#d55e00",
           "random": "#7f7f7f", "in_situ": "#e69f00", "swim_pays": "#009e73", "swim_rows": "#cc79a7", "swim_groups": "#56b4e9",
           "swim_tolerance": "#e69f00"}
MARKS = "osD^vP*X<>"
LABELS = {"nwc": "write pulses, share of verifying all (NWC)", "time_s": "programming time (s)", "energy_J": "programming energy (J)"}


def start(columns=1, rows=1, height=2.5, **how):
    """A figure with `columns` x `rows` axes, each a paper's column wide."""
    plt.rcParams.update({"svg.hashsalt": "swimsim", "font.size": 8, "axes.labelsize": 8, "legend.fontsize": 7, "axes.grid": True,
                         "grid.color": "#dddddd", "axes.spines.top": False, "axes.spines.right": False, "lines.linewidth": 1.2,
                         "lines.markersize": 3, "svg.fonttype": "none", "pdf.fonttype": 42})
    return plt.subplots(rows, columns, figsize=(COLUMN_INCH * columns, height * rows), layout="constrained", squeeze=False, **how)


def curve(axes, costs, accuracies, name, index=0, half=None, style="-"):
    """A line of mean accuracy in per cent, with bars of `half` (half of the 95 % interval, likewise a share)."""
    axes.errorbar(costs, [100 * a for a in accuracies], yerr=None if half is None else [100 * h for h in half], label=name, linestyle=style,
                  marker=MARKS[index % len(MARKS)], color=COLOURS.get(name, f"C{index}"), capsize=1.5, elinewidth=0.7)


def save(figure, stem):
    """Writes STEM.svg and STEM.pdf without dates."""
    figure.savefig(stem + ".svg", metadata={"Date": None})
    figure.savefig(stem + ".pdf", metadata={"CreationDate": None, "ModDate": None})
    plt.close(figure)
