"""Figures of the section on full batch, one example and mini-batch."""

import math
from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.figures.readings import since
from dlnotes.sections.optimizers.gradient_descent.experiments import Descent
from dlnotes.training.sweeps import Curves

DASHES = ("-", BROKEN, DOTTED)
MARKS = 60  # points drawn of a path that may have a million steps
FLOOR = 1e-5  # below it only the full batch goes on


def cost(runs: dict[int, Descent], minimum: Tensor) -> Bilingual:
    """Distance to the minimum against the examples read, one line a batch size.

    Args:
        runs: the full batch, a mini-batch and one example → runs over several seeds, paths of
            shape `(R, T + 1, D)`.
        minimum: shape `(D,)`.
    """
    full, some, one = sorted(runs, reverse=True)
    curves = {size: _averaged(runs[size], minimum) for size in (full, some, one)}
    overtakes = sorted(_overtaken(curves[full], curves[size]) / full for size in (some, one))
    return figure(
        partial(_curves, curves=curves),
        alt=both(
            zh="三条线从同一高度出发。批量 {one} 最先往下走，批量 {some} 随后，读完 1 轮时到了 "
            "{near_one:.2f} 和 {near_some:.2f}，从此变平；批量 {full} 那时才走了一步，"
            "之后越掉越快，第 {sooner:.0f} 轮和第 {later:.0f} 轮穿过另两条。",
            en="Three lines start at one height. Batch {one} goes down first, then batch {some}; "
            "after 1 epoch they are at {near_one:.2f} and {near_some:.2f}, and from there they are "
            "flat. Batch {full} has then taken one step; it falls ever faster and crosses the "
            "other two at epochs {sooner:.0f} and {later:.0f}.",
        ),
        caption=both(
            zh="小批量先到噪声底，就此停住；全批量后到，却不停。两轴取对数，"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大，每点是邻近各步的平均。",
            en="Small batches reach their noise floor first and stay there; the full batch comes "
            "late and does not stop. Both axes log; line: median of {seeds} seeds, band: smallest "
            "to largest, every point a mean over the steps beside it.",
        ),
        numbers={
            "full": full, "some": some, "one": one, "seeds": len(runs[full].path),
            "near_some": _height(curves[some], full), "near_one": _height(curves[one], full),
            "sooner": overtakes[0], "later": overtakes[1],
        },
    )  # fmt: skip


def _curves(axes: Axes, text: Text, curves: dict[int, tuple[Tensor, Tensor]]) -> None:
    for passes, name in ((1, text("1 轮", "1 epoch")), (100, text("100 轮", "100 epochs"))):
        axes.axvline(passes * max(curves), color=color("rule"), linewidth=1, zorder=0)
        top = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "baseline"}
        note(axes, name, (passes * max(curves), 1), "muted", (0, 3), **top)
    for dash, (size, (read, means)) in zip(DASHES, curves.items(), strict=True):
        line = band(axes, read, means, "plain", fill=0.16, linestyle=dash)
        label_end(line, text("批量 {size}", "batch {size}", size=size), at=0, dx=1, dy=11)
    log_axis(axes.xaxis, text("读过的样本数（对数）", "examples read (log)"))
    log_axis(axes.yaxis, text("到谷底的距离（对数）", "distance to the bottom (log)"))
    axes.set_ylim(FLOOR, 6)


def noise(sizes: Sequence[int], variances: Sequence[float]) -> Bilingual:
    """Variance of the mini-batch gradient against the batch size, beside the line 1 / B.

    Args:
        sizes: batch sizes, the first the smallest.
        variances: total variance at each, in units of the gradient squared.
    """
    return figure(
        partial(_variances, sizes=sizes, variances=variances),
        alt=both(
            zh="{count} 个点从左上到右下排成一条直线，压在虚线上。",
            en="The {count} points fall along a straight line from top left to bottom right, on "
            "the dashed line.",
        ),
        caption=both(
            zh="批量每翻一倍，梯度的方差减半。两轴取对数，虚线的斜率是 −1。",
            en="Every doubling of the batch halves the variance of the gradient. "
            "Both axes log; the dashed line has slope −1.",
        ),
        numbers={"count": len(sizes)},
    )


