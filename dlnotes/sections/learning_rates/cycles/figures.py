"""Figures of the section: what restarts leave on a parabola, the way between nets, budgets."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, note

WORDS = {
    "constant": ("不变", "constant"), "stairs": ("阶梯", "stairs"), "cosine": ("余弦", "cosine"),
    "one_cycle": ("单周期", "one cycle"), "low": ("阶梯，峰值低", "stairs, low peak"),
}  # fmt: skip
DASHES = {
    "constant": DOTTED, "stairs": (0, (9, 3)), "cosine": BROKEN, "one_cycle": "-",
    "low": (0, (9, 3)),
}  # fmt: skip


def parabola(losses: Mapping[int, Tensor]) -> Bilingual:
    """Mean loss on a noisy parabola while the learning rate falls in equal cycles.

    Args:
        losses: number of cycles -> shape `(T + 1,)`.
    """
    ends = [values[-1].item() for values in losses.values()]
    many = max(losses)
    return figure(
        partial(_parabola, losses=losses),
        alt=both(
            zh="两条损失。一条一路往下，越往后越快，停在 {low:.4f}；"
            "另一条下去、弹回、再下去，每次都落到同样高的谷底，停在 {high:.4f}。",
            en="Two losses. One goes down all the way, faster towards the end, to {low:.4f}; the "
            "other goes down, springs back and goes down again, to the same valley every time, and "
            "ends at {high:.4f}.",
        ),
        caption=both(
            zh="抛物线，梯度带噪声，损失取全部噪声的平均。"
            "一个周期（虚线）和 {many} 个周期（实线）：每次升上去，损失弹回大学习率的噪声底；"
            "末了高到 {ratio:.2f} 倍。",
            en="A parabola with noise in the gradient, loss averaged over all noise. One cycle "
            "(dashed) and {many} (solid): each rise throws the loss back onto the floor of the "
            "large rate, and the end is {ratio:.2f} times as high.",
        ),
        numbers={
            "low": ends[0],
            "high": ends[1],
            "ratio": ends[1] / ends[0],
            "many": many,
        },
    )


def _parabola(axes: Axes, text: Text, losses: Mapping[int, Tensor]) -> None:
    few, many = losses.values()
    axes.plot(many, color=color("plain"), linewidth=1.3)
    axes.plot(few, color=color("plain"), linewidth=1.3, linestyle=BROKEN)
    named = {text("多个周期", "many cycles"): many, text("一个周期", "one cycle"): few}
    for words, values in named.items():
        note(axes, words, (len(values), values[-1]), shift=(5, 0))
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))
    axes.set_ylim(0.0015, 1.3)
    axes.set_xlim(-20, 1.32 * len(few))
    axes.set_xticks([0, len(few) // 4, len(few) // 2, 3 * len(few) // 4, len(few) - 1])


def ways(neighbors: Tensor, strangers: Tensor) -> Bilingual:
    """Training loss on the straight way between two nets.

    Args:
        neighbors: before a restart and after the cycle that follows, shape `(seeds, places)`.
        strangers: two nets from different starts, likewise.
    """
    hill = (strangers.amax(1) - torch.maximum(strangers[:, 0], strangers[:, -1])).median().item()
    return figure(
        partial(_ways, neighbors=neighbors, strangers=strangers),
        alt=both(
            zh="两条带子。下面那条从左端平平地走到右端；上面那条中间拱起，"
            "比两头里高的那头还高出 {hill:.2f}。",
            en="Two bands. The lower one runs level from end to end; the upper one bulges in the "
            "middle, {hill:.2f} above the higher of its ends.",
        ),
        caption=both(
            zh="连着两个网络的直线上的训练损失，{seeds} 个种子的中位数和范围。"
            "实线：同一次训练的相邻两个谷，中间没有坡。虚线：两个起点各自练出来的，中间隔着山。",
            en="Training loss on the straight line between two nets, median and range of {seeds} "
            "seeds. Solid: neighboring valleys of one run, with no hill between. Dashed: nets from "
            "two starts, with a hill between.",
        ),
        numbers={"hill": hill, "seeds": len(neighbors)},
    )


def _ways(axes: Axes, text: Text, neighbors: Tensor, strangers: Tensor) -> None:
    done = torch.linspace(0, 1, neighbors.shape[1])
    far = band(axes, done, strangers, "plain", linestyle=BROKEN)
    near = band(axes, done, neighbors, "momentum")
    middle = neighbors.shape[1] // 2
    label_end(far, text("两个起点", "two starts"), at=middle, dx=-26, dy=14)
    label_end(near, text("重启前后", "across a restart"), at=middle, dx=-26, dy=-13)
    axes.set_xlabel(text("直线上走完的比例", "part of the straight way"))
    axes.set_ylabel(text("训练损失", "training loss"))
    axes.set_ylim(0, 1.2 * strangers.max().item())


def budgets(losses: Mapping[str, Tensor], steps: Sequence[int], low: float) -> Bilingual:
    """Where schedules end, by the number of steps they are given.

    Args:
        losses: name, one of `WORDS` -> shape `(seeds, budgets)`; `"low"` is a staircase at the
            peak `low`, all others are at their own best.
        steps: of each budget.
        low: that peak.
    """
    ends = {name: values[:, -1].mean().item() for name, values in losses.items()}
    return figure(
        partial(_budgets, losses=losses, steps=steps),
        alt=both(
            zh="步数越多，损失越低。余弦、单周期两条几乎重合，"
            "末了在 {cosine:.4f} 和 {one_cycle:.4f}；"
            "阶梯高一点，{stairs:.4f}；不变的末了在 {constant:.4f}；"
            "峰值低的阶梯在最上面，末了 {low:.3f}。",
            en="More steps, lower loss. Cosine and one cycle nearly coincide and end at "
            "{cosine:.4f} and {one_cycle:.4f}; stairs are a little higher, {stairs:.4f}; constant "
            "ends at {constant:.4f}; stairs at a low peak lie on top and end at {low:.3f}.",
        ),
        caption=both(
            zh="比老师多出的损失，按给多少步算，{seeds} 个种子的平均。"
            "各用自己最好的峰值，单周期和余弦几乎叠在一起；最上面那条是峰值定在 {peak:g} 的阶梯。",
            en="Loss above the teacher’s, by the steps allowed, mean of {seeds} seeds. Each at its "
            "own best peak, one cycle and cosine nearly coincide; the top line is stairs at a peak "
            "of {peak:g}.",
        ),
        numbers=ends | {"seeds": len(losses["cosine"]), "peak": low},
    )


def _budgets(axes: Axes, text: Text, losses: Mapping[str, Tensor], steps: Sequence[int]) -> None:
    lifts = {"constant": 0, "stairs": 8, "cosine": -9, "one_cycle": 5, "low": 4}
    for name, values in losses.items():
        strong = name == "one_cycle"
        line = axes.plot(
            steps, values.mean(0), color=color("momentum" if strong else "plain"),
            linestyle=DASHES[name], linewidth=2 if strong else 1.3, marker="o", markersize=3,
        )[0]  # fmt: skip
        label_end(line, text(*WORDS[name]), dy=lifts[name], dx=6)
    axes.set_xlim(steps[0] * 0.85, steps[-1] * 2.1)
    log_axis(axes.xaxis, text("步数（对数）", "steps (log)"))
    axes.set_xticks(list(steps))
    axes.set_ylim(
        losses["cosine"].mean(0).min().item() / 2, 1.4 * losses["low"].mean(0).max().item()
    )
    log_axis(axes.yaxis, text("比老师多出的损失（对数）", "loss above teacher (log)"))
