"""Figures of the section: the signal sent back through thirty layers, and the rates nets bear."""

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

GROWTH = math.sqrt(math.pi / (math.pi - 1))  # of the signal sent back, a layer
DEFAULT, HE = ("torch 的默认起点", "torch’s default"), ("He 的起点", "He’s start")


def sent_back(batch: Tensor, stepped: Tensor, layer: Tensor) -> Bilingual:
    """The size of the signal sent back at every layer, over that at the last.

    Args:
        batch: with batch norm, as drawn, `(seeds, L)`, from the first layer to the last.
        stepped: with batch norm, after one step.
        layer: with layer norm, as drawn.
    """
    sizes = [part / part[:, -1:] for part in (batch, stepped, layer)]
    ends = [part[:, 0].median().item() for part in sizes]
    depth = batch.shape[1]
    return figure(
        partial(_sent_back, sizes=sizes),
        alt=both(
            zh="横轴是层，纵轴取对数。从右往左，批量规范化的线一路爬高，"
            "贴着虚线，到第一层是最后一层的 {batch:.0f} 倍；走了一步的低一些，{stepped:.0f} 倍；"
            "层规范化的几乎是平的，{layer:.1f} 倍。",
            en="Layers across, vertical axis log. From right to left the line of batch norm climbs "
            "along the dashed one, to {batch:.0f} times the last layer's size at the first; after "
            "one step it is lower, {stepped:.0f} times; that of layer norm is nearly flat, "
            "{layer:.1f} times.",
        ),
        caption=both(
            zh="从第 {depth} 层往回传：批量规范化每过一层乘 {growth:.3f}（虚线），"
            "训练一步，倍数就小了；层规范化不涨。纵轴取对数；线是 {seeds} 个种子的中位数，"
            "浅色带从最小到最大。",
            en="Sent back from layer {depth}: with batch norm, times {growth:.3f} a layer "
            "(dashed); after one training step, less; with layer norm it does not grow. Vertical "
            "axis log; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "batch": ends[0], "stepped": ends[1], "layer": ends[2], "growth": GROWTH,
            "depth": depth, "seeds": len(batch),
        },
    )  # fmt: skip


def _sent_back(axes: Axes, text: Text, sizes: Sequence[Tensor]) -> None:
    layers = torch.arange(1, sizes[0].shape[1] + 1)
    axes.plot(layers, GROWTH ** (len(layers) - layers), **THEORY)
    names = (
        text("批量规范化", "batch norm"),
        text("走一步以后", "after one step"),
        text("层规范化", "layer norm"),
    )
    looks = (("-", 8, (6, 9)), (BROKEN, 1, (-8, -16)), (DOTTED, 8, (0, 10)))
    for part, name, (dash, at, (right, up)) in zip(sizes, names, looks, strict=True):
        line = band(axes, layers, part, "plain", linestyle=dash)
        label_end(line, name, at=at, dx=right, dy=up)
    axes.set_xlabel(text("第几层", "layer"))
    log_axis(axes.yaxis, text("传回来的信号（对数）", "signal sent back (log)"))


def tolerance(
    default: tuple[Tensor, Tensor], he: tuple[Tensor, Tensor], rates: Sequence[float]
) -> Bilingual:
    """Test accuracy against the learning rate, without and with batch norm, from two starts.

    Args:
        default: from torch's own weights: without, with, each `(rates, seeds)`.
        he: from He's.
        rates: learning rates, rising.
    """
    tops = [part.mean(1).max().item() for part in (*default, *he)]
    return figure(
        partial(_tolerance, arms=default, rates=rates, name=DEFAULT),
        partial(_tolerance, arms=he, rates=rates, name=HE),
        alt=both(
            zh="两张图，横轴是学习率，取对数，纵轴是测试准确率。左边，没有批量规范化的最高只到 "
            "{low:.2f}，有的到 {rescued:.2f}；右边两条一样高，{plain:.2f} 和 {batch:.2f}，"
            "没有的那条在大学习率上先掉下去。",
            en="Two panels, learning rate across, log, test accuracy up. On the left the line "
            "without batch norm gets no higher than {low:.2f}, the one with it {rescued:.2f}; on "
            "the right both reach the same height, {plain:.2f} and {batch:.2f}, and the one "
            "without drops first as rates grow.",
        ),
        caption=both(
            zh="左边靠批量规范化救起，右边靠它撑宽：起点好，最高处只差一点，"
            "能用的学习率却更多。"
            "虚线有批量规范化，实线没有；{seeds} 个种子的中位数，浅色带从最小到最大。",
            en="Rescue on the left, room on the right: from a good start the tops are close, but "
            "more rates will do. Dashed: with batch norm; solid: without; median of {seeds} "
            "seeds, band: smallest to largest.",
        ),
        numbers={
            "low": tops[0], "rescued": tops[1], "plain": tops[2], "batch": tops[3],
            "seeds": he[0].shape[1],
        },
        height=0.8,
    )  # fmt: skip


def _tolerance(
    axes: Axes, text: Text, arms: Sequence[Tensor], rates: Sequence[float], name: tuple[str, str]
) -> None:
    names = (text("没有", "without"), text("有", "with"))
    for part, dash, each, at in zip(arms, ("-", BROKEN), names, (-2, 2), strict=True):
        line = band(axes, rates, part.T, "plain", linestyle=dash)
        label_end(line, each, at=at, dx=0, dy=9)
    note(axes, text(*name), (0.03, 1.05), "ink", xycoords="axes fraction", color=color("ink"))
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set(ylim=(0, 1.08), yticks=[0, 0.5, 1], ylabel=text("测试准确率", "test accuracy"))
