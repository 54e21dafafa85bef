"""Figures of the section: four colors from one model, and what a lower rate does to flat losses.

Book: learning_rates/four_curves
"""

from collections.abc import Mapping
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.learning_rates.drop_test import HELPS

LOOKS = {
    "red": ("红", "red", "-"), "yellow": ("黄", "yellow", BROKEN),
    "purple": ("紫", "purple", DOTTED), "green": ("绿", "green", "-"),
}  # fmt: skip
CASES = {
    "noise": ("softmax，噪声", "softmax, noise"), "net": ("网络，噪声", "net, noise"),
    "narrow": ("只有 2 个单元", "2 hidden units"), "plateau": ("还没起步", "not yet begun"),
}  # fmt: skip


def colors(curves: Mapping[str, Tensor], rates: Mapping[str, float]) -> Bilingual:
    """Training loss of one model at four learning rates.

    Args:
        curves: color -> loss after every epoch, shape `(seeds, epochs + 1)`.
        rates: color -> learning rate.
    """
    ends = {name: each[:, -1].median().item() for name, each in curves.items()}
    seeds, epochs = next(iter(curves.values())).shape
    return figure(
        partial(_colors, curves=curves, rates=rates),
        alt=both(
            zh="四条线从同一点出发。红的先往上，最后在 {red:.1f}；黄的慢慢往下，到 {yellow:.2f}；"
            "紫的一轮就落下来，平在 {purple:.2f}；绿的像滑梯，到 {green:.2f}。",
            en="Four lines from one point. Red rises first and ends at {red:.1f}; yellow comes "
            "down slowly, to {yellow:.2f}; purple drops within an epoch and lies flat at "
            "{purple:.2f}; green slides to {green:.2f}.",
        ),
        caption=both(
            zh="同一个模型，同样的数据，只有学习率不同。{epochs} 轮；纵轴取对数，"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="One model, the same data; only the learning rate differs. {epochs} epochs; "
            "vertical axis log; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers=ends | {"seeds": seeds, "epochs": epochs - 1},
    )


def _colors(
    axes: Axes, text: Text, curves: Mapping[str, Tensor], rates: Mapping[str, float]
) -> None:
    epochs = torch.arange(next(iter(curves.values())).shape[1])
    for name, losses in curves.items():
        zh, en, dash = LOOKS[name]
        line = band(axes, epochs, losses, "plain", linestyle=dash)
        label_end(line, f"{text(zh, en)} {rates[name]:g}")
    axes.set_xlabel(text("轮", "epoch"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))


def ratios(found: Mapping[str, Tensor]) -> Bilingual:
    """What is left of flat losses at a tenth of the rate, beside runs that kept it.

    Args:
        found: case -> loss at the lower rate over that at the old one, a number a seed.
    """
    noisy = {
        f"{name}_{end}": getattr(found[name], end)().item()
        for name in ("noise", "net")
        for end in ("amin", "amax")
    }
    still = min(found[name].amin().item() for name in ("narrow", "plateau"))
    return figure(
        partial(_ratios, found=found),
        alt=both(
            zh="四行点。两种有噪声的在虚线左边，{noise_amin:.2f} 到 {noise_amax:.2f} 和 "
            "{net_amin:.2f} 到 {net_amax:.2f}；单元太少的和还没起步的"
            "都在 {still:.2f} 以上，挤在 1 边上。",
            en="Four rows of dots. The two with noise lie left of the dashed line, "
            "{noise_amin:.2f} to {noise_amax:.2f} and {net_amin:.2f} to {net_amax:.2f}; too few "
            "units and not yet begun both crowd near 1, at {still:.2f} or more.",
        ),
        caption=both(
            zh="同一处平，学习率降到十分之一，两轮：有噪声的往下掉，没有的原地不动。"
            "后两种的答案一样，要再看高低。每种 {seeds} 个种子。",
            en="Equally flat, then a tenth of the rate for two epochs: with noise they fall, "
            "without it they stay. The last two give one answer; look at the level as well. "
            "{seeds} seeds each.",
        ),
        numbers=noisy | {"still": still, "seeds": len(next(iter(found.values())))},
        height=0.42,
    )


def _ratios(axes: Axes, text: Text, found: Mapping[str, Tensor]) -> None:
    for row, (_, values) in enumerate(found.items()):
        spread = row + 0.16 * torch.linspace(-1, 1, len(values))
        axes.plot(values, spread, "o", color=color("plain"), markersize=3.5, alpha=0.7)
    axes.axvline(HELPS, color=color("theory"), linestyle=BROKEN, linewidth=1.2)
    note(axes, f"{HELPS:g}", (HELPS, -0.6), "theory", ha="center")
    axes.set_ylim(len(found) - 0.5, -0.5)
    axes.set_yticks(range(len(found)), [text(*CASES[name]) for name in found])
    axes.set_xlabel(text("降了的损失 ÷ 没降的", "lowered loss / kept loss"))
    axes.set_xlim(min(0.45, min(each.amin().item() for each in found.values())), 1.06)
