"""Figures of the section: pieces that are left, dimensions of windows, rates that fail."""

import math
from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import log_axis, note

NAMES = {
    "tanh": ("两层，tanh", "two layers,\ntanh"),
    "linear": ("两层，\n没有 tanh", "two layers,\nno tanh"),
    "last": ("只学输出层", "output layer\nonly"),
    "brief": ("两层，tanh\n25 步", "two layers,\ntanh, 25 steps"),
}


def pieces(
    starts: Tensor, of_starts: Sequence[Tensor], rates: Tensor, of_rates: Sequence[Tensor]
) -> Bilingual:
    """What has not flown off after 0, 1, … steps: which starts at one rate, which rates from one.

    Args:
        starts: rising, shape `(R,)`.
        of_starts: one a step, `(R,)`, bool.
        rates: rising, `(S,)`.
        of_rates: one a step, `(S,)`, bool.
    """
    left, right = (int(_runs(rows[-1])[0].numel()) for rows in (of_starts, of_rates))
    return figure(
        partial(_pieces, x=starts, rows=of_starts, kind=0),
        partial(_pieces, x=rates, rows=of_rates, kind=1),
        alt=both(
            zh="左右两图都是一行行横条，每往下一行，条里又挖出洞；{steps} 步以后，左边剩 "
            "{left} 小段，右边剩 {right} 段，左端那一段总是完整的。",
            en="In both pictures rows of bars; each row below cuts new holes into bars. After "
            "{steps} steps {left} pieces are left on the left side and {right} on the right, where "
            "the first is always whole.",
        ),
        caption=both(
            zh="没飞走的，一行一步。左：学习率定死，看起点；右：起点定死，看学习率。每一步在每一段"
            "里挖洞，和康托尔集一样；只有右图最左的一段总是完整的。",
            en="What has not flown off, one row a step. Left: one rate, many starts. Right: one "
            "start, many rates. Every step cuts holes into every piece, as in a Cantor set; only "
            "the leftmost one on the right stays whole.",
        ),
        numbers={"steps": len(of_starts) - 1, "left": left, "right": right},
    )


def _runs(kept: Tensor) -> tuple[Tensor, Tensor]:
    """Where pieces begin, and where they end."""
    edge = torch.diff(kept.int(), prepend=torch.zeros(1).int(), append=torch.zeros(1).int())
    return (edge == 1).nonzero()[:, 0], (edge == -1).nonzero()[:, 0] - 1


def _pieces(axes: Axes, text: Text, x: Tensor, rows: Sequence[Tensor], kind: int) -> None:
    for step, kept in enumerate(rows):
        first, last = (x[ends].tolist() for ends in _runs(kept))
        bars = [(low, high - low) for low, high in zip(first, last, strict=True)]
        axes.broken_barh(bars, (step - 0.31, 0.62), facecolor=color("plain"), linewidth=0)
    axes.set(xlim=(x[0].item(), x[-1].item()), yticks=range(len(rows)))
    axes.invert_yaxis()
    axes.set_ylabel(text("步", "step"))
    axes.set_xlabel((text("起点 w", "start w"), text("学习率 η", "learning rate η"))[kind])


def dimensions(windows: Mapping[str, Tensor], zooms: Sequence[float], rough: float) -> Bilingual:
    """The box dimension in every window, by net and by zoom.

    Args:
        windows: name of a net -> dimensions `(S, P, L)`.
        zooms: L of them.
        rough: from where on a boundary counts as rough.
    """
    flat = {name: each.flatten(0, 1) for name, each in windows.items()}
    middle = {name: each.nanmedian(0).values for name, each in flat.items()}
    return figure(
        partial(_dimensions, flat=flat, middle=middle, zooms=zooms, rough=rough),
        alt=both(
            zh="四组点，每组三列，一列一种放大倍数。两层加 tanh 的，中位数从 {first:.2f} 到 "
            "{last:.2f}，多数点高过虚线；只学输出层的全贴在 1 上。",
            en="Four groups of points, three columns each, one a zoom. For two layers with tanh "
            "the medians go from {first:.2f} to {last:.2f} and most points lie above the dashed "
            "line; for the output layer alone all lie at 1.",
        ),
        caption=both(
            zh="每点一个窗口的盒维数，横线是中位数。每组从左到右放大 {one:g}、{two:,g}、{three:,g} "
            "倍；虚线 {rough:g} 以上算粗糙。",
            en="The box dimension of each window; bars are medians. In each group, left to right, "
            "enlarged {one:g}, {two:,g} and {three:,g} times; above the dashed line at {rough:g} a "
            "boundary counts as rough.",
        ),
        numbers={
            "first": middle["tanh"][0].item(), "last": middle["tanh"][-1].item(),
            "one": zooms[0], "two": zooms[1], "three": zooms[2], "rough": rough,
        },
    )  # fmt: skip


