"""The figures of the section: three rates on one bowl, and four budgets over all rates.

Book: learning_rates/two_limits
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import band, log_axis, note
from dlnotes.sections.learning_rates.two_limits.sweeps import BATCH

CURVATURES = (1.0, 10.0)  # of the bowl, across and upwards
LEVELS = (0.06, 0.25, 0.6, 1.2, 2.2, 3.6)
ROW = 2.4  # from one drawing of the bowl down to the next
TOP = 3.2  # training loss at the top of the picture


def sizes(paths: Mapping[float, Tensor]) -> Bilingual:
    """The ways of three rates down one bowl.

    Args:
        paths: rate -> places, `(T + 1, 2)`; the smallest rate first.
    """
    small, right, large = paths
    left = {rate: path[-1].norm().item() for rate, path in paths.items()}
    return figure(
        partial(_sizes, paths=paths),
        alt=both(
            zh="一只狭长的碗画了三遍，一条路从左上出发。{small} 的贴着谷底慢慢挪，"
            "走完才到 {x:.1f}；{right} 的跳几下就到中心；{large} 的上下越跳越高。",
            en="A long bowl, drawn three times, and a way from the upper left. That of {small} "
            "creeps along the floor and gets to {x:.1f}; that of {right} hops to the center; that "
            "of {large} hops up and down, higher each time.",
        ),
        caption=both(
            zh="同一只碗，界限是 {limit:g}，各走 {steps} 步。学习率 {small} 还剩 {slow:.2f}，"
            "{right} 剩 {near:.4f}，{large} 在陡的方向飞出去。",
            en="One bowl with its limit at {limit:g}, {steps} steps each. A rate of {small} has "
            "{slow:.2f} left to go, {right} has {near:.4f}, {large} flies off in the steep "
            "direction.",
        ),
        numbers={
            "small": small, "right": right, "large": large, "limit": 2 / CURVATURES[1],
            "steps": len(paths[small]) - 1, "slow": left[small], "near": left[right],
            "x": paths[small][-1, 0].item(),
        },
        height=0.8,
    )  # fmt: skip


def _sizes(axes: Axes, text: Text, paths: Mapping[float, Tensor]) -> None:
    x, y = torch.linspace(-3.3, 1.3, 90), torch.linspace(-1.1, 1.1, 90)
    X, Y = torch.meshgrid(x, y, indexing="xy")
    height = (CURVATURES[0] * X.square() + CURVATURES[1] * Y.square()) / 2
    names = (text("太小", "too small"), text("正好", "right"), text("太大", "too large"))
    for row, ((rate, path), name) in enumerate(zip(paths.items(), names, strict=True)):
        down = -ROW * row
        axes.contour(X, Y + down, height, LEVELS, colors=color("plain"), linewidths=0.6, alpha=0.35)
        kind = {"color": color("plain"), "linewidth": 1.2, "marker": "o", "markersize": 2.5}
        axes.plot(path[:, 0], path[:, 1] + down, **kind)
        note(axes, f"{rate:g}", (0.25, down + 0.82), "plain")
        note(axes, name, (0.25, down + 0.82), "plain", shift=(34, 0))
    axes.set(xlim=(-3.3, 1.3), ylim=(-2 * ROW - 1.1, 1.1), yticks=[])
    axes.set_xlabel(text("平的方向", "flat direction"))
    axes.set_ylabel(text("陡的方向", "steep direction"))


def budgets(
    rates: Sequence[float], losses: Tensor, steps: Sequence[int], level: float
) -> Bilingual:
    """Training loss over the rate, a line a budget.

    Args:
        rates: rising, R of them.
        losses: `(R, S, K)`; infinite or NaN where a run flew off.
        steps: the K budgets.
        level: a loss down to which counts as trained.
    """
    losses = losses.nan_to_num(torch.inf)
    low = [_first(rates, losses[..., k], level) for k in range(len(steps))]
    return figure(
        partial(_budgets, rates=rates, losses=losses, steps=steps, level=level),
        alt=both(
            zh="{count} 条 U 形的线。左臂越往下的线越靠左：{few} 步的从 {high:.2f} 起降到 "
            "{level} 以下，{many} 步的从 {low:.4f} 起。右臂全在一处，1 过去一点就直立起来。",
            en="{count} lines in the shape of a U. Their left arms lie apart: that of {few} steps "
            "is down to {level} from a rate of {high:.2f} on, that of {many} from {low:.4f} on. "
            "Their right arms all stand in one place, a little above 1.",
        ),
        caption=both(
            zh="训练损失随学习率变化，每条线一种步数。左臂随步数搬家，右臂不动。手写数字，SGD，"
            "每步 {batch} 张；线是 {seeds} 个种子的中位数，带从最小到最大；横轴取对数。",
            en="Training loss over the learning rate, a line for each number of steps. The left "
            "arm moves with the number of steps, the right arm stays. Digits, SGD, {batch} a step; "
            "line: median of {seeds} seeds, band: smallest to largest; horizontal axis log.",
        ),
        numbers={
            "count": len(steps), "few": steps[0], "many": steps[-1], "high": low[0],
            "low": low[-1], "level": level, "seeds": losses.shape[1], "batch": BATCH,
        },
    )  # fmt: skip


def _first(rates: Sequence[float], losses: Tensor, level: float) -> float:
    """The smallest rate whose median loss is down to a level."""
    return next(r for r, row in zip(rates, losses, strict=True) if row.median() <= level)


def _budgets(
    axes: Axes, text: Text, rates: Sequence[float], losses: Tensor, steps: Sequence[int],
    level: float,
) -> None:  # fmt: skip
    axes.axhline(level, **THEORY)
    for k, count in enumerate(steps):
        shown = losses[..., k].clamp(max=2 * TOP)
        band(axes, rates, shown.T, "plain", fill=0.12, linewidth=1.3)
        name = text("{n} 步", "{n} steps", n=count) if k == 0 else f"{count}"
        place = _first(rates, losses[..., k], 0.8), 0.8
        note(axes, name, place, "plain", shift=(3, 8))
    note(axes, f"{level:g}", (rates[-1], level), "theory", shift=(-2, 7), ha="right")
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylabel(text("训练损失", "training loss"))
    axes.set(xlim=(rates[0], rates[-1]), ylim=(0, TOP))
