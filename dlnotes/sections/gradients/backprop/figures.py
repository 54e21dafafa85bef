"""The figures of the section: how far a difference misses a derivative, by the size of the nudge.

Book: gradients/backprop
"""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, label_end, log_axis

SINGLE = "float32"


def differences(h: Tensor, upward: Tensor, central: Tensor, single: Tensor) -> Bilingual:
    """Relative errors of three differences of one function.

    Args:
        h: nudges, from large to small, shape `(H,)`.
        upward: errors of the forward difference in float64, greater than 0.
        central: errors of the central difference in float64, greater than 0.
        single: errors of the central difference in float32, greater than 0.
    """
    best = {name: h[each.argmin()].item() for name, each in _named(upward, central, single)}
    return figure(
        partial(_three, h=h, upward=upward, central=central, single=single),
        alt=both(
            zh="三条折线，都像字母 V：横轴是拨多少，纵轴是误差。中心差分的谷底最低，在 "
            "{central:.0e}；前向差分的在 {upward:.0e}；{kind} 的最高，在 {single:.0e}。",
            en="Three lines shaped like the letter V: the nudge across, the error upwards. The "
            "central difference has the lowest bottom, at {central:.0e}; the forward difference "
            "has it at {upward:.0e}; {kind}, the highest, at {single:.0e}.",
        ),
        caption=both(
            zh="数值梯度的误差：h 大了是截断，小了是舍入。函数是 eˣ，取 {at} 处的中位数；谷底 "
            "{central_error:.0e}、{upward_error:.0e}、{single_error:.0e}。",
            en="Error of the numerical gradient: truncation for large h, rounding for small. The "
            "function is eˣ, median of {at} places; bottoms {central_error:.0e}, "
            "{upward_error:.0e} and {single_error:.0e}.",
        ),
        numbers={
            **best, "at": 21, "central_error": central.min().item(),
            "upward_error": upward.min().item(), "single_error": single.min().item(),
            "kind": SINGLE,
        },
    )  # fmt: skip


def _named(upward: Tensor, central: Tensor, single: Tensor) -> list[tuple[str, Tensor]]:
    return [("upward", upward), ("central", central), ("single", single)]


def _three(
    axes: Axes, text: Text, h: Tensor, upward: Tensor, central: Tensor, single: Tensor
) -> None:
    for errors, dash, words, place in (
        (central, "-", text("中心差分", "central"), {"at": 3, "dx": 10, "dy": -8}),
        (upward, BROKEN, text("前向差分", "forward"), {"at": 6, "dx": -58, "dy": 10}),
        (
            single,
            DOTTED,
            text(f"中心差分，{SINGLE}", f"central, {SINGLE}"),
            {"at": 5, "dx": 10, "dy": 8},
        ),
    ):
        (line,) = axes.plot(h, errors, color="#1c1d21", linestyle=dash)
        label_end(line, words, **place)
    log_axis(axes.xaxis, text("拨多少 $h$（对数）", "nudge $h$ (log)"))
    log_axis(axes.yaxis, text("相对误差（对数）", "relative error (log)"))


def layers(h: Tensor, double: Tensor, single: Tensor) -> Bilingual:
    """Errors of a net's numerical gradient, layer by layer.

    Args:
        h: nudges, from large to small, shape `(H,)`.
        double: errors in float64, shape `(seeds, H, layers)`, greater than 0.
        single: the same in float32.
    """
    middle = double.median(0).values
    return figure(
        partial(_layers, h=h, double=double, single=single),
        alt=both(
            zh="三条带子，一层一条，右边分开，左边合在一起；拨 {best:.0e} 时最低。上面一条点线是 "
            "{kind}，最低处也有 {least:.0e}。",
            en="Three bands, one a layer, apart on the right and together on the left; lowest at a "
            "nudge of {best:.0e}. A dotted line above them is {kind}, at least {least:.0e}.",
        ),
        caption=both(
            zh="一个认手写数字的网络，逐层对照："
            "{fine} 拨 {best:.0e}，三层都只差 {low:.0e} 到 {high:.0e}；"
            "{kind} 最好也差 {least:.0e}。线是 {seeds} 个种子的中位数，带从最小到最大。",
            en="A net that reads digits, layer by layer: "
            "with a nudge of {best:.0e} in {fine} all three are "
            "off by {low:.0e} to {high:.0e}; {kind} by {least:.0e} at best. Line: median of "
            "{seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "best": h[middle.amax(1).argmin()].item(), "seeds": len(double),
            "low": middle[middle.amax(1).argmin()].min().item(),
            "high": middle[middle.amax(1).argmin()].max().item(),
            "least": single.median(0).values.amax(1).min().item(),
            "kind": SINGLE, "fine": "float64",
        },
    )  # fmt: skip


def _layers(axes: Axes, text: Text, h: Tensor, double: Tensor, single: Tensor) -> None:
    for layer, dash in enumerate(("-", BROKEN, "-")):
        line = band(axes, h, double[..., layer], "plain", fill=0.12, linestyle=dash)
        words = text(f"第 {layer + 1} 层", f"layer {layer + 1}")
        label_end(line, words, at=0, dx=5)
    worst = torch.clamp(single.amax(2), max=1)  # a slope of 0 misses by everything
    line = band(axes, h, worst, "plain", fill=0.06, linestyle=DOTTED)
    label_end(line, text(f"{SINGLE}，最差的层", f"{SINGLE}, worst layer"), at=2, dx=-8, dy=14)
    log_axis(axes.xaxis, text("拨多少 $h$（对数）", "nudge $h$ (log)"))
    log_axis(axes.yaxis, text("相对误差（对数）", "relative error (log)"))
