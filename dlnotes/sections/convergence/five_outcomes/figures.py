"""The pictures of the section: a gallery of outcomes."""

from collections.abc import Mapping
from functools import partial

import torch
from matplotlib.axes import Axes

from dlnotes.convergence.diagnosis import NAMES, Curves
from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import note

TOP = 1.6  # of the pictures, in units of the baseline


def gallery(runs: Mapping[str, Curves]) -> Bilingual:
    """Two curves for every outcome.

    Args:
        runs: outcome -> the curves of a run that ended so, all on one task.
    """
    ends = {
        f"{name}_{part}": float(curves[i][-1])
        for name, curves in runs.items()
        for i, part in enumerate(("train", "held"))
        if (name, part) in (("small", "train"), ("overfit", "train"), ("overfit", "held"))
    }
    return figure(
        *(partial(_curves, curves=curves, name=name) for name, curves in runs.items()),
        alt=both(
            zh="六张小图，各两条线。A 都落到底；B 有两张，一张都还在降，一张都平在 "
            "{small_train:.2f}；C 一上一下地跳；D 训练损失到 {overfit_train:.2f}，留出的到 "
            "{overfit_held:.1f}；E 平平地停在基线之上。",
            en="Six small pictures, two lines each. A: both reach the floor; B in two "
            "pictures: in one both still fall, in the other both are flat at {small_train:.2f}; "
            "C: up and down; D: training loss at {overfit_train:.2f}, held-out loss at "
            "{overfit_held:.1f}; E: both flat above the baseline.",
        ),
        caption=both(
            zh="同一个任务（两条螺旋），六次训练。虚线是训练损失，实线是留出的数据上的损失；"
            "损失除以基线，1 就是瞎猜；D 的实线先降后升，到 {overfit_held:.1f}。",
            en="One task, two spirals, and six runs. Dashed: training loss; solid: loss on "
            "held-out data. Losses are divided by the baseline: 1 is guessing. In D the solid "
            "line falls and then rises, to {overfit_held:.1f}.",
        ),
        numbers=ends,
        height=0.5,
    )


def _curves(axes: Axes, text: Text, curves: Curves, name: str) -> None:
    train, held = (torch.as_tensor(part) for part in curves)
    parts = torch.linspace(0, 1, len(train))
    axes.axhline(1, **THEORY)
    axes.plot(parts, held.nan_to_num(10), color=color("plain"), linewidth=1.8)
    axes.plot(parts, train.nan_to_num(10), color=color("plain"), linestyle=BROKEN)
    axes.set(ylim=(0, TOP), xlim=(0, 1), yticks=[0, 0.5, 1, 1.5], xticks=[0, 0.5, 1])
    note(axes, text(**NAMES[name]), (0.5, 1), "ink", (0, -9), xycoords="axes fraction", ha="center")
    axes.set_xlabel(text("走完的步数", "part of the steps"))
