"""Figures of the section: what comes back through twenty layers, and which nets learn."""

from collections.abc import Mapping
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY
from dlnotes.figures.marks import band, label_end, log_axis
from dlnotes.sections.gradients.initialization.experiments import EVERY

DASHES = {"torch": DOTTED, "Glorot": BROKEN, "He": "-"}
GUESSING = torch.tensor(10.0).log().item()  # loss of even chances for ten digits


def coming_back(sizes: Mapping[str, Tensor], factors: Mapping[str, float]) -> Bilingual:
    """What is left of a message sent back through ReLU layers, from several first weights.

    Args:
        sizes: `"torch"`, `"Glorot"`, `"He"` -> sizes at each place, from the end to the front,
            over that at the end, shape `(seeds, L + 1)`.
        factors: the same names -> the factor a layer, by the formula.
    """
    first = next(iter(sizes.values()))
    left = {name: values[:, -1].median().item() for name, values in sizes.items()}
    return figure(
        partial(_coming_back, sizes=sizes, factors=factors),
        alt=both(
            zh="三组线从右往左走，起点都是 1。He 的走到最前面还有 {he:.2f}，"
            "Glorot 的剩 {glorot:.1e}，torch 默认的剩 {torch:.1e}，都贴着各自的虚线。",
            en="Three bundles of lines run from right to left, all from 1. He’s is at {he:.2f} "
            "at the front, Glorot’s at {glorot:.1e}, that of torch’s default at {torch:.1e}, each "
            "along its dashed line.",
        ),
        caption=both(
            zh="信号从第 {layers} 层往回传，从右往左看：同是 ReLU，首层跟前剩多少，看权重的方差。"
            "虚线按公式，每层乘 {low:.3f}、{middle:.3f}、{high:g}。"
            "{seeds} 个种子，浅色带从最小到最大；纵轴取对数。",
            en="A signal sent back from layer {layers}, to be read from right to left: with ReLU "
            "throughout, the variance of the weights decides what is left at the front. Dashed: "
            "the formula, {low:.3f}, {middle:.3f} and {high:g} a layer. {seeds} seeds, band from "
            "smallest to largest; vertical axis log.",
        ),
        numbers={
            "he": left["He"], "glorot": left["Glorot"], "torch": left["torch"],
            "layers": first.shape[1] - 1, "seeds": first.shape[0],
            "low": factors["torch"], "middle": factors["Glorot"], "high": factors["He"],
        },
    )  # fmt: skip


def _coming_back(
    axes: Axes, text: Text, sizes: Mapping[str, Tensor], factors: Mapping[str, float]
) -> None:
    for name, values in sizes.items():
        passed = torch.arange(values.shape[1])
        places = passed.flip(0)
        axes.plot(places, factors[name] ** passed.double(), **THEORY)
        line = band(axes, places, values, "plain", linestyle=DASHES[name])
        words = text("torch 默认", "torch default") if name == "torch" else name
        label_end(line, words, dx=6, dy=9 if name == "He" else -4)
    axes.set_xlabel(text("层", "layer"))
    axes.set_xticks(range(0, len(passed), 5))
    log_axis(axes.yaxis, text("传回来的信号（对数）", "signal sent back (log)"))


def learning(losses: Mapping[tuple[int, str], Tensor]) -> Bilingual:
    """Training loss of nets of two depths, from torch's first weights and from He's.

    Args:
        losses: (layers, `"torch"` or `"He"`) -> at every look, shape `(seeds, E)`.
    """
    ends = {key: values[:, -1].median().item() for key, values in losses.items()}
    deep, few = max(depth for depth, _ in losses), min(depth for depth, _ in losses)
    return figure(
        partial(_learning, losses=losses),
        alt=both(
            zh="训练损失随步数变化。{few} 层的两条很快降到 {few_torch:.2g} 和 {few_he:.2g}；"
            "{deep} 层、He 的那条降到 {he:.2g}；"
            "{deep} 层、torch 默认的那条停在虚线上，最后 {torch:.2f}。",
            en="Training loss against the update. The two with {few} layers soon fall to "
            "{few_torch:.2g} and {few_he:.2g}; {deep} layers from He’s weights get to {he:.2g}; "
            "{deep} layers from torch’s default stay on the dashed line, ending at {torch:.2f}.",
        ),
        caption=both(
            zh="手写数字，ReLU，动量 SGD，各用自己最好的学习率："
            "{deep} 层从 torch 默认出发，停在瞎猜的损失上（虚线）；{few} 层，两种都学得会。"
            "{seeds} 个种子的中位数，浅色带从最小到最大；纵轴取对数。",
            en="Digits, ReLU, SGD with momentum, each at its own best rate: {deep} layers from "
            "torch’s default stay at the loss of guessing (dashed); with {few} layers both "
            "starts learn. Median of {seeds} seeds, band from smallest to largest; log scale.",
        ),
        numbers={
            "few": few, "deep": deep, "few_torch": ends[few, "torch"], "few_he": ends[few, "He"],
            "he": ends[deep, "He"], "torch": ends[deep, "torch"],
            "seeds": next(iter(losses.values())).shape[0],
        },
    )  # fmt: skip


def _learning(axes: Axes, text: Text, losses: Mapping[tuple[int, str], Tensor]) -> None:
    deep = max(depth for depth, _ in losses)
    axes.axhline(GUESSING, **THEORY)
    for (depth, name), values in losses.items():
        steps = EVERY * torch.arange(values.shape[1])
        token = "plain" if depth == deep else "curvature"
        line = band(axes, steps, values, token, linestyle=DASHES[name])
        start = text("torch 默认", "torch default") if name == "torch" else name
        words = text(f"{depth} 层，{start}", f"{depth} layers, {start}")
        dy = {(deep, "torch"): 6, (deep, "He"): 4}.get((depth, name), 4 if name == "torch" else -8)
        label_end(line, words, dy=dy)
    axes.set_xlabel(text("步数", "update"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
