"""Figures of the section: floors that noise leaves, and a sharpness that climbs to its limit."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.convergence.noise_floor.experiments import EVERY, Climb
from dlnotes.sections.convergence.noise_floor.noisy import CHAINS

DASHES = (DOTTED, BROKEN, "-")
LOOKS = 33  # the last ones, over which a sharpness is averaged
SHIFTS = (-8, 7, 0)  # of the names, which would meet


def floors(
    constant: Mapping[float, Tensor], shrinking: Tensor, hasty: Tensor, single: Tensor
) -> Bilingual:
    """Mean loss of descent with noise on x² / 2, at constant and at falling learning rates.

    Args:
        constant: learning rate -> mean square of x at every step, shape `(T + 1,)`.
        shrinking: the same at a learning rate that falls as 1 / t.
        hasty: the same at one that falls by a fifth at every step.
        single: of one run at the largest of the constant rates.
    """
    losses = {rate: squares / 2 for rate, squares in constant.items()}
    ends = {rate: values[-50:].mean().item() for rate, values in losses.items()}
    high, low = max(constant), min(constant)
    return figure(
        partial(_floors, losses=losses, others=[each / 2 for each in (shrinking, hasty, single)]),
        alt=both(
            zh="五条线从 {start:g} 往下。学习率不变的几条停在虚线上，"
            "{high} 那条停在 {high_end:.3f}，{low} 那条停在 {low_end:.3f}；"
            "按 1/t 降的一直往下，到 {slow:.4f}；降得太快的早早停在 {fast:.3f}。"
            "细线是单独一次，上下乱跳。",
            en="Five lines fall from {start:g}. Those at a constant learning rate stop on dashed "
            "lines, that of {high} at {high_end:.3f}, that of {low} at {low_end:.3f}; the one that "
            "falls as 1/t goes on down to {slow:.4f}; the one that falls too fast stops early, at "
            "{fast:.3f}. A thin line, a single run, jumps up and down.",
        ),
        caption=both(
            zh="学习率不变，损失停在噪声底（虚线是公式）；降下去，底也降；降得太快，半路就停。"
            "抛物线，{chains} 次的平均，细线是一次；纵轴取对数。",
            en="At a constant learning rate the loss stops on its noise floor (dashed: the "
            "formula); lower the rate and the floor falls; lower it too fast and it stops on the "
            "way. Parabola, mean of {chains} runs, thin: one run; vertical axis log.",
        ),
        numbers={
            "start": hasty[0].item() / 2, "chains": CHAINS,
            "high": high, "low": low, "high_end": ends[high], "low_end": ends[low],
            "slow": shrinking[-1].item() / 2, "fast": hasty[-1].item() / 2,
        },
    )  # fmt: skip


def _floors(axes: Axes, text: Text, losses: Mapping, others: Sequence[Tensor]) -> None:
    shrinking, hasty, single = others
    axes.plot(single, color=color("plain"), linewidth=0.5, alpha=0.45)
    for rate, values in losses.items():
        axes.axhline(rate / (2 * (2 - rate)), **THEORY)
        line = axes.plot(values, color=color("plain"), linewidth=1.2)[0]
        label_end(line, f"{rate:g}")
    label_end(axes.plot(shrinking, color=color("plain"), linestyle=BROKEN)[0], "1/t")
    words = text("降得太快", "too fast")
    label_end(axes.plot(hasty, color=color("plain"), linestyle=DOTTED)[0], words, dy=4)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))
    axes.set_ylim(bottom=shrinking[-1].item() / 2)


def climbing(runs: Climb, rates: Sequence[float]) -> Bilingual:
    """Sharpness of a net against the step at several learning rates, each with its limit 2 / η.

    Args:
        runs: fields of shape `(rates, seeds, E)`.
        rates: the learning rates, rising.
    """
    sharp = runs.sharpness
    ends = (sharp[..., -LOOKS:].mean(-1) * torch.tensor(rates).unsqueeze(-1) / 2).median(1).values
    limits = [2 / rate for rate in rates]
    return figure(
        partial(_climbing, sharp=sharp, rates=rates),
        alt=both(
            zh="三条锐度曲线，从 {begin:.0f} 左右出发，先降。学习率 {last} 的那条再往上爬，"
            "冲过虚线 {limit:g}，又回来绕着它；学习率 {first} 的离自己的虚线 {far:g} 还远，"
            "只有它的 {part:.2f} 倍。",
            en="Three curves of sharpness begin near {begin:.0f} and drop. That of learning rate "
            "{last} then climbs past its dashed line at {limit:g}, comes back and stays around it; "
            "that of {first} is still far below its own at {far:g}, at {part:.2f} of it.",
        ),
        caption=both(
            zh="学习率 {last}，锐度冲过自己的极限，又回来绕着它，"
            "最后 {late} 步平均是它的 {held:.3f} 倍。"
            "虚线是各自的极限；纵轴取对数，线是 {seeds} 个起点的中位数，浅色带从最小到最大。",
            en="At learning rate {last} the sharpness overshoots its limit, comes back and stays "
            "around it; over the last {late} steps it averages {held:.3f} times the limit. Dashed: "
            "the limit of each; vertical axis log; line: median of {seeds} starts, band: smallest "
            "to largest.",
        ),
        numbers={
            "first": rates[0], "last": rates[-1], "limit": limits[-1], "far": limits[0],
            "late": LOOKS * EVERY, "begin": sharp[..., 0].median().item(),
            "part": ends[0].item(), "held": ends[-1].item(), "seeds": sharp.shape[1],
        },
    )  # fmt: skip


def _climbing(axes: Axes, text: Text, sharp: Tensor, rates: Sequence[float]) -> None:
    steps = EVERY * torch.arange(sharp.shape[-1])
    for dash, shift, rate, values in zip(DASHES, SHIFTS, rates, sharp, strict=True):
        axes.axhline(2 / rate, **THEORY)
        note(axes, f"2/{rate:g}", (steps[-1].item(), 2 / rate), "theory", (2, 8), ha="right")
        line = band(axes, steps, values, "plain", fill=0.16, linestyle=dash)
        label_end(line, f"η = {rate:g}", dx=4, dy=shift)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("锐度（对数）", "sharpness (log)"))
    axes.set(ylim=(3, 30), yticks=[5, 10, 20])
