"""The figures of the section: slopes, the line of gains, and how far each layer has moved.

Book: gradients/vanishing_exploding
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.sections.gradients.vanishing_exploding.experiments import Moved
from dlnotes.training.nets.activations import ACTIVATIONS

DASHES = {"sigmoid": "-", "tanh": BROKEN, "relu": DOTTED}
NAMES = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU"}


def slopes(reach: float = 6.0) -> Bilingual:
    """Sigmoid and tanh, and beside them their slopes.

    Args:
        reach: how far from 0 to either side.
    """
    z = torch.linspace(-reach, reach, 241, dtype=torch.float64, requires_grad=True)
    values = {name: ACTIVATIONS[name](z) for name in ("sigmoid", "tanh")}
    steep = {name: torch.autograd.grad(value.sum(), z)[0] for name, value in values.items()}
    at = z.detach()
    return figure(
        partial(_curves, at=at, values={k: v.detach() for k, v in values.items()}, slope=False),
        partial(_curves, at=at, values=steep, slope=True),
        alt=both(
            zh="左图两条 S 形：sigmoid 从 0 升到 1，tanh 从 −1 升到 1。右图是斜率，两座山都在正中"
            "最高：sigmoid 的 {low:.2f}，tanh 的 {high:.0f}，离正中 {reach:.0f} 已经接近 0。",
            en="Left, two S shapes: sigmoid rises from 0 to 1, tanh from −1 to 1. Right, their "
            "slopes, hills highest in the middle: {low:.2f} for sigmoid, {high:.0f} for tanh, and "
            "close to 0 at {reach:.0f} from it.",
        ),
        caption=both(
            zh="斜率（右）最大在 0：sigmoid {low:.2f}，tanh {high:.0f}。两头平，斜率差不多是 0，"
            "叫饱和。",
            en="The slope (right) is largest at 0: {low:.2f} for sigmoid, {high:.0f} for tanh. "
            "Both ends are flat, with a slope of almost 0: saturation.",
        ),
        numbers={
            "low": steep["sigmoid"].max().item(), "high": steep["tanh"].max().item(),
            "reach": reach,
        },
        height=0.6,
    )  # fmt: skip


def _curves(axes: Axes, text: Text, at: Tensor, values: Mapping[str, Tensor], slope: bool) -> None:
    for name, curve in values.items():
        axes.plot(at, curve, color=color("plain"), linestyle=DASHES[name])
        place = {"tanh": 136, "sigmoid": 165} if slope else {"tanh": 108, "sigmoid": 50}
        spot = at[place[name]].item(), curve[place[name]].item()
        above = name == "sigmoid"
        note(axes, name, spot, "plain", (-4 if above and not slope else 6, 10 if above else 0))
    axes.set_xlabel("z")
    axes.set_ylabel(text("斜率", "slope") if slope else text("函数", "function"))


def line(
    gains: Sequence[float], found: Mapping[str, Tensor], marks: Mapping[str, float]
) -> Bilingual:
    """What a layer multiplies the message by, against the gain.

    Args:
        gains: σ_w · √n, rising.
        found: activation -> factors, shape `(seeds, gains)`.
        marks: name -> gain, such as that of torch's default.
    """
    middle = {name: values.median(0).values for name, values in found.items()}
    return figure(
        partial(_line, gains=gains, found=found, marks=marks),
        alt=both(
            zh="横轴是增益，纵轴是每层的倍数。三条线都往上走：增益 {first:.2g} 处 ReLU 是 "
            "{relu_low:.2f}，sigmoid 是 {sigmoid_low:.2f}；增益 {last:.2g} 处 ReLU 是 "
            "{relu_high:.1f}，"
            "sigmoid 是 {sigmoid_high:.2f}。一条横线在 1，{count} 条竖线标出常用的起点。",
            en="Across the gain, upward the factor per layer. Three lines rise: at a gain of "
            "{first:.2g} ReLU is at {relu_low:.2f} and sigmoid at {sigmoid_low:.2f}; at {last:.2g} "
            "ReLU is at {relu_high:.1f} and sigmoid at {sigmoid_high:.2f}. A level line at 1, and "
            "{count} upright lines at usual starts.",
        ),
        caption=both(
            zh="线在横线下面，传回来的信号消失；在上面，爆炸。竖线是常用的起点。两轴都取对数；"
            "{seeds} 个种子的中位数，浅色带从最小到最大。",
            en="Below the level line the message vanishes, above it explodes. Upright: usual "
            "starts. Both axes log; median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "first": gains[0], "last": gains[-1], "count": len(marks),
            "seeds": len(found["relu"]),
            "relu_low": middle["relu"][0].item(), "relu_high": middle["relu"][-1].item(),
            "sigmoid_low": middle["sigmoid"][0].item(),
            "sigmoid_high": middle["sigmoid"][-1].item(),
        },
    )  # fmt: skip


def _line(
    axes: Axes, text: Text, gains: Sequence[float], found: Mapping[str, Tensor], marks: Mapping
) -> None:
    threshold(axes, 1, text("不变", "kept"), gains[0], shift=(2, 8), ha="left")
    for name, values in found.items():
        drawn = band(axes, gains, values, "plain", linestyle=DASHES[name])
        label_end(drawn, NAMES[name])
    log_axis(axes.xaxis, text("增益（对数）", "gain (log)"))
    log_axis(axes.yaxis, text("每层的倍数（对数）", "factor per layer (log)"))
    low, high = axes.get_ylim()
    for name, gain in marks.items():
        axes.axvline(gain, color=color("muted"), linewidth=0.8)
        end, way = (low, "bottom") if gain > 3 else (high, "top")  # away from the lines
        note(axes, name, (gain, end), "muted", (3, 0), rotation=90, va=way, ha="left")
    axes.set(xticks=[0.3, 1, 3, 10], yticks=[0.1, 1, 10])


def moved(arms: Mapping[str, Moved], rates: Mapping[str, int]) -> Bilingual:
    """How far training has moved each layer of a digit net, relative to its start.

    Args:
        arms: the recorded runs: plain, raised and adam.
        rates: arm -> place of the learning rate that is drawn.
    """
    drawn = {name: runs.distance[rates[name]] for name, runs in arms.items()}
    middle = {name: values.median(0).values for name, values in drawn.items()}
    return figure(
        partial(_moved, drawn=drawn),
        alt=both(
            zh="横轴是第几层，纵轴是离起点多远。增益小的那条从第一层的 {low:.0e} 一路升到倒数第二层"
            "的 {high:.1f}；增益大的和用 Adam 的差不多是平的，第一层走了 {raised:.1f} 和 "
            "{adam:.1f}。",
            en="Across the layer, upward how far it is from its start. The line of the small "
            "gain climbs "
            "from {low:.0e} at the first layer to {high:.1f} at the last but one; those of the "
            "larger gain "
            "and of Adam are about level, {raised:.1f} and {adam:.1f} at the first layer.",
        ),
        caption=both(
            zh="增益 {one} 的 sigmoid 网络，用动量法练，近输入的层几乎不动；增益 {four}，或者换 "
            "Adam，"
            "都动了。纵轴取对数：离起点的距离除以起点的长度；{seeds} 个种子的中位数，浅色带从最小到"
            "最大；第 {output} 层是输出层。",
            en="In a sigmoid net of gain {one} trained with momentum the layers near the input "
            "hardly move; with a gain of {four}, or with Adam, they do. Log: distance from the "
            "start over its length; median of {seeds} seeds, band: smallest to largest; layer "
            "{output} is the output.",
        ),
        numbers={
            "low": middle["plain"][0].item(), "high": middle["plain"][-2].item(),
            "raised": middle["raised"][0].item(), "adam": middle["adam"][0].item(),
            "one": 1, "four": 4, "seeds": len(drawn["plain"]), "output": len(middle["plain"]),
        },
    )  # fmt: skip


def _moved(axes: Axes, text: Text, drawn: Mapping[str, Tensor]) -> None:
    layers = torch.arange(1, next(iter(drawn.values())).shape[1] + 1)
    looks = {
        "plain": ("-", text("增益 1", "gain 1"), (0, 12)),
        "raised": (BROKEN, text("增益 4", "gain 4"), (0, -11)),
        "adam": (DOTTED, "Adam", (0, 11)),
    }
    for name, values in drawn.items():
        dash, words, shift = looks[name]
        band(axes, layers, values, "plain", linestyle=dash)
        spot = layers[1].item(), values[:, 1].median().item()
        note(axes, words, spot, "plain", shift, ha="center")
    axes.set_xlabel(text("层，从输入数起", "layer, from the input"))
    log_axis(axes.yaxis, text("离起点多远（对数）", "distance from start (log)"))
    axes.set_xticks(layers[::2].tolist())
