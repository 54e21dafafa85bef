"""Figures on weight decay in Adam: by the size of gradients, and in a net."""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note


def decay(sizes: Tensor, left: dict[str, Tensor], theory: Tensor) -> Bilingual:
    """What the same weight decay leaves of a weight, against the size of its gradients.

    Args:
        sizes: standard deviation of the gradients, shape `(S,)`.
        left: `"l2"`, `"adamw"` -> what is left of a weight that began at 1, shape `(seeds, S)`.
        theory: of the L2 penalty, computed, shape `(S,)`.
    """
    even = float(left["adamw"].median())
    ends = left["l2"].median(0).values
    return figure(
        partial(_left, sizes=sizes, left=left, theory=theory),
        alt=both(
            zh="AdamW 的方点排成一条水平线，都在 {even:.2f}。惩罚的圆点从左边的 {low:.2f} "
            "升到右边的 {high:.2f}，跟着虚线走，在 1 附近和水平线相交。",
            en="The squares of AdamW lie level at {even:.2f}. The circles of the penalty rise "
            "from {low:.2f} on the left to {high:.2f} on the right along a dashed line, and cross "
            "the level near 1.",
        ),
        caption=both(
            zh="同样的 α，同样的学习率：AdamW 剩多少和梯度大小无关；惩罚加进梯度，"
            "梯度越大，衰减越少。点：{seeds} 个种子的中位数；虚线：算出来的。",
            en="Same α, same learning rate: what AdamW leaves does not depend on the size of the "
            "gradients; with the penalty inside, the larger they are, the less the decay. Dots: "
            "median of {seeds} seeds; dashed: computed.",
        ),
        numbers={"even": even, "low": ends[0], "high": ends[-1], "seeds": len(left["l2"])},
    )


def _left(axes: Axes, text: Text, sizes: Tensor, left: dict[str, Tensor], theory: Tensor) -> None:
    axes.plot(sizes, theory, **THEORY)
    names = {"adamw": "AdamW", "l2": text("L2 惩罚", "L2 penalty")}
    for (name, words), marker, shift in zip(names.items(), "so", ((0, 9), (10, -4)), strict=True):
        middle = left[name].median(0).values
        axes.plot(sizes, middle, marker, color=color("adam"), markersize=4.5)
        place = 1 if name == "adamw" else 3
        note(axes, words, (float(sizes[place]), float(middle[place])), "adam", shift)
    axes.set_ylim(0, 1.08)
    log_axis(axes.xaxis, text("梯度的标准差（对数）", "std of the gradient (log)"))
    axes.set_ylabel(text("300 步后剩多少", "left after 300 steps"))


def pixels(after: Sequence[int], shares: dict[str, Tensor]) -> Bilingual:
    """What decay leaves of the weights of a net, at quiet pixels and at busy ones.

    Args:
        after: numbers of updates, E of them.
        shares: `"l2"`, `"adamw"` -> size of the weights over that without decay, at quiet pixels
            and at busy ones, shape `(seeds, E, 2)`.
    """
    ends = {name: run[:, -1].median(0).values for name, run in shares.items()}
    return figure(
        partial(_kept, after=after, shares=shares),
        alt=both(
            zh="四条线都从 1 往下。惩罚：静的像素很快掉到 {l2_quiet:.2f}，忙的停在 "
            "{l2_busy:.2f}。AdamW 的两条挨着，降到 {w_quiet:.2f} 和 {w_busy:.2f}。",
            en="Four lines fall from 1. Under the penalty quiet pixels soon drop to "
            "{l2_quiet:.2f}, busy ones end at {l2_busy:.2f}. The two of AdamW stay together and "
            "end at {w_quiet:.2f} and {w_busy:.2f}.",
        ),
        caption=both(
            zh="权重的大小，和不衰减的网络之比。惩罚几乎放过忙的像素，AdamW 两种一起压。"
            "线：{seeds} 个种子的中位数；色带：最小到最大。",
            en="Size of the weights over that without decay. The penalty nearly spares the "
            "busy pixels, AdamW shrinks both kinds. Lines: median of {seeds} seeds; bands: "
            "smallest to largest.",
        ),
        numbers={
            "l2_quiet": ends["l2"][0],
            "l2_busy": ends["l2"][1],
            "w_quiet": ends["adamw"][0],
            "w_busy": ends["adamw"][1],
            "seeds": len(shares["l2"]),
        },
    )


def _kept(axes: Axes, text: Text, after: Sequence[int], shares: dict[str, Tensor]) -> None:
    penalty, quiet, busy = text("L2 惩罚", "L2 penalty"), text("静", "quiet"), text("忙", "busy")
    looks = {"adamw": ("AdamW", "-", (-7, 7)), "l2": (penalty, BROKEN, (0, 0))}
    for name, (rule, dash, shifts) in looks.items():
        for kind, runs, shift in zip((quiet, busy), shares[name].unbind(-1), shifts, strict=True):
            runs = torch.cat([torch.ones_like(runs[:, :1]), runs], 1)
            line = band(axes, (0, *after), runs, "adam", linestyle=dash)
            label_end(line, text(f"{rule}，{kind}", f"{rule}, {kind}"), dy=shift)
    axes.set_xlim(0, 1.36 * after[-1])
    axes.set_ylim(0, 1.05)
    axes.set_xticks(range(0, after[-1] + 1, 100))
    axes.set_xlabel(text("步", "step"))
    axes.set_ylabel(text("剩几成", "share left"))
