"""Figures of the section: both directions, the branches' eigenvalues, a sawtooth, deep nets.

Book: gradients/residuals
"""

import math
from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.gradients.flow import Flow

DASHDOT = (0, (5, 1.2, 1, 1.2))  # theory is dashed

# a family and a dash for each kind of net; residual nets share theirs
LOOKS = {
    "plain": ("plain", "-"),
    "residual": ("momentum", "-"),
    "scaled": ("momentum", DASHDOT),
    "last": ("adaptive", DOTTED),
}


def both_ways(flows: Mapping[str, Flow]) -> Bilingual:
    """Sizes of the signal and of the message at every place of deep ReLU nets.

    Args:
        flows: kind of net -> sizes, `(seeds, L + 1)` each: `"plain"`, `"residual"`, `"scaled"`,
            `"last"`.
    """
    ends = {name: flow.backward[:, 0].median().item() for name, flow in flows.items()}
    seeds, places = flows["plain"].forward.shape
    return figure(
        partial(_sizes, sizes={name: flow.forward for name, flow in flows.items()}, way="forward"),
        partial(_sizes, sizes={name: flow.backward for name, flow in flows.items()}, way="back"),
        alt=both(
            zh="左图信号往前，右图信号传回，各四条线。普通网络和支路缩小的残差网络贴着 1；"
            "残差网络两边都直线上升，传回到入口是 {residual:.0e}，贴着虚线；"
            "ReLU 放在最后的升得更快，到 {last:.0e}。",
            en="Left the signal forward, right the signal sent back, four lines each. The plain "
            "net and the residual one with small branches stay near 1. The residual net rises in a "
            "straight line both ways, along the dashed line, back to {residual:.0e} "
            "at the entrance; with ReLU last it rises faster, to {last:.0e}.",
        ),
        caption=both(
            zh="{layers} 层 ReLU 加 He 权重，没有训练。往前（左）和传回（右）一样爆炸；"
            "虚线是推出来的倍率。支路乘 1/√L，两边都留在 1 附近。"
            "纵轴取对数，线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="{layers} layers of ReLU with He’s weights, untrained. It explodes alike on the way "
            "forward (left) and back (right); dashed: the factor derived. Branches times 1/√L keep "
            "both near 1. Vertical axes log; line: median of {seeds} seeds, band: smallest to "
            "largest.",
        ),
        numbers={
            "layers": places - 1, "seeds": seeds, "residual": ends["residual"],
            "last": ends["last"],
        },
    )  # fmt: skip


def _sizes(axes: Axes, text: Text, sizes: Mapping[str, Tensor], way: str) -> None:
    names = {
        "plain": text("普通", "plain"),
        "residual": text("残差", "residual"),
        "scaled": text("乘 1/√L", "times 1/√L"),
        "last": text("ReLU 在最后", "ReLU last"),
    }
    forward = way == "forward"
    layers = next(iter(sizes.values())).shape[1] - 1
    places = torch.arange(layers + 1)
    grown = math.sqrt(2) ** (places if forward else layers - places)
    axes.plot(places, grown, **THEORY)
    for name, values in sizes.items():
        family, dash = LOOKS[name]
        line = band(axes, places, values, family, fill=0.16, linestyle=dash)
        if forward:
            label_end(line, names[name], dy={"plain": -7, "scaled": 7}.get(name, 0))
    axes.set_xlabel(text("第几块之后", "after block"))
    words = ("信号（对数）", "signal (log)") if forward else ("传回的（对数）", "sent back (log)")
    log_axis(axes.yaxis, text(*words))
    axes.set_ylim(0.01, 1e13)


def eigenvalues(whole: Tensor, before: Tensor, after: Tensor) -> Bilingual:
    """Where the eigenvalues of branches lie beside -1.

    Args:
        whole: those of branches as large as their input, complex, any shape.
        before: those of branches times 1 / √L in a net that is not trained.
        after: those of the same branches after training.
    """
    near = [(1 + values).abs().min().item() for values in (whole, before, after)]
    return figure(
        partial(_eigenvalues, clouds={"adaptive": whole}, zh="He 权重", en="He’s weights"),
        partial(
            _eigenvalues,
            clouds={"adaptive": after, "momentum": before},
            zh="乘 1/√L",
            en="times 1/√L",
        ),
        alt=both(
            zh="两张小图，都有一点标着 −1。左边的点布满半径 1 的圆，最近的离 −1 只有 {first:.3f}；"
            "右边的缩在 0 周围，同一个网络，训练前最近的离 {second:.2f}，训练后 {third:.2f}。",
            en="Two small pictures, each with −1 marked. Left, points fill a circle of radius 1, "
            "the nearest only {first:.3f} from −1; right they crowd around 0, the nearest at "
            "{second:.2f} before training and {third:.2f} after, in one and the same net.",
        ),
        caption=both(
            zh="支路的雅可比矩阵的特征值，叉是 −1。左：He 权重的铺到它边上，"
            "最近的离它 {first:.3f}。右：乘 1/√L 就离远了；同一个网络，"
            "训练前（圈）最近 {second:.2f}，训练后（点）{third:.2f}。"
            "横轴实部，纵轴虚部。",
            en="Eigenvalues of the branches’ Jacobians; the cross is −1. Left: with He’s weights "
            "they reach it, the nearest {first:.3f} away. Right: times 1/√L they stay off; in one "
            "net the nearest is at {second:.2f} before training (rings) and at {third:.2f} "
            "after (dots). Across: real part, up: imaginary part.",
        ),
        numbers={"first": near[0], "second": near[1], "third": near[2]},
        height=0.8,
    )


