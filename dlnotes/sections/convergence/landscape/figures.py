"""The figures of the section: one saddle cut three ways, and a net that begins on one.

Book: convergence/landscape
"""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.sections.convergence.landscape.experiments import MARKS, Descents

GUESSING = torch.tensor(10.0).log().item()


def cuts(reach: float = 1.0) -> Bilingual:
    """The saddle (x² - y²) / 2 along x, along y and between the two.

    Args:
        reach: how far from the middle to either side.
    """
    return figure(
        partial(_three, reach=reach),
        alt=both(
            zh="三条线过同一点。横向那条是朝上的碗，到 {reach:.0f} 处高 {height:.1f}；纵向那条翻了"
            "过来；斜着 {angle}° 的那条一直是平的。",
            en="Three lines through one point. The one across is a cup, {height:.1f} high at "
            "{reach:.0f}; the one along is a cap; the one at {angle}° is flat.",
        ),
        caption=both(
            zh="同一个马鞍，三刀切下去：曲率 {up}、{flat}、{down}。横轴是离正中多远。",
            en="One saddle, three cuts: curvatures {up}, {flat} and {down}. Across: distance from "
            "the middle.",
        ),
        numbers={
            "reach": reach, "height": reach**2 / 2, "angle": 45, "up": 1, "flat": 0, "down": "−1",
        },
        height=0.45,
    )  # fmt: skip


def _three(axes: Axes, text: Text, reach: float) -> None:
    s = torch.linspace(-reach, reach, 81)
    for angle, dash, words in (
        (0.0, "-", text("横向", "across")),
        (torch.pi / 4, DOTTED, text("斜 45°", "at 45°")),
        (torch.pi / 2, BROKEN, text("纵向", "along")),
    ):
        x, y = s * torch.tensor(angle).cos(), s * torch.tensor(angle).sin()
        (line,) = axes.plot(s, (x * x - y * y) / 2, color="#1c1d21", linestyle=dash)
        label_end(line, words)
    axes.set_xlabel(text("离正中", "distance from the middle"))
    axes.set_ylabel(text("损失", "loss"))
    axes.margins(x=0.02)


def plateau(small: Descents, usual: Descents) -> Bilingual:
    """The loss from small weights and from usual ones, with the curvatures on the way.

    Args:
        small: runs from a hundredth of the usual weights.
        usual: runs from the usual weights.
    """
    low, high = (each.median(0).values for each in (small.lowest, small.highest))
    waits, goes = (float((runs.losses < 1).int().argmax(1).median()) for runs in (small, usual))
    return figure(
        partial(_curves, small=small, usual=usual, low=low, high=high),
        alt=both(
            zh="两条损失曲线。权重小的，先沿着 {level:.2f} 走一段平路，曲率从 {low:.2f} 到 "
            "{high:.2f}，然后落下去；权重平常的，一开始就落。",
            en="Two loss curves. From small weights it first runs level at {level:.2f}, with "
            "curvatures from {low:.2f} to {high:.2f}, and then falls; from usual ones it falls at "
            "once.",
        ),
        caption=both(
            zh="权重小，开头就在马鞍旁边：降到 1，要 {waits:.0f} 步，平常的 {goes:.0f} 步。线是 "
            "{seeds} 次训练的中位数，浅色带从最小到最大；数是最小和最大的曲率；步数取对数。",
            en="With small weights a net starts beside a saddle: {waits:.0f} steps to a loss of 1, "
            "from usual ones {goes:.0f}. Line: median of {seeds} runs, band: smallest to largest; "
            "numbers: smallest and largest curvature; steps on a log scale.",
        ),
        numbers={
            "level": GUESSING, "low": low[0].item(), "high": high[0].item(), "waits": waits,
            "goes": goes, "seeds": len(small.losses),
        },
    )  # fmt: skip


def _curves(
    axes: Axes, text: Text, small: Descents, usual: Descents, low: Tensor, high: Tensor
) -> None:
    threshold(axes, GUESSING, text("瞎猜，ln 10", "a guess, ln 10"), 1.1, shift=(0, 9))
    for runs, dash, words, place in (
        (usual, BROKEN, text("平常的权重", "usual weights"), {"at": 20, "dx": -88, "dy": -8}),
        (small, "-", text("百分之一的权重", "a hundredth"), {"at": 60, "dx": 8}),
    ):
        steps = torch.arange(1, runs.losses.shape[1])
        line = band(axes, steps, runs.losses[:, 1:], "plain", fill=0.12, linestyle=dash)
        label_end(line, words, **place)
    middle = small.losses.median(0).values
    shifts = ((0, -13), (8, 8), (0, 24))
    for mark, least, most, shift in zip(MARKS, low, high, shifts, strict=True):
        at = mark, middle[mark].item()
        axes.plot(*at, "o", color="#1c1d21", markersize=4)
        words = f"{least:.3f}, {most:.3g}".replace("-", "−")
        note(axes, words, at, shift=shift, ha="left" if mark == MARKS[1] else "center")
    log_axis(axes.xaxis, text("步数（对数）", "step (log)"))
    axes.set_ylabel(text("损失", "loss"))
