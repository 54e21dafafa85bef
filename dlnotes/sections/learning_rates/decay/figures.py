"""Figures of the section: shapes of schedules, floors that fall in stairs, nets at their peaks."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note

DASHES = {
    "constant": "-", "halving": (0, (9, 3)), "exponential": (0, (5, 2, 1, 2)), "inverse": DOTTED,
    "linear": BROKEN,
}  # fmt: skip
WORDS = {
    "constant": ("不变", "constant"), "halving": ("减半", "halving"),
    "exponential": ("指数", "exponential"), "inverse": ("1/t", "1/t"), "linear": ("直线", "linear"),
}  # fmt: skip
PLACES = {"constant": 0.75, "halving": 0.17, "exponential": 0.26, "inverse": 0.04, "linear": 0.5}


def shapes(rates: Mapping[str, Tensor]) -> Bilingual:
    """Schedules that begin at 1, against the part of the run that is done.

    Args:
        rates: name -> the rate of every step, shape `(T,)`.
    """
    means = {name: values.mean().item() for name, values in rates.items()}
    return figure(
        partial(_shapes, rates=rates),
        alt=both(
            zh="五条线从同一高度出发。不变的一直平；直线斜着降到底；减半的是阶梯，和指数的贴在一起；"
            "1/t 的一开头就掉下去。平均高度：直线 {linear:.2f}，减半 {halving:.2f}，"
            "指数 {exponential:.2f}，1/t {inverse:.2f}。",
            en="Five lines from one height. The constant one stays; the straight one slants down "
            "to the end; halving is a staircase along the exponential; 1/t drops at once. Mean "
            "heights: line {linear:.2f}, halving {halving:.2f}, exponential {exponential:.2f}, 1/t "
            "{inverse:.2f}.",
        ),
        caption=both(
            zh="同一个峰值，走法不同，下面的面积差得远：直线是不变的 {linear:.2f} 倍，"
            "1/t 只有 {inverse:.2f} 倍。横轴是走完了几成。",
            en="One peak, different ways down, and very different areas below: {linear:.2f} of the "
            "constant one for the line, {inverse:.2f} for 1/t. Across: the part of the run that is "
            "done.",
        ),
        numbers={name: means[name] for name in ("linear", "halving", "exponential", "inverse")},
    )


def _shapes(axes: Axes, text: Text, rates: Mapping[str, Tensor]) -> None:
    for name, values in rates.items():
        done = torch.arange(len(values)) / len(values)
        line = axes.plot(done, values, color=color("plain"), linestyle=DASHES[name])[0]
        place = round(PLACES[name] * len(values))
        label_end(line, text(*WORDS[name]), at=place, dx=4, dy=7)
    axes.set_xlabel(text("走完的比例", "part of the run"))
    axes.set_ylabel(text("学习率（峰值为 1）", "rate (peak 1)"))
    axes.set_ylim(0, 1.12)


def stairs(
    mean: Tensor, single: Tensor, rates: Sequence[float], floors: Sequence[float]
) -> Bilingual:
    """Loss of descent with noise on x² / 2 while the rate falls in stairs.

    Args:
        mean: over all noise, shape `(T + 1,)`.
        single: of one run, likewise.
        rates: one a stair, all stairs of one length.
        floors: what the formula says of each.
    """
    return figure(
        partial(_stairs, mean=mean, single=single, rates=rates, floors=floors),
        alt=both(
            zh="损失的平均像阶梯一样往下，一级一级停在虚线上；"
            "细线是一次，绕着它上下跳，越往后跳得越小。"
            "头一级在 {top:.3f}，末一级在 {low:.4f}。",
            en="The mean loss goes down like a staircase, each stair on a dashed line; a "
            "thin line, one run, jumps around it, less and less. The first stair is at {top:.3f}, "
            "the last at {low:.4f}.",
        ),
        caption=both(
            zh="学习率从 {high:g} 起，一次次减半，噪声底跟着下台阶（虚线是公式）。"
            "细线是一次训练；纵轴取对数。",
            en="The rate begins at {high:g} and is halved again and again; the noise floor takes "
            "the stairs with it (dashed: the formula). Thin: one run; vertical axis log.",
        ),
        numbers={"top": floors[0], "low": floors[-1], "high": rates[0]},
    )


def _stairs(
    axes: Axes, text: Text, mean: Tensor, single: Tensor, rates: Sequence, floors: Sequence
) -> None:
    length = (len(mean) - 1) // len(rates)
    axes.plot(single, color=color("plain"), linewidth=0.5, alpha=0.45)
    for stair, (rate, floor) in enumerate(zip(rates, floors, strict=True)):
        ends = [stair * length, (stair + 1) * length]
        axes.plot(ends, [floor, floor], **THEORY)
        middle = (ends[0] + ends[1]) / 2
        note(axes, f"η = {rate:g}", (middle, 4), ha="center")
    axes.plot(mean, color=color("plain"), linewidth=1.4)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))
    axes.set_ylim(floors[-1] / 8, 8)


def nets(losses: Mapping[str, Tensor], peaks: Mapping[str, float], every: int) -> Bilingual:
    """Training loss of a net under each schedule at its own peak.

    Args:
        losses: name -> shape `(seeds, looks)`.
        peaks: name -> the peak.
        every: steps between two looks.
    """
    ends = {name: values[:, -1].median().item() for name, values in losses.items()}
    first = next(iter(losses.values()))
    return figure(
        partial(_nets, losses=losses, every=every),
        alt=both(
            zh="五条训练损失。直线的开头比不变的高，最后落到 {linear:.2f}；"
            "不变的停在 {constant:.2f}，减半和指数的 {halving:.2f} 和 {exponential:.2f}，"
            "1/t 的 {inverse:.2f}。",
            en="Five training losses. Linear is above constant at first and "
            "ends at {linear:.2f}; constant stops at {constant:.2f}, halving and exponential at "
            "{halving:.2f} and {exponential:.2f}, 1/t at {inverse:.2f}.",
        ),
        caption=both(
            zh="手写数字，一部分标签是错的；"
            "各用自己最好的峰值（不变 {flat:.2g}，减半 {stair:.2g}，指数 {smooth:.2g}，"
            "1/t {slow:.2g}，直线 {line:.2g}）。"
            "{seeds} 个种子的中位数。",
            en="Digits, some labels wrong; each schedule at its own best peak "
            "(constant {flat:.2g}, halving {stair:.2g}, exponential {smooth:.2g}, "
            "1/t {slow:.2g}, linear {line:.2g}). "
            "Median of {seeds} seeds.",
        ),
        numbers={
            **ends, "flat": peaks["constant"],
            "stair": peaks["halving"],
            "smooth": peaks["exponential"], "line": peaks["linear"], "slow": peaks["inverse"],
            "seeds": first.shape[0],
        },
    )  # fmt: skip


def _nets(axes: Axes, text: Text, losses: Mapping[str, Tensor], every: int) -> None:
    lifts = {"inverse": 6, "halving": 14, "exponential": 3, "constant": -10}
    for name, values in losses.items():
        steps = every * torch.arange(values.shape[1])
        line = band(axes, steps, values, "plain", fill=0.06, linestyle=DASHES[name])
        label_end(line, text(*WORDS[name]), dy=lifts.get(name, 0))
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    axes.set_yticks([0.2, 0.5, 1, 2])
    axes.set_ylim(0.15, 2)
