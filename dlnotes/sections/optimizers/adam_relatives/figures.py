"""Figures on the relatives of Adam: sizes, factored memories, closing bounds, soft signs."""

import math
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import log_axis, note


def sizes(grads: Tensor, kept: dict[float, Tensor]) -> Bilingual:
    """What memories of several powers make of the same gradients.

    Args:
        grads: shape `(T,)`.
        kept: power -> remembered size after every gradient, shape `(T,)`: a low power, a high
            one, and inf.
    """
    low, high, _ = sorted(kept)
    return figure(
        partial(_remembered, grads=grads, kept=kept),
        alt=both(
            zh="灰色竖线是一个个梯度的绝对值。三条线：p 等于 {low:g} 的在竖线中间缓缓起伏；"
            "p 等于 {high:g} 的贴近上沿；p 为无穷的从每个尖峰出发，一步一步往下滑。",
            en="Grey bars are the sizes of the gradients. Three lines: for p = {low:g} it drifts "
            "through the middle of the bars; for p = {high:g} it runs near their tops; for "
            "infinite p it starts from every peak and slides down step by step.",
        ),
        caption=both(
            zh="p 越大，记住的大小越靠近最大的梯度；p 到了无穷，就是 AdaMax 的最大值。"
            "灰色：梯度的绝对值。",
            en="The larger p, the closer the remembered size comes to the largest gradient; at "
            "infinity it is the maximum of AdaMax. Grey: sizes of the gradients.",
        ),
        numbers={"low": low, "high": high},
    )


def _remembered(axes: Axes, text: Text, grads: Tensor, kept: dict[float, Tensor]) -> None:
    steps = torch.arange(1, len(grads) + 1)
    axes.vlines(steps, 0, grads.abs(), color=color("muted"), linewidth=1.6, alpha=0.55)
    looks = (("adam", "-", 1.8, 0), ("adam", BROKEN, 1.8, -7), ("theory", "-", 2.4, 9))
    for power, (token, dash, width, shift) in zip(sorted(kept), looks, strict=True):
        size, shown = kept[power], r"$\infty$" if power == math.inf else f"{power:g}"
        axes.plot(steps, size, color=color(token), linestyle=dash, linewidth=width)
        note(axes, f"$p$ = {shown}", (len(grads), float(size[-1])), token, (5, shift))
    axes.set_xlim(0, len(grads) * 1.09)
    axes.set_ylim(0, None)
    axes.set_xlabel(text("步", "step"))
    axes.set_ylabel(text("记住的大小", "remembered size"))


def memory(
    counts: dict[str, int], full: Tensor, factored: Tensor, *, shape: tuple[int, int]
) -> Bilingual:
    """How many numbers a memory of size takes, and what the factored one gets wrong.

    Args:
        counts: `"full"` and `"factored"` -> numbers kept for a matrix of weights.
        full: the second moments of a layer, any shape, greater than 0.
        factored: what rows and columns alone make of it, same shape.
        shape: rows and columns of the matrix that is counted.
    """
    return figure(
        partial(_bars, counts=counts),
        partial(_dots, full=full, factored=factored),
        alt=both(
            zh="左：一根长条和一根几乎看不见的短条。右：一团点沿着虚线对角线散开，大多离得不远。",
            en="Left: one long bar and one too short to see. Right: a cloud of dots along the "
            "dashed diagonal, most of them close to it.",
        ),
        caption=both(
            zh="左：{rows} × {columns} 的权重，二阶矩逐个记，或者只记每行每列的平均。"
            "右：一个真实的层，落在虚线上就是一点不差。",
            en="Left: second moments of {rows} × {columns} weights, one each or only the means of "
            "rows and columns. Right: a real layer; on the dashed line nothing is lost.",
        ),
        numbers={"rows": shape[0], "columns": shape[1]},
    )


def _bars(axes: Axes, text: Text, counts: dict[str, int]) -> None:
    names = {"full": text("逐个记", "one each"), "factored": text("行和列", "rows, columns")}
    tokens = {"full": "adam", "factored": "adaptive"}
    for place, (name, count) in enumerate(counts.items()):
        axes.barh(place, count, height=0.55, color=color(tokens[name]))
        note(axes, f"{count:,}", (count, place), tokens[name], (6, 0))
    axes.set_yticks(range(len(counts)), [names[name] for name in counts])
    axes.set_xlim(0, 1.3 * max(counts.values()))
    axes.set_xticks([])
    axes.invert_yaxis()
    axes.tick_params(left=False)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_title(text("记住几个数", "numbers kept"))


def _dots(axes: Axes, text: Text, full: Tensor, factored: Tensor) -> None:
    ends = torch.stack([full.min(), full.max()]).tolist()
    axes.plot(ends, ends, **THEORY)
    dots = {"markersize": 2.6, "alpha": 0.5, "markeredgewidth": 0, "color": color("adaptive")}
    axes.plot(full.flatten(), factored.flatten(), "o", **dots)
    log_axis(axes.xaxis, text("逐个记的二阶矩（对数）", "second moment, one each (log)"))
    log_axis(axes.yaxis, text("行列拼出的（对数）", "from rows, columns (log)"))
    axes.set_title(text("每点一个权重", "a dot a weight"))