def _dimensions(
    axes: Axes, text: Text, flat: Mapping, middle: Mapping, zooms: Sequence, rough: float
) -> None:
    axes.axhline(rough, **THEORY)
    for group, (name, each) in enumerate(flat.items()):
        for level in range(len(zooms)):
            values = each[:, level]
            at = group + 0.27 * (level - 1)
            spread = torch.linspace(-0.09, 0.09, len(values))
            axes.plot(at + spread, values, "o", color=color("plain"), markersize=2.2, alpha=0.45)
            axes.hlines(
                middle[name][level], at - 0.1, at + 0.1, color=color("plain"), linewidth=2.4
            )
    axes.set_xticks(range(len(flat)), [text(*NAMES[name]) for name in flat])
    axes.tick_params(axis="x", length=0)
    axes.set(ylabel=text("盒维数", "box dimension"), ylim=(0.75, 2.0))


def lottery(equal: tuple[Tensor, Tensor], apart: tuple[Tensor, Tensor], ratio: float) -> Bilingual:
    """Which rates train on digits, around the largest that does, a row for each seed.

    Args:
        equal: rates over the largest that trains, and which do, `(S, R)` each; one rate for both
            layers.
        apart: the same where the input layer's rate is `ratio` times that of the output layer.
        ratio: of the two rates.
    """
    lost = [_first_gap(*each) for each in (equal, apart)]
    return figure(
        partial(_lottery, groups=(equal, apart), ratio=ratio),
        alt=both(
            zh="上面五行到 1 为止是整条的，过了 1 全空。下面五行在 1 以下就开始断续，"
            "最早从 {apart:.2f} 起有失败。",
            en="The five rows above are whole up to 1 and empty beyond 1. The five below break up "
            "before 1; the first failure is at {apart:.2f}.",
        ),
        caption=both(
            zh="手写数字上的真网络，一行一个种子；横轴是学习率除以能训练的最大学习率。涂满的训练得动。"
            "上：两层学习率一样，{equal:.2f} 以下没有失败；下：输入层是输出层的 {ratio:g} 倍。",
            en="A real net on digits, a row for each seed; rates over the largest that trains. "
            "Filled: it trains. Above: one rate for both layers, no failure below {equal:.2f}; "
            "below: the input layer has {ratio:g} times the output layer's rate.",
        ),
        numbers={"equal": lost[0], "apart": lost[1], "ratio": ratio},
    )


def _first_gap(rates: Tensor, works: Tensor) -> float:
    return rates[~works].min().item()


def _widened(first: Sequence, last: Sequence, half: float) -> list[tuple[float, float]]:
    away = math.exp(half)
    return [(low / away, high * away) for low, high in zip(first, last, strict=True)]


def _lottery(axes: Axes, text: Text, groups: tuple, ratio: float) -> None:
    row, rows = 0.0, []
    for rates, works in groups:
        rows.append(row + (len(rates) - 1) / 2)
        for each, kept in zip(rates, works, strict=True):
            first, last = (each[ends].tolist() for ends in _runs(kept))
            half = 0.5 * (each[1] / each[0]).log().item()  # of the way to the next rate
            bars = [(low, high - low) for low, high in _widened(first, last, half)]
            axes.broken_barh(bars, (row - 0.36, 0.72), facecolor=color("plain"), linewidth=0)
            row += 1
        row += 0.8
    axes.axvline(1, **THEORY)
    axes.invert_yaxis()
    axes.set_yticks(rows, [text("一样", "equal"), text(f"{ratio:g} 倍", f"{ratio:g} to 1")])
    axes.tick_params(axis="y", length=0)
    log_axis(axes.xaxis, text("学习率÷能训练的最大（对数）", "rate ÷ largest that trains (log)"))
    axes.set(xlim=(0.5, 1.1), xticks=(0.5, 0.6, 0.8, 1.0))
    note(axes, text("最大", "largest"), (1, -0.9), "theory", ha="center", va="bottom")