def _eigenvalues(axes: Axes, text: Text, clouds: Mapping[str, Tensor], zh: str, en: str) -> None:
    for family, values in clouds.items():
        points = values.flatten()
        hollow = {"marker": "o", "markersize": 3, "mfc": "none", "mew": 0.6}
        mark = hollow if family == "momentum" else {"marker": ".", "markersize": 2.2}
        axes.plot(points.real, points.imag, color=color(family), linestyle="none", **mark)
    circle = torch.linspace(0, 2 * math.pi, 181)
    axes.plot(circle.cos(), circle.sin(), **THEORY)
    axes.plot(-1, 0, "x", color=color("ink"), markersize=9, markeredgewidth=2)
    note(axes, "−1", (-1, 0), "ink", (-8, 8), ha="right")
    note(axes, text(zh, en), (0.5, 1), "ink", (0, -9), xycoords="axes fraction", ha="center")
    axes.set(xlim=(-1.7, 1.7), ylim=(-1.45, 1.45), xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.set_aspect("equal")


def teeth(saws: Sequence[Tensor]) -> Bilingual:
    """The tent, and the tent composed with itself again and again.

    Args:
        saws: heights over evenly spaced places of 0 … 1, for one layer, two, and so on.
    """
    return figure(
        *(partial(_tooth, y=y, layers=place + 1) for place, y in enumerate(saws)),
        alt=both(
            zh="{count} 张小图。头一张是一顶帐篷，升到 1 再落回 0；往后每张的帐篷数翻倍，"
            "最后一张 {teeth} 顶。",
            en="{count} small pictures. The first is a tent that rises to 1 and falls back to 0; "
            "each further one has twice as many tents, the last {teeth}.",
        ),
        caption=both(
            zh="每添一层、两个单元，帐篷数翻倍：{count} 层、{units} 个单元，{pieces} 段直线。",
            en="Every further layer of two units doubles the tents: {count} layers and {units} "
            "units make {pieces} straight pieces.",
        ),
        numbers={
            "count": len(saws), "units": 2 * len(saws),
            "teeth": 2 ** (len(saws) - 1), "pieces": 2 ** len(saws),
        },
        height=0.5,
    )  # fmt: skip


def _tooth(axes: Axes, text: Text, y: Tensor, layers: int) -> None:
    axes.plot(torch.linspace(0, 1, len(y)), y, color=color("plain"))
    axes.set_xlabel(text(f"{layers} 层", f"{layers} layer" + "s" * (layers > 1)))
    axes.set(xticks=[0, 1], yticks=[0, 1])


def depths(losses: Mapping[str, Tensor], counts: Sequence[int], wide: Tensor) -> Bilingual:
    """Training loss of deep nets at the best of a grid of learning rates.

    Args:
        losses: `"plain"`, `"residual"`, `"scaled"` -> losses, shape `(depths, seeds)`.
        counts: numbers of layers, rising.
        wide: losses of a net with one hidden layer and as many parameters as the deepest.
    """
    ends = {name: values[-1].median().item() for name, values in losses.items()}
    return figure(
        partial(_depths, losses=losses, counts=counts, wide=wide.median().item()),
        alt=both(
            zh="训练损失随层数变化，三条线从左边差不多的地方出发。普通网络越深越高，"
            "{layers} 层到 {plain:.2f}；支路不缩小的残差网络更高，到 {residual:.1f}；"
            "支路缩小的留在低处，{scaled:.4f}。虚线是一层宽的，{wide:.4f}。",
            en="Training loss against the number of layers; three lines that begin "
            "about level. That of the plain net "
            "rises with depth, to {plain:.2f} at {layers} layers; that of the residual net with "
            "branches as they are rises higher, to {residual:.1f}; with small branches it stays "
            "low, at {scaled:.4f}. Dashed: one wide layer, {wide:.4f}.",
        ),
        caption=both(
            zh="手写数字，训练完以后的训练损失，学习率各选最好的。"
            "层数相同，三种网络参数就一样多。普通网络越深越学不好，"
            "支路不缩小的残差网络更糟，缩小了就学得会。"
            "虚线：一个宽的隐藏层，参数和 {layers} 层的一样多。"
            "纵轴取对数，{seeds} 个种子，线是中位数，浅色带从最小到最大。",
            en="Digits, loss on the training set at the end, each at its best learning rate. At "
            "each depth all three nets have equal parameters. "
            "The plain net learns less the deeper it is; the residual net with "
            "branches as they are does worse; with small branches it learns. Dashed: one wide "
            "hidden layer with as many parameters as {layers} layers. Vertical axis log; "
            "{seeds} seeds, line: median, band: smallest to largest.",
        ),
        numbers={
            "layers": counts[-1], "seeds": len(wide), "wide": wide.median().item(), **ends
        },
    )  # fmt: skip


def _depths(
    axes: Axes, text: Text, losses: Mapping[str, Tensor], counts: Sequence[int], wide: float
) -> None:
    names = {
        "plain": text("普通", "plain"),
        "residual": text("残差", "residual"),
        "scaled": text("残差，乘 1/√L", "residual, 1/√L"),
    }
    axes.axhline(wide, **THEORY)
    for name, values in losses.items():
        family, dash = LOOKS[name]
        line = band(axes, torch.tensor(counts), values.T, family, fill=0.16, linestyle=dash)
        label_end(line, names[name])
    axes.set(xlabel=text("层数", "layers"), xticks=list(counts))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
