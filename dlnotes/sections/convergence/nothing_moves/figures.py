"""Figures of the section: where broken runs stop, and what the checklist calls them."""

import math
from collections.abc import Sequence
from functools import partial
from itertools import cycle

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, note, threshold

HIGHEST = 3.6  # of the axis of the loss; what is higher is cut off
WORDS = {
    "none": ("没坏", "sound"), "inputs": ("输入 0 到 255", "inputs 0 to 255"),
    "dead": ("单元死了", "dead units"), "equal": ("权重全一样", "equal weights"),
    "slow": ("学习率 ÷1000", "rate ÷1000"), "fast": ("学习率 ×30", "rate ×30"),
    "single": ("批量 1", "batch 1"), "labels": ("标签打乱", "labels shuffled"),
    "mirror": ("训练图左右反", "training mirrored"), "part": ("标签乱了 15%", "15% shuffled"),
    "leak": ("验证图混进训练", "leak"), "frozen": ("首层没交给优化器", "first layer frozen"),
    "sum": ("求和代替平均", "sum for mean"),
}  # fmt: skip
NAMES = {
    "inputs": ("输入", "inputs"), "dead units": ("死单元", "dead"),
    "equal weights": ("权重", "weights"), "rate too small": ("学习率小", "slow"),
    "rate too large": ("学习率大", "fast"), "wiring": ("线路", "wiring"),
    "labels": ("标签", "labels"), "other data": ("数据", "data"), None: ("没事", "nothing"),
}  # fmt: skip


def stops(curves: dict[str, Tensor], marks: Sequence[int], baseline: float) -> Bilingual:
    """Training loss of sound and of broken runs beside a baseline.

    Args:
        curves: fault -> loss at each mark, shape `(seeds, E)`, of `WORDS`; the first is sound.
        marks: the steps at which it was looked at.
        baseline: the label entropy.
    """
    ends = {name: loss[:, -1].median().item() for name, loss in curves.items()}
    first = next(iter(curves))
    exact = [name for name in curves if abs(ends[name] - baseline) < 0.002 * baseline]
    return figure(
        partial(_stops, curves=curves, marks=marks, baseline=baseline),
        alt=both(
            zh="{count} 条线，一条虚线在 {baseline:.3f}。没坏的降到 {sound:.2f}；"
            "停在虚线上的有 {exact} 条，别的停在它上下，或者往上飞走。",
            en="{count} lines and a dashed one at {baseline:.3f}. The sound run falls to "
            "{sound:.2f}; {exact} stop on the dashed line, others above or below it, or fly off.",
        ),
        caption=both(
            zh="真的网络，一次坏一处。正好停在标签熵上的有 {exact} 条，输入没用上；"
            "别的在别处。线是 {seeds} 次的中位数，浅色带从最小到最大。",
            en="A real net, one thing broken at a time. Exactly at the label entropy: {exact} "
            "lines, with the input unused; the others are elsewhere. Line: median of "
            "{seeds} runs, band: smallest to largest.",
        ),
        numbers={
            "count": len(curves), "baseline": baseline, "sound": ends[first],
            "exact": len(exact), "seeds": len(curves[first]),
        },
        height=0.72,
    )  # fmt: skip


def _stops(
    axes: Axes, text: Text, curves: dict[str, Tensor], marks: Sequence[int], baseline: float
) -> None:
    ends = []
    for (name, loss), dash in zip(curves.items(), cycle(("-", BROKEN, DOTTED)), strict=False):
        seen = torch.where(loss < 20, loss, math.nan)  # what has flown off is not drawn
        fill = 0.1 if loss.isfinite().all() and loss.amax() < HIGHEST else 0.0
        line = band(axes, marks, seen, "plain", fill=fill, linestyle=dash, linewidth=1.3)
        ends.append((line, name, loss))
    _labels(axes, text, ends)
    words = text("标签熵", "label entropy")
    threshold(axes, baseline, words, 130, shift=(0, 7))
    axes.set(ylim=(0, HIGHEST), xlim=(0, marks[-1]))
    axes.set(xlabel=text("步数", "step"), ylabel=text("训练损失", "training loss"))


def _labels(axes: Axes, text: Text, ends: list) -> None:
    """The name of each line at its end, apart from each other."""
    levels = [(loss[:, -1].nan_to_num(math.inf).median().item(), name) for _, name, loss in ends]
    free = -math.inf
    for level, name in sorted(levels):
        free = max(min(level, HIGHEST - 0.25), free + 0.2)
        note(axes, text(*WORDS[name]), (1, free / HIGHEST), "ink", (5, 0), xycoords="axes fraction")


def confusion(named: dict[str, list[str | None]]) -> Bilingual:
    """What the checklist calls each fault: a table of counts.

    Args:
        named: fault -> the name it got in each of several runs, of `WORDS` and `NAMES`.
    """
    runs = len(next(iter(named.values())))
    quiet = [fault for fault, names in named.items() if names.count(None) > runs / 2]
    return figure(
        partial(_table, named=named),
        alt=both(
            zh="一张表，每行一处毛病，每列一种叫法，数字是 {runs} 次里有几次。"
            "“没事”下有 {quiet} 行，没坏的那行在内；别的几行，几乎都落在自己的毛病下。",
            en="A table with a row for each fault and a column for each name; the numbers count "
            "{runs} runs. {quiet} rows fall under “nothing”, the sound one among them; the others "
            "fall nearly always under their own faults.",
        ),
        caption=both(
            zh="清单认得出的，落在自己名下；最右一列是它没看出来的。每行 {runs} 次训练。",
            en="What the checklist recognizes falls under its own name; the last column is what it "
            "does not see. Each row: {runs} runs.",
        ),
        numbers={"runs": runs, "quiet": len(quiet)},
        height=0.86,
    )


def _table(axes: Axes, text: Text, named: dict[str, list[str | None]]) -> None:
    columns = [*NAMES]
    for row, (_, names) in enumerate(named.items()):
        for column, name in enumerate(columns):
            count = names.count(name)
            if not count:
                continue
            kind = {"ha": "center", "va": "center", "color": color("ink")}
            shade = {"color": color("plain"), "alpha": 0.12 * count / len(names), "linewidth": 0}
            axes.fill_between([column - 0.5, column + 0.5], row - 0.5, row + 0.5, **shade)
            axes.text(column, row, str(count), **kind)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(named) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), [text(*NAMES[name]) for name in columns], rotation=40)
    axes.set_yticks(range(len(named)), [text(*WORDS[fault]) for fault in named])
    axes.tick_params(length=0)
