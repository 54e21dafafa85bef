"""The figures of the section: one step's promise on a bowl, and on a net.

Book: gradients/one_step
"""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, note
from dlnotes.sections.gradients.one_step.experiments import MULTIPLES, Promise


def cut(rates: Tensor, real: Tensor, promised: Tensor) -> Bilingual:
    """The loss along the arrow beside the straight line that the gradient promises.

    Args:
        rates: learning rates from 0 on, shape `(T,)`.
        real: the loss after one step with each, shape `(T,)`.
        promised: the same if the slope stayed as it is, shape `(T,)`.
    """
    low = int(real.argmin())
    best, bottom = rates[low].item(), real[low].item()
    return figure(
        partial(_cut, rates=rates, real=real, promised=promised, low=low),
        alt=both(
            zh="实线从 {start:.1f} 弯下去，学习率 {best:.3f} 处最低，是 {bottom:.2f}，再弯上来；"
            "虚线和它相切于起点，一直往下，最低处已差 {gap:.2f}。",
            en="The solid line bends down from {start:.1f} to {bottom:.2f} at a learning rate of "
            "{best:.3f} and up again; the dashed one touches it at the start and goes straight "
            "on, {gap:.2f} below it at its lowest.",
        ),
        caption=both(
            zh="沿箭头一步走多远，损失是多少。虚线照脚下的坡往前画，实线是真的；点是最低处。",
            en="How far one step goes along the arrow, and the loss there. Dashed: the slope "
            "underfoot, drawn on; solid: the real loss; the dot: its lowest.",
        ),
        numbers={
            "start": real[0].item(), "best": best, "bottom": bottom,
            "gap": bottom - promised[low].item(),
        },
    )  # fmt: skip


def _cut(axes: Axes, text: Text, rates: Tensor, real: Tensor, promised: Tensor, low: int) -> None:
    (truth,) = axes.plot(rates, real, color=color("plain"))
    (promise,) = axes.plot(rates, promised, **THEORY)
    axes.plot(rates[low], real[low], "o", color=color("plain"), markersize=5)
    axes.axhline(real[0], color=color("plain"), linewidth=0.8, alpha=0.4)
    at = len(rates) // 2
    label_end(truth, text("真的", "real"), at=at, dy=12)
    label_end(promise, text("许诺的", "promised"), at=at, dx=8)
    axes.set_xlabel(text("学习率", "learning rate"))
    axes.set_ylabel(text("一步以后的损失", "loss after one step"))
    axes.margins(x=0)


def kept(first: Promise, last: Promise) -> Bilingual:
    """Real fall over promised fall of a net, before and after training, beside a parabola's.

    Args:
        first: at the start.
        last: after training.
    """
    fresh, trained = ((1 / each.bend).median().item() for each in (first, last))
    two = MULTIPLES.index(2.0)
    return figure(
        partial(_kept, first=first, last=last),
        alt=both(
            zh="三条线从 1 往下。抛物线是直的，在 {double:.0f} 处落到 0；网络的两条起初略低于它，"
            "随后比它高，在 {double:.0f} 处，刚初始化的还有 {early:.2f}，训练后的 {late:.2f}。",
            en="Three lines fall from 1. The parabola's is straight and reaches 0 at {double:.0f}; "
            "the net's two begin a little below it and end above: at {double:.0f} the fresh net "
            "still keeps {early:.2f}, the trained one {late:.2f}.",
        ),
        caption=both(
            zh="真的降了许诺的几成。横轴是学习率乘曲率 λ：1 那里，刚初始化是学习率 {fresh:.1f} "
            "左右，训练后是 {trained:.0f} 左右。线是 {seeds} 次的中位数，带从最小到最大；"
            "虚线是抛物线。",
            en="Part of the promised fall that comes. Across: learning rate times curvature λ; "
            "1 is a rate of about {fresh:.1f} in the fresh net, of {trained:.0f} in the trained "
            "one. Line: median of {seeds} runs, band: smallest to largest; dashed: a parabola.",
        ),
        numbers={
            "double": 2.0, "early": first.kept[:, two].median().item(),
            "late": last.kept[:, two].median().item(), "fresh": fresh, "trained": trained,
            "seeds": len(first.kept),
        },
    )  # fmt: skip


def _kept(axes: Axes, text: Text, first: Promise, last: Promise) -> None:
    x = torch.tensor(MULTIPLES, dtype=torch.float64)
    seen = x <= 4
    axes.axhline(0, color=color("plain"), linewidth=0.8, alpha=0.4)
    line = torch.tensor([0.0, 2.4])
    axes.plot(line, 1 - line / 2, **THEORY)
    note(axes, text("抛物线", "parabola"), (1.7, 0.12), "theory", shift=(-8, -4), ha="right")
    for runs, dash, words, dy in (
        (last, BROKEN, text("训练 {steps} 步后", "after {steps} steps", steps=300), 10),
        (first, "-", text("刚初始化", "fresh"), -36),
    ):
        drawn = band(axes, x[seen], runs.kept[:, seen], "plain", fill=0.12, linestyle=dash)
        label_end(drawn, words, at=int((x <= 3).sum()) - 1, dx=0, dy=dy)
    axes.set_xlabel(text("学习率 × 曲率", "learning rate × curvature"))
    axes.set_ylabel(text("真的降 / 许诺降", "real over promised fall"))
    axes.set_ylim(-0.3, 1.05)
    axes.margins(x=0)


def fits(x: Tensor, y: Tensor, good: Tensor, bad: Tensor) -> Bilingual:
    """A curve with a way up and a way down, and the two places where one unit ends.

    Args:
        x: shape `(N,)`.
        y: the curve, shape `(N,)`.
        good: the fit that ends lower, shape `(N,)`.
        bad: the other, shape `(N,)`.
    """
    return figure(
        partial(_fits, x=x, y=y, good=good, bad=bad),
        alt=both(
            zh="一串点先升到 {top:.2f}，再降到 {end:.2f}。实线只跟上左边的升，点线只跟上右边的降。",
            en="Dots rise to {top:.2f} and fall to {end:.2f}. The solid line follows only the rise "
            "on the left, the dotted one only the fall on the right.",
        ),
        caption=both(
            zh="同一条曲线，一个单元，两个起点：一个走到了深坑，一个停在浅坑。",
            en="One curve, one unit, two starts: one run ended in the deep pit, one in the shallow "
            "pit.",
        ),
        numbers={"top": y.max().item(), "end": y[-1].item()},
        height=0.45,
    )  # fmt: skip


def _fits(axes: Axes, text: Text, x: Tensor, y: Tensor, good: Tensor, bad: Tensor) -> None:
    axes.plot(x, y, "o", color=color("plain"), markersize=3.5)
    for fit, dash, words, at, dy in (
        (good, "-", text("跟左边", "left only"), -5, 11),
        (bad, DOTTED, text("跟右边", "right only"), 0, 11),
    ):
        (drawn,) = axes.plot(x, fit, color=color("momentum"), linestyle=dash)
        label_end(drawn, words, at=at, dx=0, dy=dy)
    axes.set_xlabel("x")
    axes.set_ylabel("y")
