"""Figures of the section on momentum: rates, damping, and what noise leaves of the gain."""

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end

AHEAD = (0, (4, 1.6))  # Nesterov: the family's hue, broken
FLOOR = 1e-8


def convergence(plain: Tensor, heavy: Tensor, rates: tuple[float, float]) -> Bilingual:
    """Distance to the minimum over the steps, beside the rate that the eigenvalues give.

    Args:
        plain: distances of gradient descent, shape `(T + 1,)`.
        heavy: the same of the heavy ball.
        rates: predicted factor a step, of the two in this order.
    """

    def draw(axes: Axes, text: Text) -> None:
        names = text("梯度下降", "gradient descent"), text("重球法", "heavy ball")
        for run, rate, token, name, place in zip(
            (plain, heavy), rates, ("plain", "momentum"), names, (0.62, 0.44), strict=True
        ):
            steps = torch.arange(len(run))
            axes.plot(steps, rate**steps, color=color("theory"), linestyle="--", linewidth=1.4)
            (line,) = axes.plot(steps, run / run[0], color=color(token))
            label_end(line, name, at=int(place * len(run)), dx=3, dy=13)
            at = int(0.9 * len(run)) if token == "plain" else int(0.52 * len(run))
            _note(axes, f"× {rate:.3f}", (at, rate**at), (-8, -12), "theory", "right")
        axes.set_yscale("log")
        axes.set_ylim(FLOOR, 30)
        axes.minorticks_off()
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("距离，出发时为 1（对数）", "distance, 1 at the start (log)"))

    return figure(
        draw,
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


def damping(
    heavy: Tensor, ahead: Tensor, shares: Tensor, rates: tuple[Tensor, Tensor]
) -> Bilingual:
    """How the steep direction swings under both rules, and the rate in every direction.

    Args:
        heavy: the steep coordinate under the heavy ball, shape `(T + 1,)`.
        ahead: the same under Nesterov's method.
        shares: learning rate times curvature, shape `(N,)`, between 0 and 1.
        rates: factor a step of the heavy ball and of Nesterov's method, shape `(N,)` each.
    """

    def swings(axes: Axes, text: Text) -> None:
        axes.axhline(0, color=color("rule"), linewidth=0.8)
        (ball,) = axes.plot(heavy, color=color("momentum"))
        axes.plot(ahead, color=color("momentum"), linestyle=AHEAD)
        label_end(ball, text("重球法", "heavy ball"), at=11, dx=4, dy=10)
        _note(axes, "Nesterov", (44, 0), (0, -30), "momentum")
        axes.set_title(text("摆动", "the swing"))
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("最陡方向的坐标", "coordinate, steepest direction"))

    def directions(axes: Axes, text: Text) -> None:
        (ball,) = axes.plot(shares, rates[0], color=color("momentum"))
        axes.plot(shares, rates[1], color=color("momentum"), linestyle=AHEAD)
        label_end(ball, text("重球法", "heavy ball"), at=-1, dx=-66, dy=10)
        axes.set_title(text("收敛率", "the rate"))
        at = int(0.8 * len(shares))
        _note(axes, "Nesterov", (float(shares[at]), float(rates[1][at])), (-62, -12), "momentum")
        axes.set_xscale("log")
        axes.set_ylim(0, 1.12)
        axes.minorticks_off()
        axes.set_xlabel(text(r"$\eta\lambda$（对数）", r"$\eta\lambda$ (log)"))
        axes.set_ylabel(text("每步留下的比例", "kept per step"))

    return figure(
        swings,
        directions,
        alt=both(
            zh="摆动：重球法的坐标在零两侧来回摆，几十步还没停；Nesterov 的坐标两步就贴在零上。"
            "收敛率：重球法的线几乎是平的；Nesterov 的线越往右越低，到 1 处碰到零。",
            en="The swing: the heavy ball's coordinate goes to and fro about zero for dozens of "
            "steps; Nesterov's lies on zero after two. The rate: the heavy ball's line is almost "
            "flat; Nesterov's bends down to the right and touches zero at 1.",
        ),
        caption=both(
            zh="摆动：动量系数 0.9，最陡的方向上，重球法摆个不停，Nesterov 立刻停下。"
            "收敛率：方向越陡，Nesterov 每步留下的越少；重球法几乎不管陡不陡，都留下一样多。",
            en="The swing: at momentum 0.9, in the steepest direction, the heavy ball goes on and "
            "on while Nesterov stops at once. The rate: the steeper a direction, the less of it "
            "Nesterov keeps per step; the heavy ball keeps nearly the same share of all.",
        ),
    )


def noise(sigmas: list[float], gains: Tensor) -> Bilingual:
    """How many times as small the loss gets with momentum, against the noise of the gradient.

    Args:
        sigmas: standard deviations of the noise, shape `(S,)`.
        gains: best loss without momentum over best loss with it, shape `(seeds, S)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        axes.axhline(1, color=color("theory"), linestyle="--", linewidth=1.4)
        _note(axes, text("没有差别", "no difference"), (sigmas[0], 1), (0, -12), "theory")
        low, high = gains.amin(0), gains.amax(0)
        axes.fill_between(sigmas, low, high, color=color("momentum"), alpha=0.18, linewidth=0)
        axes.plot(sigmas, gains.median(0).values, "o-", color=color("momentum"))
        for side, align, words in (
            (0, "left", text("大批量", "large batch")),
            (1, "right", text("小批量", "small batch")),
        ):
            axes.annotate(
                words, (side, 1), (0, 4), xycoords="axes fraction", textcoords="offset points",
                ha=align, color=color("muted"),
            )  # fmt: skip
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_ylim(0.7, 1.3 * float(high.max()))
        axes.set_yticks([1, 2, 4, 8], ["1", "2", "4", "8"])
        axes.minorticks_off()
        axes.set_xlabel(
            text(r"梯度噪声的标准差 $\sigma$（对数）", r"noise of the gradient $\sigma$ (log)")
        )
        axes.set_ylabel(text("损失之比（对数）", "ratio of losses (log)"))

    return figure(
        draw,
        alt=both(
            zh="一条从左上到右下的线：噪声小的时候在 8 附近，噪声大了贴到 1 的虚线上。",
            en="A line falls from top left to bottom right: near 8 where the noise is small, "
            "on the dashed line at 1 where it is large.",
        ),
        caption=both(
            zh="噪声越大，动量的好处越少，最后一点不剩。纵轴：不加动量的损失除以加动量的损失，"
            "两边各用最好的学习率；线是 5 个种子的中位数，浅色带从最小到最大。",
            en="The more noise, the less momentum gains, down to nothing. Vertical: loss without "
            "momentum over loss with it, each at its best learning rate; line: median of 5 seeds, "
            "band: smallest to largest.",
        ),
    )


def _note(axes: Axes, words: str, at: tuple, shift: tuple, token: str, align: str = "left") -> None:
    axes.annotate(
        words, at, shift, textcoords="offset points", color=color(token), ha=align, va="center",
        annotation_clip=False,
    )  # fmt: skip
