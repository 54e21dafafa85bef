"""Figures of the section: accuracy under two budgets, and steps against examples.

Book: hyperparameters/batch_size
"""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.hyperparameters.noise_scale import Tradeoff


def budgets(batches: Sequence[int], epochs: Sequence[Tensor], steps: Sequence[Tensor]) -> Bilingual:
    """Accuracy at every batch after equal epochs and after equal steps.

    Args:
        batches: growing.
        epochs: accuracy with a rate for each batch and with one for all, `(B, S)` each.
        steps: likewise.
    """
    ends = {
        f"{budget}_{arm}_{end}": found[place].mean().item()
        for budget, pair in (("epochs", epochs), ("steps", steps))
        for arm, found in zip(("own", "one"), pair, strict=True)
        for end, place in (("small", 0), ("large", -1))
    }
    return figure(
        partial(_budget, batches=batches, pair=epochs, name=("轮数一样", "equal epochs")),
        partial(_budget, batches=batches, pair=steps, name=("步数一样", "equal steps")),
        alt=both(
            zh="左图轮数一样：学习率各挑各的，线平着走，到右端掉下去；共用一个，左端塌到图外，两条"
            "在右端碰上。右图步数一样：学习率各挑各的，线往右升，然后平；共用一个，低一截，也先升后平。",
            en="Left, equal epochs: with a rate for each batch the line is flat and drops at the "
            "right end; with one for all it leaves the picture at the left, and both meet at the "
            "right. Right, equal steps: with a rate for each the line rises and then lies flat; "
            "with one for all it lies lower, and rises and flattens too.",
        ),
        caption=both(
            zh="左：轮数一样，批量从 {first} 到 {last}，各挑学习率（实线）从 "
            "{epochs_own_small:.3f} 到 {epochs_own_large:.3f}，共用一个（虚线）从 "
            "{epochs_one_small:.3f} 到 {epochs_one_large:.3f}。右：步数一样，从 "
            "{steps_own_small:.3f} 到 {steps_own_large:.3f}，共用一个从 {steps_one_small:.3f} 到 "
            "{steps_one_large:.3f}。横轴取对数，色带是 {seeds} 个种子的最小到最大。",
            en="Left, equal epochs: batches from {first} to {last} with a rate for each (solid) go "
            "from {epochs_own_small:.3f} to {epochs_own_large:.3f}, with one for all (dashed) from "
            "{epochs_one_small:.3f} to {epochs_one_large:.3f}. Right, equal steps: from "
            "{steps_own_small:.3f} to {steps_own_large:.3f}, with one for all from "
            "{steps_one_small:.3f} to {steps_one_large:.3f}. Horizontal axis log; band: smallest "
            "to largest of {seeds} seeds.",
        ),
        numbers=ends | {"first": batches[0], "last": batches[-1], "seeds": epochs[0].shape[1]},
        height=0.72,
    )


def _budget(
    axes: Axes, text: Text, batches: Sequence[int], pair: Sequence[Tensor], name: tuple[str, str]
) -> None:
    own, one = pair
    band(axes, batches, one.T, "plain", fill=0.08, linestyle=BROKEN)
    band(axes, batches, own.T, "plain", linewidth=2)
    note(axes, text(*name), (0.97, 0.08), xycoords="axes fraction", ha="right")
    log_axis(axes.xaxis, text("批量（对数）", "batch (log)"))
    axes.set_xticks(list(batches), [f"{size}" for size in batches])
    axes.set(ylim=(0.75, 1.0), yticks=[0.8, 0.9, 1.0], ylabel=text("准确率", "accuracy"))


def tradeoff(batches: Sequence[int], steps: Tensor, cost: Tradeoff) -> Bilingual:
    """Steps to a loss against examples read, a point for every batch, and the curve that fits.

    Args:
        batches: growing.
        steps: with each, mean over the seeds, `(B,)`.
        cost: what was fitted.
    """
    return figure(
        partial(_tradeoff, batches=batches, steps=steps, cost=cost),
        alt=both(
            zh="批量从小到大，点从左上往右下走，先陡后平，贴着一条弯的虚线。",
            en="From small batches to large the points go from the upper left to the lower right, "
            "steep at first and then flat, along a bent dashed curve.",
        ),
        caption=both(
            zh="批量 {first} 要 {many:.0f} 步、{cheap:.0f} 张图，批量 {last} 只要 {few:.0f} 步，"
            "却看 {dear:.0f} 张。虚线是双曲线，最少 {least:.1f} 步，拐在批量 {critical:.0f}。"
            "两轴取对数。",
            en="Batches of {first} take {many:.0f} steps and {cheap:.0f} images, batches of {last} "
            "only {few:.0f} steps, but {dear:.0f} images. Dashed: the hyperbola, with {least:.1f} "
            "steps at least and its bend at a batch of {critical:.0f}. Both axes log.",
        ),
        numbers={
            "first": batches[0], "last": batches[-1], "many": steps[0].item(),
            "few": steps[-1].item(), "cheap": batches[0] * steps[0].item(),
            "dear": batches[-1] * steps[-1].item(), "least": cost.least,
            "critical": cost.critical,
        },
    )  # fmt: skip


def _tradeoff(
    axes: Axes, text: Text, batches: Sequence[int], steps: Tensor, cost: Tradeoff
) -> None:
    sizes = torch.tensor(batches, dtype=torch.float64)
    wide = torch.logspace(0, 1, 60, dtype=torch.float64)
    wide = sizes[0] / 1.5 * (sizes[-1] / sizes[0] * 2.25) ** wide.log10()
    ideal = cost.least * (1 + cost.critical / wide)
    axes.plot(wide * ideal, ideal, **THEORY)
    line = axes.plot(sizes * steps, steps, "o", color=color("plain"))[0]
    for place, size in enumerate(batches):
        label_end(line, f"{size}", at=place, dx=6, dy=7)
    log_axis(axes.xaxis, text("看过的图（对数）", "images read (log)"))
    log_axis(axes.yaxis, text("步数（对数）", "steps (log)"))
    axes.set_xticks([500, 1000, 2000, 4000])
    axes.set_yticks([10, 20, 50, 100])
