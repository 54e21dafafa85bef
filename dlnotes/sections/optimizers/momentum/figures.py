"""Figures of the section on momentum: rates, damping, and what noise leaves of the gain."""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.figures.readings import since

FLOOR = 1e-8
STILL = 0.05  # of the first distance: what counts as at rest


def convergence(plain: Tensor, heavy: Tensor, rates: tuple[float, float]) -> Bilingual:
    """Distance to the minimum over the steps, beside the rate that the eigenvalues give.

    Args:
        plain: distances of gradient descent, shape `(T + 1,)`.
        heavy: the same of the heavy ball.
        rates: predicted factor a step, of the two in this order.
    """
    return figure(
        partial(_distances, runs=(plain, heavy), rates=rates),
        alt=both(
            zh="梯度下降几乎是一条平缓的直线。重球法先往上拱，几步后掉头，越过梯度下降一路直降，"
            "坡度和虚线相同。",
            en="Gradient descent is almost a straight, gentle line. The heavy ball first climbs, "
            "turns after a few steps, crosses the other line and falls straight, "
            "as steep as its dashed line.",
        ),
        caption=both(
            zh="跑久了，坡度和算出来的一样；头几步，重球法先离谷底更远。虚线：每步乘一个收敛率。",
            en="In the long run the slope is the predicted one; in the first steps the heavy ball "
            "moves away from the bottom. Dashed: times the rate at every step.",
        ),
    )


def _distances(axes: Axes, text: Text, runs: tuple, rates: tuple[float, float]) -> None:
    for run, rate, token, name, (named, noted) in (
        (runs[0], rates[0], "plain", text("梯度下降", "gradient descent"), (0.62, 0.9)),
        (runs[1], rates[1], "momentum", text("重球法", "heavy ball"), (0.44, 0.52)),
    ):
        steps, at = torch.arange(len(run)), int(noted * len(run))
        axes.plot(steps, rate**steps, **THEORY)
        (line,) = axes.plot(steps, run / run[0], color=color(token))
        label_end(line, name, at=int(named * len(run)), dx=3, dy=13)
        note(axes, f"× {rate:.3f}", (at, rate**at), "theory", (-8, -12), ha="right")
    axes.set_ylim(FLOOR, 30)
    log_axis(axes.yaxis, text("距离，出发时为 1（对数）", "distance, 1 at the start (log)"))
    axes.set_xlabel(text("步", "step"))


def damping(
    heavy: Tensor, ahead: Tensor, shares: Tensor, rates: tuple[Tensor, Tensor], *, momentum: float
) -> Bilingual:
    """How the steep direction swings under both rules, and the rate in every direction.

    Args:
        heavy: the steep coordinate under the heavy ball, shape `(T + 1,)`.
        ahead: the same under Nesterov's method.
        shares: learning rate times curvature, shape `(N,)`, between 0 and 1.
        rates: factor a step of the heavy ball and of Nesterov's method, shape `(N,)` each.
        momentum: of both.
    """
    ball, quick = (since(run.abs() <= STILL * run[0].abs()) for run in (heavy, ahead))
    return figure(
        partial(_swings, heavy=heavy, ahead=ahead),
        partial(_directions, shares=shares, rates=rates),
        alt=both(
            zh="摆动：重球法的坐标在零两侧来回摆，第 {ball:.0f} 步起才留在出发时的 {still:.0%} "
            "以内；Nesterov 的坐标第 {quick:.0f} 步起就贴着零。"
            "收敛率：重球法的线几乎是平的；Nesterov 的线越往右越低，到 1 处碰到零。",
            en="The swing: the heavy ball's coordinate goes to and fro about zero and stays within "
            "{still:.0%} of its start only from step {ball:.0f} on; Nesterov's lies on zero from "
            "step {quick:.0f} on. The rate: the heavy ball's line is almost flat; Nesterov's bends "
            "down to the right and touches zero at 1.",
        ),
        caption=both(
            zh="摆动：动量系数 {momentum:g}，最陡的方向上，重球法摆个不停，Nesterov 立刻停下。"
            "收敛率：方向越陡，Nesterov 每步留下的越少；重球法几乎不管陡不陡，都留下一样多。",
            en="The swing: at momentum {momentum:g}, in the steepest direction, the heavy ball "
            "goes on and on while Nesterov stops at once. The rate: the steeper a direction, the "
            "less of it Nesterov keeps per step; the heavy ball keeps nearly the same share of "
            "all.",
        ),
        numbers={"ball": ball, "quick": quick, "still": STILL, "momentum": momentum},
    )


