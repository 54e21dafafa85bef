"""Time and memory against the number of runs: both grow in proportion, without a cliff.

python -m benchmarks.growth       writes results/growth.json and results/growth.svg
"""

import time
from functools import partial

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import torch

from benchmarks.measure import RESULTS, machine, peak_memory, report
from dlnotes.core.palette import FAMILIES, PAGE
from dlnotes.optimizers import adam, momentum
from dlnotes.training.data import datasets
from dlnotes.training.fleet import fleet
from dlnotes.training.nets.mlp import MLP
from dlnotes.training.race import trajectory
from dlnotes.training.surfaces.landscapes import rosenbrock

RUNS = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
STYLE = {  # what grows -> family of its color, marker, where its name stands
    "fleet, 2-8-2, 50 steps": ("adam", "o"),
    "trajectories, 200 steps": ("momentum", "s"),
}
PROPORTION = {"linewidth": 0.8, "linestyle": (0, (4, 3))}


def main() -> None:
    """Measures, prints the table, draws the plot."""
    torch.set_num_threads(1)
    net, data = MLP((2, 8, 2)), datasets.moons(200, noise=0.2)
    growing = {
        "fleet, 2-8-2, 50 steps": partial(nets, net, data),
        "trajectories, 200 steps": paths,
    }
    rows = [measured(name, run, R) for name, run in growing.items() for R in RUNS]
    report("growth with the number of runs", rows, name="growth")
    draw(rows)


def nets(net, data, R):
    """A fleet of R small nets."""
    settings = {"steps": 50, "batch_size": 16, "every": 0, "compiled": True, "progress": False}
    return fleet(net, data, adam, lr=torch.logspace(-4, -1, R), seeds=range(R), **settings)


def paths(R):
    """R paths on Rosenbrock's function, every point kept."""
    return trajectory(momentum, rosenbrock(), (-1.2, 1.0), steps=200, lr=torch.logspace(-6, -3, R))


def measured(name, run, R) -> dict:
    """Seconds and memory of R runs: the shortest of a few times, the most memory of one."""
    seconds = []

    def timed():
        began = time.perf_counter()
        run(R)
        seconds.append(time.perf_counter() - began)

    if R <= 1000:  # the first call compiles; later chunks have a size that is known by then
        timed()
    memory = peak_memory(timed)
    if R <= 1000:
        timed()
    least = min(seconds)
    return {"what": name, "runs": R, "seconds": least, "us a run": 1e6 * least / R, "MB": memory}


def draw(rows) -> None:
    """Two panels, both axes logarithmic; a thin line shows what growth in proportion looks like."""
    plt.rcParams |= {"font.size": 10, "svg.fonttype": "path", "axes.edgecolor": PAGE["muted"][0]}
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), layout="constrained")
    for panel, (key, title) in zip(
        panels, (("seconds", "Time, seconds"), ("MB", "Memory, MB")), strict=True
    ):
        for name, (family, marker) in STYLE.items():
            found = [
                (row["runs"], row[key]) for row in rows if row["what"] == name and row[key] > 0
            ]
            line(panel, found, FAMILIES[family][0], marker, name)
        panel.set(xscale="log", yscale="log", xlabel="runs at once")
        panel.set_title(title, loc="left", color=PAGE["ink"][0], fontweight="bold")
        panel.grid(color=PAGE["rule"][0], linewidth=0.6)
        panel.set_axisbelow(True)
        panel.spines[["top", "right"]].set_visible(False)
    panels[0].plot([], [], label="in proportion", **PROPORTION, color=PAGE["muted"][0])
    panels[0].legend(frameon=False, loc="upper left")
    figure.get_layout_engine().set(rect=(0, 0.05, 1, 0.95))
    figure.text(0.995, 0.01, machine(), ha="right", va="bottom", fontsize=7, color=PAGE["muted"][0])
    RESULTS.mkdir(exist_ok=True)
    figure.savefig(RESULTS / "growth.svg", metadata={"Date": None})
    plt.close(figure)


def line(panel, found, color, marker, name) -> None:
    """A curve, and through its last point the line of growth in proportion."""
    runs, values = zip(*found, strict=True)
    panel.plot(runs, values, color=color, marker=marker, markersize=5, linewidth=1.8, label=name)
    share = [values[-1] * R / runs[-1] for R in runs]
    visible = [(R, v) for R, v in zip(runs, share, strict=True) if v >= min(values) / 2]
    panel.plot(*zip(*visible, strict=True), color=color, **PROPORTION)


if __name__ == "__main__":
    main()
