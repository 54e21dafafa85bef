"""Figures of the section on momentum: rates, damping, and what noise leaves of the gain."""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.figures.readings import since
from dlnotes.training.sweeps import Curves

FLOOR = 1e-8
STILL = 0.05  # of the first distance: what counts as at rest


def convergence(
    plain: Tensor, heavy: Tensor, rates: tuple[float, float], *, curvatures: Sequence[int]
) -> Bilingual:
    """What is left in every direction over the steps, beside the rate that theory gives.

    Args:
        plain: distances of gradient descent along each eigenvector, shape `(T + 1, D)`.
        heavy: the same of the heavy ball.
        rates: predicted factor a step, of the two in this order.
        curvatures: D of them, growing.
    """
    gap = plain.log10().amax(-1) - plain.log10().amin(-1)
    return figure(
        partial(_directions_left, run=plain, rate=rates[0], curvatures=curvatures, token="plain"),
        partial(_directions_left, run=heavy, rate=rates[1], curvatures=curvatures),
        alt=both(
            zh="左，梯度下降：曲率 {flat} 和 {steep} 的两条线叠在一起，缓缓往下，"
            "曲率 {middle} 的直落，到图底时领先 {gap:.0f} 个数量级。右，重球法：三条线一同往下，"
            "和算的一样陡；曲率 {steep} 的先往上拱到 {top:.1f} 倍，曲率 {middle} 的边降边抖。",
            en="Left, gradient descent: the lines of curvature {flat} and {steep} coincide and go "
            "down gently, that of {middle} falls, {gap:.0f} orders of magnitude ahead at the edge. "
            "Right, heavy ball: all three go down together, as steep as computed; that of "
            "{steep} first rises to {top:.1f} times its start, that of {middle} trembles.",
        ),
        caption=both(
            zh="梯度下降等最慢的方向，重球法让所有方向一样快。离谷底的距离沿特征向量拆开，"
            "一条线一个曲率；标着 × 的线：每步乘一个收敛率。",
            en="Gradient descent waits for its slowest directions; under the heavy ball all go at "
            "one pace. The distance split along the eigenvectors, a line for every curvature; "
            "marked ×: times the rate at every step.",
        ),
        numbers={
            "flat": curvatures[0], "middle": curvatures[1], "steep": curvatures[-1],
            "gap": gap[plain[:, 1] >= FLOOR][-1], "top": heavy[:, -1].max() / heavy[0, -1],
        },
    )  # fmt: skip


def _directions_left(
    axes: Axes, text: Text, run: Tensor, rate: float, curvatures: Sequence, token="momentum"
) -> None:
    steps = torch.arange(len(run))
    axes.plot(steps, rate**steps, **THEORY)
    for way, curvature, dash in zip(run.T, curvatures, ("-", BROKEN, DOTTED), strict=True):
        left = (way / way[0]).clamp(min=FLOOR / 10)
        words = text("曲率 {c}", "curvature {c}", c=curvature)
        axes.plot(steps, left, color=color(token), linestyle=dash, label=words)
    shift = (-6, 16) if token == "plain" else (-56, 0)
    noted = int((rate**steps > 30 * FLOOR).sum()) - 1
    note(axes, f"× {rate:.3f}", (noted, rate**noted), "theory", shift, ha="right")
    axes.legend(loc="center right" if token == "plain" else "upper right")  # two lines coincide
    names = {"plain": ("梯度下降", "gradient descent"), "momentum": ("重球法", "heavy ball")}
    axes.set(title=text(*names[token]), ylim=(FLOOR, 30), xlabel=text("步", "step"))
    log_axis(axes.yaxis, text("出发时为 1（对数）", "1 at the start (log)"))


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


def network(nets: dict[tuple[int, str], Curves], *, momentum: float) -> Bilingual:
    """Loss of a net with and without momentum, in large and in small batches.

    Args:
        nets: (batch size, `"plain"` or `"heavy"`) → its curves, of two batch sizes.
        momentum: the coefficient of `"heavy"`.
    """
    large, small = sorted({size for size, _ in nets}, reverse=True)
    ends = {key: float(run.train_loss[:, -1].median()) for key, run in nets.items()}
    return figure(
        partial(_trained, nets=nets, size=large, places=((9, 4, 12), (9, -64, -16))),
        partial(_trained, nets=nets, size=small, places=((12, -10, 24), (9, -40, -24))),
        alt=both(
            zh="批量 {large}：两条线一同下降，带动量的一条越走越低，最后 {heavy:.3f}，"
            "不带的 {plain:.3f}。批量 {small}：两条线缠在一起，最后 {heavy_small:.3f} 和 "
            "{plain_small:.3f}。",
            en="Batch of {large}: both lines fall, the one with momentum further, to {heavy:.3f}, "
            "without it {plain:.3f}. Batch of {small}: the two intertwine and end at "
            "{heavy_small:.3f} and {plain_small:.3f}.",
        ),
        caption=both(
            zh="批量大，动量才领先。手写数字的训练损失，纵轴取对数；有和没有动量（系数 "
            "{momentum:g}）各用最好的学习率；线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="Momentum is ahead only where batches are large. Training loss on digits, log "
            "scale; with momentum (coefficient {momentum:g}) and without, each at its best "
            "learning rate; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "large": large, "small": small, "seeds": len(nets[large, "plain"].train_loss),
            "heavy": ends[large, "heavy"], "plain": ends[large, "plain"],
            "heavy_small": ends[small, "heavy"], "plain_small": ends[small, "plain"],
            "momentum": momentum,
        },
    )  # fmt: skip


def _trained(axes: Axes, text: Text, nets: dict, size: int, places: tuple) -> None:
    for (kind, token, words), (at, dx, dy) in zip(
        (
            ("plain", "plain", text("无动量", "no momentum")),
            ("heavy", "momentum", text("有动量", "momentum")),
        ),
        places,
        strict=True,
    ):
        run = nets[size, kind]
        line = band(axes, run.updates, run.train_loss, token, fill=0.16)
        label_end(line, words, at=at, dx=dx, dy=dy)
    lowest = min(float(run.train_loss.min()) for run in nets.values())
    axes.set(ylim=(0.8 * lowest, 4), title=text("批量 {size}", "batches of {size}", size=size))
    axes.set_xlabel(text("步", "step"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