def _variances(axes: Axes, text: Text, sizes: Sequence, variances: Sequence) -> None:
    theory = [variances[0] * sizes[0] / size for size in sizes]
    axes.plot(sizes, theory, **THEORY)
    axes.plot(sizes, variances, "o", color=color("plain"))
    words = text(r"理论 $\propto 1/B$", r"theory $\propto 1/B$")
    note(axes, words, (sizes[-3], theory[-3]), "theory", (8, 8), va="baseline")
    log_axis(axes.xaxis, text("批量大小 $B$（对数）", "batch size $B$ (log)"))
    log_axis(axes.yaxis, text("梯度的方差（对数）", "variance of the gradient (log)"))


def network(nets: dict[int, Curves], examples: int) -> Bilingual:
    """Loss of a net against the epochs read, one line a batch size.

    Args:
        nets: the full batch and two smaller ones → their curves, evaluated after every epoch.
        examples: N, of the training part.
    """
    full, some, few = sorted(nets, reverse=True)
    ends = {size: float(nets[size].train_loss[:, -1].median()) for size in nets}
    return figure(
        partial(_network, nets=nets, examples=examples),
        alt=both(
            zh="三条往下的线。一次 {few} 个的最陡，其次一次 {some} 个；一次读完 {full} 个的最平，"
            "读完 {epochs:.0f} 轮还在 {slow:.2f}，另两条到了 {middle:.3f} 和 {quick:.4f}。",
            en="Three lines go down. That of {few} at a time is the steepest, then {some}; all "
            "{full} at a time is the flattest and ends at {slow:.2f} after {epochs:.0f} epochs, "
            "the other two at {middle:.3f} and {quick:.4f}.",
        ),
        caption=both(
            zh="网络里也是小批量先到：读同样多的样本，一批越小，走的步数越多。手写数字，"
            "纵轴取对数；学习率各自最好：{rates}；线是 {seeds} 个种子的中位数，"
            "浅色带从最小到最大。",
            en="In a network, too, small batches are first: of the same examples they make more "
            "steps. Digits, log scale; each at its best learning rate, {rates}; line: median of "
            "{seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "full": full, "some": some, "few": few, "seeds": len(nets[full].train_loss),
            "epochs": nets[full].updates[-1] * full / examples,
            "slow": ends[full], "middle": ends[some], "quick": ends[few],
            "rates": _rates(nets),
        },
    )  # fmt: skip


def _rates(nets: dict[int, Curves]) -> dict[str, str]:
    told = [(f"{nets[size].lr:g}", size) for size in sorted(nets, reverse=True)]
    zh = "，".join(f"一次 {size} 个用 {lr}" for lr, size in told)
    return both(zh=zh, en=", ".join(f"{lr} for {size}" for lr, size in told))


def _network(axes: Axes, text: Text, nets: dict[int, Curves], examples: int) -> None:
    places = ((7, -8, 12), (7, -8, 12), (3, -50, -18))
    sizes = sorted(nets, reverse=True)
    for dash, size, (at, dx, dy) in zip(DASHES, sizes, places, strict=True):
        epochs = nets[size].updates * size / examples
        line = band(axes, epochs, nets[size].train_loss, "plain", fill=0.16, linestyle=dash)
        words = text("一次 {size} 个", "{size} at a time", size=size)
        label_end(line, words, at=at, dx=dx, dy=dy)
    axes.set_xlabel(text("轮", "epoch"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))


def _averaged(run: Descent, minimum: Tensor) -> tuple[Tensor, Tensor]:
    """Examples read, shape `(P,)`, and distances of every run, shape `(R, P)`.

    A point stands for all steps since the point before it: their mean distance.
    """
    distances = (run.path - minimum).norm(dim=-1)
    last = len(run.read) - 1
    marks = torch.logspace(0, math.log10(last), MARKS).round().long().clamp(max=last).unique()
    total = torch.cumsum(distances, -1)[:, marks]
    begun, sums = marks.roll(1), total - total.roll(1, -1)
    begun[0], sums[:, 0] = marks[0] - 1, distances[:, marks[0]]
    return run.read[marks], sums / (marks - begun)


def _height(curve: tuple[Tensor, Tensor], read: int) -> float:
    """The median distance at the last point drawn up to `read` examples."""
    places, distances = curve
    return float(distances[:, places <= read][:, -1].median())


def _overtaken(curve: tuple[Tensor, Tensor], other: tuple[Tensor, Tensor]) -> float:
    """Examples read when `curve` begins to stay below `other`."""
    read, distances = curve
    heights = torch.tensor([_height(other, int(at)) for at in read])
    return since(distances.median(0).values < heights, read)
