"""The figure of the section: errors after a ninth of the budget and at the end, task by task.

Book: hyperparameters/halving
"""

from collections.abc import Mapping
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import log_axis, note

LABELS = {
    "falling": ("学习率一路降", "rate falls"),
    "steady": ("学习率不变", "constant rate"),
    "warmup": ("先升后降", "climbs, then falls"),
}


def early_and_late(found: Mapping[str, tuple[Tensor, Tensor]]) -> Bilingual:
    """Every setting of one seed: its error early on and at the end.

    Args:
        found: task -> errors after 3 of 27 units and at the end, `(settings,)` each.
    """
    lead = {name: end[early.argmin()].item() for name, (early, end) in found.items()}
    best = {name: end.min().item() for name, (_, end) in found.items()}
    numbers = {f"{name}_lead": value for name, value in lead.items()}
    numbers |= {f"{name}_best": value for name, value in best.items()}
    return figure(
        *(partial(_scatter, early=one, end=two, name=n) for n, (one, two) in found.items()),
        alt=both(
            zh="每个任务一幅散点图，横轴是练到九分之一时的错误率，纵轴是练到底的。点大致沿着对角线"
            "往右上走，可在左下角，领先的那些里，散成一团；先升后降的那一幅，右下方也有许多点，"
            "左上方有几个。",
            en="A scatter plot for each task, error after a ninth of the training across, at the "
            "end upwards. Points follow the diagonal, but at the lower left, among the leaders, "
            "they are a cloud; where the rate climbs first, many lie at the lower right, "
            "and a few at the upper left.",
        ),
        caption=both(
            zh="一份数据上的 {settings} 组超参数：练到九分之一和练到底的错误率，两轴取对数。"
            "圈出的是九分之一时领先的那一组，练完是 {falling_lead:.3f}、{steady_lead:.3f} 和"
            " {warmup_lead:.3f}；练完最好的是 {falling_best:.3f}、{steady_best:.3f} 和"
            " {warmup_best:.3f}。虚线：前后一样。",
            en="{settings} settings on one data set: error after a ninth of the training and at "
            "the end, both axes log. Circled, the leader after a ninth, which ends at "
            "{falling_lead:.3f}, {steady_lead:.3f} and {warmup_lead:.3f}; the best end at "
            "{falling_best:.3f}, {steady_best:.3f} and {warmup_best:.3f}. Dashed: no change.",
        ),
        numbers=numbers | {"settings": len(next(iter(found.values()))[0])},
        height=0.85,
    )


def _scatter(axes: Axes, text: Text, early: Tensor, end: Tensor, name: str) -> None:
    axes.plot([0.1, 1], [0.1, 1], **THEORY)
    axes.scatter(early, end, s=9, color=color("plain"), alpha=0.6, linewidths=0)
    place = int(early.argmin())
    ring = {"facecolors": "none", "edgecolors": color("adam"), "linewidths": 1.8}
    axes.scatter([early[place]], [end[place]], s=70, **ring)
    note(axes, text(*LABELS[name]), (0.97, 0.06), xycoords="axes fraction", ha="right")
    log_axis(axes.xaxis, text("练到九分之一（对数）", "after a ninth (log)"))
    log_axis(axes.yaxis, text("练到底（对数）", "at the end (log)"))
    ticks = [0.1, 0.2, 0.5, 1]
    axes.set(xlim=(0.1, 1), ylim=(0.1, 1))
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
