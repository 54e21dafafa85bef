"""Figures of the section on full batch, one example and mini-batch."""

import math
from collections.abc import Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end
from dlnotes.sections.optimizers.gradient_descent.experiments import Descent

DASHES = ("-", (0, (6, 1.5)), (0, (1.5, 1.5)))
MARKS = 60  # points drawn of a path that may have a million steps
FLOOR = 1e-5  # below it only the full batch goes on


def cost(runs: dict[int, Descent], minimum: Tensor) -> Bilingual:
    """Distance to the minimum against the examples read, one line a batch size.

    Args:
        runs: batch size → runs over several seeds, paths of shape `(R, T + 1, D)`.
        minimum: shape `(D,)`.
    """

    examples = max(runs)

    def draw(axes: Axes, text: Text) -> None:
        for passes, name in ((1, text("1 轮", "1 epoch")), (100, text("100 轮", "100 epochs"))):
            _milestone(axes, passes * examples, name)
        for dash, (size, run) in zip(DASHES, sorted(runs.items(), reverse=True), strict=False):
            read, low, middle, high = _band(run, minimum)
            axes.fill_between(read, low, high, color=color("plain"), alpha=0.16, linewidth=0)
            (line,) = axes.plot(read, middle, color=color("plain"), linestyle=dash)
            label_end(line, text(f"批量 {size}", f"batch {size}"), at=0, dx=1, dy=11)
        _log_axes(axes)
        axes.set_ylim(FLOOR, 6)
        axes.set_xlabel(text("读过的样本数（对数）", "examples read (log)"))
        axes.set_ylabel(text("到谷底的距离（对数）", "distance to the bottom (log)"))

    return figure(
        draw,
        alt=both(
            zh="三条线从同一高度出发。批量 1 最先往下走，批量 50 随后，读完 1 轮时两条都到了 0.1 "
            "附近，从此变平；批量 1000 那时才走了一步，之后越掉越快，10 到 20 轮之间穿过另两条。",
            en="Three lines start at one height. Batch 1 goes down first, then batch 50; after "
            "1 epoch both are near 0.1, and from there they are flat. Batch 1000 has then taken "
            "one step; it falls ever faster and crosses the other two between 10 and 20 epochs.",
        ),
        caption=both(
            zh="小批量先到噪声底，就此停住；全批量后到，却不停。两轴取对数，"
            "线是 5 个种子的中位数，浅色带从最小到最大，每点是邻近各步的平均。",
            en="Small batches reach their noise floor first and stay there; the full batch comes "
            "late and does not stop. Both axes log; line: median of 5 seeds, band: smallest to "
            "largest, every point a mean over the steps beside it.",
        ),
    )


def noise(sizes: Sequence[int], variances: Sequence[float]) -> Bilingual:
    """Variance of the mini-batch gradient against the batch size, beside the line 1 / B.

    Args:
        sizes: batch sizes, the first the smallest.
        variances: total variance at each, in units of the gradient squared.
    """

    def draw(axes: Axes, text: Text) -> None:
        theory = [variances[0] * sizes[0] / size for size in sizes]
        axes.plot(sizes, theory, color=color("theory"), linestyle="--")
        axes.plot(sizes, variances, "o", color=color("plain"))
        axes.annotate(
            text(r"理论 $\propto 1/B$", r"theory $\propto 1/B$"),
            (sizes[-3], theory[-3]),
            (8, 8),
            textcoords="offset points",
            color=color("theory"),
        )
        _log_axes(axes)
        axes.set_xlabel(text("批量大小 $B$（对数）", "batch size $B$ (log)"))
        axes.set_ylabel(text("梯度的方差（对数）", "variance of the gradient (log)"))

    return figure(
        draw,
        alt=both(
            zh="八个点从左上到右下排成一条直线，压在虚线上。",
            en="Eight points fall along a straight line from top left to bottom right, "
            "on the dashed line.",
        ),
        caption=both(
            zh="批量每翻一倍，梯度的方差减半。两轴取对数，虚线的斜率是 −1。",
            en="Every doubling of the batch halves the variance of the gradient. "
            "Both axes log; the dashed line has slope −1.",
        ),
    )


def _band(run: Descent, minimum: Tensor) -> tuple[Tensor, ...]:
    """Examples read, and the lowest, median and highest distance over the runs.

    A point stands for all steps since the point before it: their mean distance.
    """
    distances = (run.path - minimum).norm(dim=-1)
    last = len(run.read) - 1
    marks = torch.logspace(0, math.log10(last), MARKS).round().long().clamp(max=last).unique()
    total = torch.cumsum(distances, -1)[:, marks]
    begun, sums = marks.roll(1), total - total.roll(1, -1)
    begun[0], sums[:, 0] = marks[0] - 1, distances[:, marks[0]]
    means = sums / (marks - begun)
    return run.read[marks], means.amin(0), means.median(0).values, means.amax(0)


def _milestone(axes: Axes, at: float, name: str) -> None:
    axes.axvline(at, color=color("rule"), linewidth=1, zorder=0)
    axes.annotate(
        name,
        (at, 1),
        (0, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=color("muted"),
        ha="center",
    )


def _log_axes(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.minorticks_off()