def _swings(axes: Axes, text: Text, heavy: Tensor, ahead: Tensor) -> None:
    axes.axhline(0, color=color("rule"), linewidth=0.8)
    (ball,) = axes.plot(heavy, color=color("momentum"))
    axes.plot(ahead, color=color("momentum"), linestyle=BROKEN)
    label_end(ball, text("重球法", "heavy ball"), at=11, dx=4, dy=10)
    note(axes, "Nesterov", (44, 0), "momentum", (0, -30))
    axes.set_title(text("摆动", "the swing"))
    axes.set_xlabel(text("步", "step"))
    axes.set_ylabel(text("最陡方向的坐标", "coordinate, steepest direction"))


def _directions(axes: Axes, text: Text, shares: Tensor, rates: tuple[Tensor, Tensor]) -> None:
    (ball,) = axes.plot(shares, rates[0], color=color("momentum"))
    axes.plot(shares, rates[1], color=color("momentum"), linestyle=BROKEN)
    label_end(ball, text("重球法", "heavy ball"), dx=-66, dy=10)
    at = int(0.8 * len(shares))
    note(axes, "Nesterov", (float(shares[at]), float(rates[1][at])), "momentum", (-62, -12))
    axes.set_title(text("收敛率", "the rate"))
    axes.set_ylim(0, 1.12)
    log_axis(axes.xaxis, text(r"$\eta\lambda$（对数）", r"$\eta\lambda$ (log)"))
    axes.set_ylabel(text("每步留下的比例", "kept per step"))


def noise(sigmas: list[float], gains: Tensor) -> Bilingual:
    """How many times as small the loss gets with momentum, against the noise of the gradient.

    Args:
        sigmas: standard deviations of the noise, shape `(S,)`.
        gains: best loss without momentum over best loss with it, shape `(seeds, S)`.
    """
    return figure(
        partial(_gain, sigmas=sigmas, gains=gains),
        alt=both(
            zh="一条从左上到右下的线：噪声小的时候在 {gain:.0f} 附近，噪声大了贴到 1 的虚线上。",
            en="A line falls from top left to bottom right: near {gain:.0f} where the noise is "
            "small, on the dashed line at 1 where it is large.",
        ),
        caption=both(
            zh="噪声越大，动量的好处越少，最后一点不剩。纵轴：不加动量的损失除以加动量的损失，"
            "两边各用最好的学习率；线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="The more noise, the less momentum gains, down to nothing. Vertical: loss without "
            "momentum over loss with it, each at its best learning rate; line: median of {seeds} "
            "seeds, band: smallest to largest.",
        ),
        numbers={"gain": gains[:, 0].median(), "seeds": len(gains)},
    )


def _gain(axes: Axes, text: Text, sigmas: list[float], gains: Tensor) -> None:
    threshold(axes, 1, text("没有差别", "no difference"), sigmas[0], shift=(0, -12))
    band(axes, sigmas, gains, "momentum", fill=0.18, marker="o")
    corner = {"xycoords": "axes fraction", "va": "baseline"}
    note(axes, text("大批量", "large batch"), (0, 1), "muted", (0, 4), ha="left", **corner)
    note(axes, text("小批量", "small batch"), (1, 1), "muted", (0, 4), ha="right", **corner)
    sigma = text(r"梯度噪声的标准差 $\sigma$（对数）", r"noise of the gradient $\sigma$ (log)")
    log_axis(axes.xaxis, sigma)
    log_axis(axes.yaxis, text("损失之比（对数）", "ratio of losses (log)"))
    axes.set_ylim(0.7, 1.3 * float(gains.max()))
    axes.set_yticks([1, 2, 4, 8], ["1", "2", "4", "8"])
