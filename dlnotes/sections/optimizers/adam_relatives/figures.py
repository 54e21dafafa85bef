"""Figures on the relatives of Adam: factored memories, soft signs."""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import DOTTED, THEORY, color
from dlnotes.figures.marks import log_axis, note


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
            zh="两串点都升向一。Lion 的方点早早就到一；Adam 的圆点晚得多。点都落在虚线上。",
            en="Two strings of dots rise towards one. The squares of Lion arrive early, the "
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