def funnel(steps: Tensor, bounds: tuple[Tensor, Tensor], free: Tensor, held: Tensor) -> Bilingual:
    """The bounds of AdaBound closing on the step sizes of Adam.

    Args:
        steps: t from 1, shape `(T,)`.
        bounds: the lower and the upper one, shape `(T,)` each.
        free: Adam's learning rate of each coordinate, shape `(K,)`.
        held: what the bounds leave of it, shape `(K, T)`.
    """
    return figure(
        partial(_closing, steps=steps, bounds=bounds, free=free, held=held),
        alt=both(
            zh="两条虚线像漏斗，从左边上下两头收到右边一处。{count} 条实线先是平的，"
            "碰到虚线就贴着它走，最后全挤在一起。",
            en="Two dashed lines form a funnel, wide on the left and closed on the right. The "
            "{count} solid lines run level until they meet a dashed one, follow it, and end "
            "together.",
        ),
        caption=both(
            zh="{count} 个坐标，Adam 给的学习率从大到小；碰到界就跟着界走，最后都是 SGD 的那一个。"
            "细线：没有界的 Adam。",
            en="Adam's learning rates for {count} coordinates, from large to small: each follows "
            "the bound it meets, and all end at the one of SGD. Thin: Adam without bounds.",
        ),
        numbers={"count": len(free)},
    )


def _closing(
    axes: Axes, text: Text, steps: Tensor, bounds: tuple, free: Tensor, held: Tensor
) -> None:
    low, high = bounds
    axes.fill_between(steps, low, high, color=color("theory"), alpha=0.12, linewidth=0)
    for bound in bounds:
        axes.plot(steps, bound, **THEORY)
    for rate, path in zip(free.tolist(), held, strict=True):
        axes.plot(steps, torch.full_like(steps, rate), color=color("adam"), linewidth=0.8)
        axes.plot(steps, path, color=color("adam"))
    middle, last, above = len(steps) // 2, float(steps[-1]), {"va": "baseline"}
    for bound, words, dy in ((low, text("下界", "lower"), -14), (high, text("上界", "upper"), 8)):
        note(axes, words, (float(steps[middle]), float(bound[middle])), "theory", (8, dy), **above)
    final = text("SGD 的学习率", "rate of SGD")
    note(axes, final, (last, float(low[-1])), "theory", (0, 9), ha="right", **above)
    axes.set_ylim(float(free.min()) / 3, float(free.max()) * 3)
    log_axis(axes.xaxis, text("步（对数）", "step (log)"))
    log_axis(axes.yaxis, text("坐标的学习率（对数）", "rate of a coordinate (log)"))


def signs(signal: Tensor, measured: dict[str, Tensor], theory: dict[str, Tensor]) -> Bilingual:
    """How far an average step gets, against how clearly the gradient speaks.

    Args:
        signal: mean of the gradient over its standard deviation, shape `(S,)`.
        measured: `"adam"`, `"lion"` -> average step in learning rates, shape `(seeds, S)`.
        theory: the same names -> the expected curve, shape `(S,)`.
    """
    return figure(
        partial(_lengths, signal=signal, measured=measured, theory=theory),
        alt=both(
            zh="两串点都从零升到一。Lion 的方点早早就到一；Adam 的圆点晚得多。点都落在虚线上。",
            en="Two strings of dots rise from zero to one. The squares of Lion arrive early, the "
            "circles of Adam much later. All lie on dashed lines.",
        ),
        caption=both(
            zh="信号越弱，两边平均每步净移得越少；Lion 早早就到一个学习率。"
            "点：{seeds} 个种子的中位数；虚线：算出来的。",
            en="The weaker the signal, the less far either gets in an average step; Lion gets a "
            "full learning rate early. Dots: median of {seeds} seeds; broken lines: computed.",
        ),
        numbers={"seeds": len(measured["adam"])},
    )


def _lengths(axes: Axes, text: Text, signal: Tensor, measured: dict, theory: dict) -> None:
    place = len(signal) // 2
    for name, words, marker, dash, shift, side in (
        ("adam", "Adam", "o", "--", (9, -7), "left"),
        ("lion", "Lion", "s", DOTTED, (-9, 5), "right"),
    ):
        axes.plot(signal, theory[name], **THEORY | {"linestyle": dash})
        middle = measured[name].median(0).values
        axes.plot(signal, middle, marker, color=color("adam"), markersize=4.5)
        at = float(signal[place]), float(theory[name][place])
        note(axes, words, at, "adam", shift, ha=side, va="baseline")
    axes.set_ylim(0, 1.08)
    log_axis(axes.xaxis, text("梯度：平均 / 标准差（对数）", "gradient: mean / std (log)"))
    axes.set_ylabel(text("平均每步净移（学习率）", "average step (learning rates)"))
