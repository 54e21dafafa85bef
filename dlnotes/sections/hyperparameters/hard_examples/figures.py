"""The figures of the section: what mining and dropping are worth, and what pulls at a line.

Book: hyperparameters/hard_examples
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, note

FAMILY = {"mine50": "adaptive", "drop75": "curvature"}
STYLE = {"mine50": "-", "drop75": BROKEN}
NAMES = {
    "mine50": ("只学最难的一半", "hardest half alone"),
    "drop75": ("删掉最难的四分之一", "hardest quarter dropped"),
}
PLACES = {"mine50": (-8, -24), "drop75": (0, 24)}


def gains(found: Mapping[str, Tensor], shares: Sequence[float]) -> Bilingual:
    """Accuracy gained over learning from everything, over the share of wrong labels.

    Args:
        found: `"mine50"` and `"drop75"` -> gains, `(shares, seeds)`.
        shares: of wrong labels, growing.
    """
    ends = {
        f"{arm}_{place}": 100 * gain[i].mean().item()
        for arm, gain in found.items()
        for place, i in (("first", 0), ("last", -1))
    }
    return figure(
        partial(_gains, found=found, shares=shares),
        alt=both(
            zh="横轴是错标签的比例，纵轴是准确率高出多少。只学最难一半的那条从零一路往下；"
            "删掉最难四分之一的那条从零以下起，穿过零，到上面去。",
            en="Accuracy gained over the share of wrong labels. The line of the hardest half "
            "starts at zero and falls; that of dropping the hardest quarter starts below zero, "
            "crosses it and stays above.",
        ),
        caption=both(
            zh="和全部都学比，准确率高出几个百分点。标签全对：只学最难的一半 {mine50_first:+.1f}，"
            "删掉最难的四分之一 {drop75_first:+.1f}；{share:.0%} 错标签：{mine50_last:+.1f} 和 "
            "{drop75_last:+.1f}。线是 {seeds} 份数据的中位数，带从最小到最大，这里的数是平均。",
            en="Points of accuracy gained over learning from everything. Labels all right: "
            "hardest half alone {mine50_first:+.1f}, hardest quarter dropped {drop75_first:+.1f}; "
            "{share:.0%} wrong: {mine50_last:+.1f} and {drop75_last:+.1f}. Line: median of "
            "{seeds} data sets, band: smallest to largest; these numbers are means.",
        ),
        numbers={"share": shares[-1], "seeds": found["mine50"].shape[1], **ends},
    )


def _gains(axes: Axes, text: Text, found: Mapping[str, Tensor], shares: Sequence[float]) -> None:
    axes.axhline(0, **THEORY)
    note(axes, text("全部都学", "all of them"), (shares[0], 0), "theory", (2, 9), ha="left")
    percents = [100 * share for share in shares]
    for arm, gain in found.items():
        points = 100 * gain.T
        kind = {"linestyle": STYLE[arm], "linewidth": 2}
        band(axes, percents, points, FAMILY[arm], **kind)
        end = percents[-1], points[:, -1].median().item()
        note(axes, text(*NAMES[arm]), end, FAMILY[arm], PLACES[arm], ha="right")
    axes.margins(y=0.12)
    axes.set(
        xlabel=text("错标签（%）", "wrong labels (%)"),
        ylabel=text("准确率高出（百分点）", "accuracy gained (points)"),
    )


def lines(x: Tensor, y: Tensor, squares: Tensor, huber: Tensor, delta: float) -> Bilingual:
    """What an error pulls with, and the lines that come of it.

    Args:
        x: of the points, `(N,)`.
        y: of the points, `(N,)`.
        squares: intercept and slope of least squares, `(2,)`.
        huber: those of Huber's loss, `(2,)`.
        delta: where it bends.
    """
    return figure(
        partial(_pulls, delta=delta),
        partial(_lines, x=x, y=y, squares=squares, huber=huber),
        alt=both(
            zh="左图：误差的拉力，平方损失是一条越走越高的直线，Huber 损失到了界就走平。"
            "右图：一片点，右端几个点高高在上；最小二乘的直线被拉上去，Huber 的直线留在点里。",
            en="Left: what an error pulls with; for squares a line that keeps rising, for Huber "
            "one that goes flat at the bound. Right: a cloud of points, a few high above its right "
            "end; least squares is drawn up to them, the line of Huber stays in the cloud.",
        ),
        caption=both(
            zh="左：误差的拉力，Huber 的最多 {delta:g}。右：{count} 个点，"
            "最小二乘的斜率是 {squares:.2f}，Huber 的是 {huber:.2f}。",
            en="Left: how hard an error pulls; with Huber never more than {delta:g}. Right: of "
            "{count} points, least squares has slope {squares:.2f}, Huber {huber:.2f}.",
        ),
        numbers={
            "delta": delta, "count": len(x), "squares": squares[1].item(),
            "huber": huber[1].item(),
        },
        height=0.72,
    )  # fmt: skip


def _pulls(axes: Axes, text: Text, delta: float) -> None:
    error = torch.linspace(-5, 5, 101, dtype=torch.float64)
    for pull, name, token, style, at, shift in (
        (error, ("平方", "squares"), "plain", BROKEN, 85, (-8, 8)),
        (error.clamp(-delta, delta), ("Huber", "Huber"), "curvature", "-", 100, (-4, -13)),
    ):
        axes.plot(error, pull, color=color(token), linestyle=style, linewidth=2)
        note(axes, text(*name), (error[at], pull[at]), token, shift, ha="right")
    axes.set(
        xlabel=text("误差", "error"), ylabel=text("拉力（损失的导数）", "pull (slope of the loss)")
    )


def _lines(axes: Axes, text: Text, x: Tensor, y: Tensor, squares: Tensor, huber: Tensor) -> None:
    axes.plot(x, y, "o", color=color("plain"), markersize=3, alpha=0.5)
    ends = torch.stack([x.min(), x.max()])
    for fit, name, token, style, dy in (
        (squares, ("平方", "squares"), "plain", BROKEN, 16),
        (huber, ("Huber", "Huber"), "curvature", "-", -24),
    ):
        heights = fit[0] + fit[1] * ends
        axes.plot(ends, heights, color=color(token), linestyle=style, linewidth=2)
        note(axes, text(*name), (ends[1], heights[1]), token, (-12, dy), ha="right")
    axes.set(xlabel="$x$", ylabel="$y$")
