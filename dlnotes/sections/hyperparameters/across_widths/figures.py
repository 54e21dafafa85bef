"""Figures of the section: how far a few steps move the sums, and the best rate of each width.

Book: hyperparameters/across_widths
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.hyperparameters.maximal_update import exponent

NAMES = {
    "plain": ("照常", "as usual"),
    "rates": ("只改学习率", "rates alone"),
    "mup": ("µP", "µP"),
}
STROKES = {"plain": "-", "rates": BROKEN, "mup": "-"}
FAMILIES = {"plain": "plain", "rates": "plain", "mup": "adam"}


def moves(
    widths: Sequence[int], found: Mapping[str, Mapping[str, Tensor]], steps: int
) -> Bilingual:
    """How far a few steps move the sums of the second hidden layer and of the last.

    Args:
        widths: growing.
        found: `"plain"`, `"rates"`, `"mup"` -> `"hidden"` and `"output"`, `(widths,)` each.
        steps: of Adam.
    """
    powers = {
        f"{arm}_{part}": exponent(widths, found[arm][part])
        for arm in found
        for part in ("hidden", "output")
        if (arm, part) != ("rates", "hidden")
    }
    return figure(
        partial(_moves, widths=widths, found=found, part="hidden", name=("隐藏层", "hidden")),
        partial(_moves, widths=widths, found=found, part="output", name=("输出", "output")),
        alt=both(
            zh="左图，照常的线往右上升，另外两条平着叠在一起。右图，照常的线升得更陡，"
            "只改学习率的也升，缓一些，µP 的平着。",
            en="Left, the line as usual climbs to the right, the two others lie flat on each "
            "other. Right, the line as usual climbs more steeply, rates alone climb too, less so, "
            "and µP stays flat.",
        ),
        caption=both(
            zh="{steps} 步 Adam 以后，和数变了多少（均方根），宽度从 {first} 到 {last}。"
            "左，第二个隐藏层：照常的斜率 {plain_hidden:.2f}，µP {mup_hidden:.2f}。右，输出："
            "照常 {plain_output:.2f}，只改学习率 {rates_output:.2f}，µP {mup_output:.2f}。"
            "两轴取对数。",
            en="How far {steps} steps of Adam move the sums (root mean square), widths from "
            "{first} to {last}. Left, second hidden layer: slope {plain_hidden:.2f} as usual, "
            "{mup_hidden:.2f} in µP. Right, output: {plain_output:.2f} as usual, "
            "{rates_output:.2f} with rates alone, {mup_output:.2f} in µP. Both axes log.",
        ),
        numbers=powers | {"first": widths[0], "last": widths[-1], "steps": steps},
        height=0.72,
    )


def _moves(
    axes: Axes,
    text: Text,
    widths: Sequence[int],
    found: Mapping[str, Mapping[str, Tensor]],
    part: str,
    name: tuple[str, str],
) -> None:
    for arm, values in found.items():
        line = axes.plot(
            widths, values[part], color=color(FAMILIES[arm]), linestyle=STROKES[arm], marker="o",
            markersize=3,
        )[0]  # fmt: skip
        if (part, arm) == ("hidden", "mup"):
            label_end(line, text("µP，只改学习率也是", "µP, and rates alone"), at=1, dx=-30, dy=13)
        elif (part, arm) != ("hidden", "rates"):
            label_end(line, text(*NAMES[arm]), at=1, dx=-30 if arm != "mup" else 4, dy=11)
    axes.margins(y=0.16)
    note(axes, text(*name), (0.04, 0.93), xycoords="axes fraction")
    log_axis(axes.xaxis, text("宽度（对数）", "width (log)"))
    log_axis(axes.yaxis, text("变了多少（对数）", "change (log)"))
    axes.set_xticks(list(widths), [f"{width}" for width in widths])


def bests(widths: Sequence[int], found: Mapping[str, Tensor]) -> Bilingual:
    """The best rate of every width, as usual and in µP.

    Args:
        widths: growing; the first is the base.
        found: `"plain"` and `"mup"` -> log2 of the best rate of every seed, `(widths, seeds)`.
    """
    ends = {
        f"{arm}_{end}": 2.0 ** rates[place].mean().item()
        for arm, rates in found.items()
        for end, place in (("first", 0), ("last", -1))
        if (arm, end) != ("mup", "first")
    }
    return figure(
        partial(_bests, widths=widths, found=found),
        alt=both(
            zh="两条线从左边同一点出发：照常的一路往右下走，比斜率负一的虚线缓一点；"
            "µP 的几乎平着。",
            en="Two lines start from one point at the left: as usual it falls all the way to the "
            "right, a little less steeply than the dashed line of slope minus one; in µP it lies "
            "almost flat.",
        ),
        caption=both(
            zh="最好的学习率，宽度从 {first} 到 {last}：照常平均从 {plain_first:.4f} 到 "
            "{plain_last:.4f}，µP 到 {mup_last:.4f}。线是 {seeds} 个种子的中位数，带从最小到最大；"
            "虚线和宽度成反比。两轴取对数。",
            en="The best rate, widths from {first} to {last}: on average as usual from "
            "{plain_first:.4f} to {plain_last:.4f}, in µP to {mup_last:.4f}. "
            "Line: median of {seeds} seeds, band: smallest to largest; "
            "dashed: inverse to the width. Both axes log.",
        ),
        numbers=ends | {"first": widths[0], "last": widths[-1], "seeds": found["plain"].shape[1]},
    )


def _bests(axes: Axes, text: Text, widths: Sequence[int], found: Mapping[str, Tensor]) -> None:
    sizes = torch.tensor(widths, dtype=torch.float64)
    start = 2.0 ** found["plain"][0].mean()
    axes.plot(sizes, start * sizes[0] / sizes, **THEORY)
    for arm, rates in found.items():
        line = band(axes, widths, (2.0**rates).T, FAMILIES[arm], fill=0.12, linewidth=2)
        label_end(line, text(*NAMES[arm]), at=len(widths) - 2, dx=4, dy=10)
    log_axis(axes.xaxis, text("宽度（对数）", "width (log)"))
    log_axis(axes.yaxis, text("最好的学习率（对数）", "best rate (log)"))
    axes.set_xticks(list(widths), [f"{width}" for width in widths])
    axes.set_yticks([0.001, 0.003, 0.01, 0.03])
