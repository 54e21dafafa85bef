"""The figures of the section: a cut through the cliff, and a net that is trained above one.

Book: gradients/clipping
"""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.sections.gradients.clipping import cliff

BOUND = 1.0  # drawn beside the gradients
EVERY = 10  # steps that share one number of a curve


def cut(w: float = 1.8, reach: float = 0.6) -> Bilingual:
    """The loss of the unit along b, and the length of its gradient.

    Args:
        w: where the cut is laid.
        reach: how far b goes to either side.
    """
    b = _toward(cliff.edge(w), reach)
    ways = cliff.slopes(torch.full_like(b, w), b)
    height, length = cliff.height(torch.full_like(b, w), b), torch.hypot(*ways)
    share = (b.diff() * (length[1:] > BOUND)).sum().item() / (2 * reach)
    return figure(
        partial(_loss_along, b=b, height=height),
        partial(_length_along, b=b, length=length),
        alt=both(
            zh="左图：损失从右边的 {high:.1f} 缓缓下来，到崖边一下掉到 {low:.2f}。右图：梯度长度，"
            "多半不到 {bound:.0f}，崖边一根尖刺，高 {peak:,.0f}。",
            en="Left: the loss comes down gently from {high:.1f} on the right and breaks off to "
            "{low:.2f}. Right: the length of the gradient, mostly below {bound:.0f}, with a spike "
            "{peak:,.0f} high at the edge.",
        ),
        caption=both(
            zh="沿 b 切一刀：悬崖上，梯度最长约 {peak:,.0f}，可是长过 {bound:.0f} 的地方，只占"
            "这条线的 {share:.0%}。右图纵轴取对数。",
            en="A cut along b: on the cliff the gradient is up to about {peak:,.0f} long, but "
            "longer than {bound:.0f} on only {share:.0%} of this line. Right: log scale.",
        ),
        numbers={
            "high": height[-1].item(), "low": height[0].item(), "bound": BOUND,
            "peak": float(f"{length.max():.1g}"), "share": share,
        },
        height=0.7,
    )  # fmt: skip


def _toward(edge: float, reach: float) -> Tensor:
    """Places to both sides of the edge, closer and closer to it."""
    away = torch.logspace(-13, 0, 400, dtype=torch.float64) * reach
    return torch.cat([edge - away.flip(0), edge + away])


def _loss_along(axes: Axes, text: Text, b: Tensor, height: Tensor) -> None:
    axes.plot(b, height, color="#1c1d21")
    axes.set_xlabel("b")
    axes.set_ylabel(text("损失", "loss"))


def _length_along(axes: Axes, text: Text, b: Tensor, length: Tensor) -> None:
    axes.plot(b, length, color="#1c1d21")
    threshold(axes, BOUND, text("上限 1", "bound 1"), b[0].item(), shift=(2, 8), ha="left")
    axes.set_xlabel("b")
    log_axis(axes.yaxis, text("梯度长度（对数）", "length of the gradient (log)"))


def training(length: Tensor, loss: Tensor, rates: tuple[float, float], bound: float) -> Bilingual:
    """A recurrent net, plain and clipped: its longest gradients and its loss.

    Args:
        length: largest gradient of every 10 steps, shape `(steps / 10, 3, seeds)`: plain at its
            own learning rate, plain at that of the clipped run, clipped.
        loss: mean of every 10 steps, the same shape.
        rates: learning rate of the first run, and of the other two.
        bound: of the clipped run.
    """
    steps = EVERY * torch.arange(1, len(length) + 1)
    plain, clipped = (length[:, arm].amax().item() for arm in (0, 2))
    ends = loss[-20:].mean(0).mean(-1).tolist()
    return figure(
        partial(_lengths, steps=steps, length=length, bound=bound),
        partial(_losses, steps=steps, loss=loss, rates=rates),
        alt=both(
            zh="左图：不裁和裁了的训练，梯度都一再冲得很高，高过上限 {bound:.0f}；"
            "所有种子里，最长 {plain:.0f} 和 {clipped:.0f}。"
            "右图：损失，末尾 {first:.2f}、{second:.2f}、{third:.2f}。",
            en="Left: plain or clipped, gradients keep rising far above the bound of {bound:.0f}; "
            "over all seeds, "
            "to {plain:.0f} and {clipped:.0f}. Right: losses, at the end {first:.2f}, "
            "{second:.2f} and {third:.2f}.",
        ),
        caption=both(
            zh="左，一个种子：裁了，算出来的梯度照样长。右：学习率 {fast}，末尾平均，不裁是 "
            "{second:.2f}，裁了是 {third:.2f}；不裁要用 {slow}。线是 {seeds} 个种子的中位数，"
            "带从最小到最大；纵轴取对数。",
            en="Left, one seed: clipped or not, the gradients that are computed are as long. "
            "Right: at a learning rate of {fast} the loss ends on average at {second:.2f} "
            "plain and "
            "{third:.2f} clipped; plain needs {slow}. Median of {seeds} seeds, band from smallest "
            "to largest; log scales.",
        ),
        numbers={
            "plain": plain, "clipped": clipped, "bound": bound, "first": ends[0],
            "second": ends[1], "third": ends[2], "slow": f"{rates[0]:g}", "fast": f"{rates[1]:g}",
            "seeds": length.shape[-1],
        },
        height=0.8,
    )  # fmt: skip


def _lengths(axes: Axes, text: Text, steps: Tensor, length: Tensor, bound: float) -> None:
    for arm, dash in ((0, "-"), (2, BROKEN)):
        axes.plot(steps, length[:, arm, 0], color="#1c1d21", linestyle=dash, linewidth=1.1)
    words = text("实线不裁，虚线裁", "solid: plain, dashed: clipped")
    note(axes, words, (0.98, 0.97), ha="right", xycoords="axes fraction")
    threshold(axes, bound, text("上限", "bound"), steps[-1].item(), shift=(0, -9), ha="right")
    axes.set_ylim(bottom=bound / 2)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("梯度长度（对数）", "length of the gradient (log)"))


def _losses(
    axes: Axes, text: Text, steps: Tensor, loss: Tensor, rates: tuple[float, float]
) -> None:
    slow, fast = (f"{rate:g}" for rate in rates)
    for arm, dash, words, place in (
        (0, "-", text(f"不裁，{slow}", f"plain, {slow}"), {"dy": 12}),
        (1, DOTTED, text(f"不裁，{fast}", f"plain, {fast}"), {"dy": 4}),
        (2, BROKEN, text(f"裁，{fast}", f"clipped, {fast}"), {"dy": -12}),
    ):
        smooth = loss[:, arm].unfold(0, 5, 5).mean(-1)
        line = band(axes, steps[4::5], smooth.T, "plain", fill=0.1, linestyle=dash)
        label_end(line, words, **place)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))
