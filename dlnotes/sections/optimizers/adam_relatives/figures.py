"""Figures on the relatives of Adam: sizes, factored memories, closing bounds, soft signs."""

import math

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure

SHIFTS = {2: 0, 10: -7, math.inf: 9}  # apart from each other
DASHES = {2: "-", 10: (0, (4, 1.6)), math.inf: (0, (1, 1.2))}


def sizes(grads: Tensor, kept: dict[float, Tensor]) -> Bilingual:
    """What memories of several powers make of the same gradients.

    Args:
        grads: shape `(T,)`.
        kept: power -> remembered size after every gradient, shape `(T,)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        steps = torch.arange(1, len(grads) + 1)
        axes.vlines(steps, 0, grads.abs(), color=color("muted"), linewidth=1.6, alpha=0.55)
        for power, size in kept.items():
            shown = r"$\infty$" if power == math.inf else f"{power:g}"
            token = "theory" if power == math.inf else "adam"
            width = 2.4 if power == math.inf else 1.8
            style = "-" if power == math.inf else DASHES[power]
            axes.plot(steps, size, color=color(token), linestyle=style, linewidth=width)
            axes.annotate(
                f"$p$ = {shown}", (len(grads), float(size[-1])), (5, SHIFTS[power]),
                textcoords="offset points", color=color(token), va="center",
                annotation_clip=False,
            )  # fmt: skip
        axes.set_xlim(0, len(grads) * 1.09)
        axes.set_ylim(0, None)
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("记住的大小", "remembered size"))

    return figure(
        draw,
        alt=both(
            zh="灰色竖线是一个个梯度的绝对值。三条线：p 等于 2 的在竖线中间缓缓起伏；"
            "p 等于 10 的贴近上沿；p 为无穷的从每个尖峰出发，一步一步往下滑。",
            en="Grey bars are the sizes of the gradients. Three lines: for p = 2 it drifts through "
            "the middle of the bars; for p = 10 it runs near their tops; for infinite p it starts "
            "from every peak and slides down step by step.",
        ),
        caption=both(
            zh="p 越大，记住的大小越靠近最大的梯度；p 到了无穷，就是 AdaMax 的最大值。"
            "灰色：梯度的绝对值。",
            en="The larger p, the closer the remembered size comes to the largest gradient; at "
            "infinity it is the maximum of AdaMax. Grey: sizes of the gradients.",
        ),
    )


def memory(counts: dict[str, int], full: Tensor, factored: Tensor) -> Bilingual:
    """How many numbers a memory of size takes, and what the factored one gets wrong.

    Args:
        counts: `"full"` and `"factored"` -> numbers of a matrix of weights.
        full: the second moments of a layer, any shape, greater than 0.
        factored: what rows and columns alone make of it, same shape.
    """

    def bars(axes: Axes, text: Text) -> None:
        names = {"full": text("逐个记", "one each"), "factored": text("行和列", "rows, columns")}
        tokens = {"full": "adam", "factored": "adaptive"}
        for place, (name, count) in enumerate(counts.items()):
            axes.barh(place, count, height=0.55, color=color(tokens[name]))
            axes.annotate(
                f"{count:,}", (count, place), (6, 0), textcoords="offset points", va="center",
                color=color(tokens[name]), annotation_clip=False,
            )  # fmt: skip
        axes.set_yticks(range(len(counts)), [names[name] for name in counts])
        axes.set_xlim(0, 1.3 * max(counts.values()))
        axes.set_xticks([])
        axes.invert_yaxis()
        axes.tick_params(left=False)
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.set_title(text("记住几个数", "numbers kept"))

    def dots(axes: Axes, text: Text) -> None:
        ends = torch.stack([full.min(), full.max()]).tolist()
        axes.plot(ends, ends, color=color("theory"), linestyle="--", linewidth=1.4)
        axes.plot(
            full.flatten(), factored.flatten(), "o", markersize=2.6, alpha=0.5,
            markeredgewidth=0, color=color("adaptive"),
        )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.set_xlabel(text("逐个记的二阶矩（对数）", "second moment, one each (log)"))
        axes.set_ylabel(text("行列拼出的（对数）", "from rows, columns (log)"))
        axes.set_title(text("每点一个权重", "a dot a weight"))

    return figure(
        bars,
        dots,
        alt=both(
            zh="左：一根长条和一根几乎看不见的短条。右：一团点沿着虚线对角线散开，大多离得不远。",
            en="Left: one long bar and one too short to see. Right: a cloud of dots along the "
            "dashed diagonal, most of them close to it.",
        ),
        caption=both(
            zh="左：1000 × 500 的权重，二阶矩逐个记，或者只记每行每列的平均。"
            "右：一个真实的层，落在虚线上就是一点不差。",
            en="Left: second moments of 1000 × 500 weights, one each or only the means of rows and "
            "columns. Right: a real layer; on the dashed line nothing is lost.",
        ),
    )


def funnel(steps: Tensor, bounds: tuple[Tensor, Tensor], free: Tensor, held: Tensor) -> Bilingual:
    """The bounds of AdaBound closing on the step sizes of Adam.

    Args:
        steps: t from 1, shape `(T,)`.
        bounds: the lower and the upper one, shape `(T,)` each.
        free: Adam's learning rate of each coordinate, shape `(K,)`.
        held: what the bounds leave of it, shape `(K, T)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        low, high = bounds
        axes.fill_between(steps, low, high, color=color("theory"), alpha=0.12, linewidth=0)
        for bound in bounds:
            axes.plot(steps, bound, color=color("theory"), linestyle="--", linewidth=1.4)
        for rate, path in zip(free.tolist(), held, strict=True):
            axes.plot(steps, torch.full_like(steps, rate), color=color("adam"), linewidth=0.8)
            axes.plot(steps, path, color=color("adam"))
        for bound, words in zip(
            bounds, (text("下界", "lower"), text("上界", "upper")), strict=True
        ):
            place = len(steps) // 2
            axes.annotate(
                words, (float(steps[place]), float(bound[place])), (8, 8 if bound is high else -14),
                textcoords="offset points", color=color("theory"),
            )  # fmt: skip
        axes.annotate(
            text("SGD 的学习率", "rate of SGD"), (float(steps[-1]), float(low[-1])), (0, 9),
            textcoords="offset points", ha="right", color=color("theory"),
        )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(float(free.min()) / 3, float(free.max()) * 3)
        axes.minorticks_off()
        axes.set_xlabel(text("步（对数）", "step (log)"))
        axes.set_ylabel(text("坐标的学习率（对数）", "rate of a coordinate (log)"))

    return figure(
        draw,
        alt=both(
            zh="两条虚线像漏斗，从左边上下两头收到右边一处。五条实线先是平的，"
            "碰到虚线就贴着它走，最后全挤在一起。",
            en="Two dashed lines form a funnel, wide on the left and closed on the right. Five "
            "solid lines run level until they meet a dashed one, follow it, and end together.",
        ),
        caption=both(
            zh="五个坐标，Adam 给的学习率从大到小；碰到界就跟着界走，最后都是 SGD 的那一个。"
            "细线：没有界的 Adam。",
            en="Five coordinates with learning rates of Adam from large to small: each follows the "
            "bound it meets, and all end at the one of SGD. Thin: Adam without bounds.",
        ),
    )


def signs(signal: Tensor, measured: dict[str, Tensor], theory: dict[str, Tensor]) -> Bilingual:
    """How long an average step is, against how clearly the gradient speaks.

    Args:
        signal: mean of the gradient over its standard deviation, shape `(S,)`.
        measured: `"adam"`, `"lion"` -> average step in learning rates, shape `(seeds, S)`.
        theory: the same names -> the expected curve, shape `(S,)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        for name, marker, dash in (("adam", "o", "--"), ("lion", "s", (0, (1, 1.2)))):
            axes.plot(signal, theory[name], color=color("theory"), linestyle=dash, linewidth=1.4)
            middle = measured[name].median(0).values
            axes.plot(signal, middle, marker, color=color("adam"), markersize=4.5)
        place = len(signal) // 2
        for name, words, shift, align in (
            ("adam", "Adam", (9, -7), "left"), ("lion", "Lion", (-9, 5), "right"),
        ):  # fmt: skip
            at = float(signal[place]), float(theory[name][place])
            axes.annotate(
                words, at, shift, textcoords="offset points", ha=align, color=color("adam")
            )
        axes.set_xscale("log")
        axes.set_ylim(0, 1.08)
        axes.minorticks_off()
        axes.set_xlabel(text("梯度：平均 / 标准差（对数）", "gradient: mean / std (log)"))
        axes.set_ylabel(text("平均一步（学习率）", "average step (learning rates)"))

    return figure(
        draw,
        alt=both(
            zh="两串点都从零升到一。Lion 的方点早早就到一；Adam 的圆点晚得多。点都落在虚线上。",
            en="Two strings of dots rise from zero to one. The squares of Lion arrive early, the "
            "circles of Adam much later. All lie on dashed lines.",
        ),
        caption=both(
            zh="信号越弱，Adam 走得越短；Lion 早早就走满一步。"
            "点：5 个种子的中位数；虚线：算出来的。",
            en="The weaker the signal, the shorter the steps of Adam; Lion takes full ones early. "
            "Dots: median of 5 seeds; broken lines: computed.",
        ),
    )
