"""Figures of the section: one test read, the best rates of eight tasks, and two numbers at once."""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import log_axis, note
from dlnotes.learning_rates.range_test import RangeTest, phases, smoothed, suggest
from dlnotes.training.sweeps import Sweep

WIDTH = 11  # batches of the smoothing
POINT = 0.01  # of accuracy
NAMES = {
    "digits": ("手写数字", "digits"),
    "few": ("一批 5 张", "batches of 5"),
    "wrong": ("15% 错标签", "15% wrong labels"),
    "deep": ("5 层 tanh", "5 layers, tanh"),
    "large": ("输入 ×10", "inputs ×10"),
    "small": ("输入 ×0.1", "inputs ×0.1"),
    "spirals": ("三条螺线", "three spirals"),
    "linear": ("只有一层", "one layer"),
}


def zones(test: RangeTest, run: int = 0) -> Bilingual:
    """The loss of one test against the learning rate, its three phases, and what is read off.

    Args:
        test: losses `(S, T)`.
        run: which of them.
    """
    lrs, losses = test.lrs, test.losses[run]
    found = [part.item() for part in phases(lrs, losses, width=WIDTH)]
    low = suggest(lrs, losses, width=WIDTH).item()
    steep = suggest(lrs, losses, by="steepest", width=WIDTH).item()
    return figure(
        partial(_zones, lrs=lrs, losses=losses, steep=steep, low=low, found=found),
        alt=both(
            zh="损失先在 {start:.1f} 左右走平，学习率过了 {falls:.2g} 开始降，"
            "{low:.2g} 处最低，过了 {above:.2g} 又高过开头。最陡处在 {steep:.2g}。",
            en="The loss runs level near {start:.1f}, begins to fall past a rate of "
            "{falls:.2g}, is "
            "lowest at {low:.2g}, and past {above:.2g} is above its start. Steepest at "
            "{steep:.2g}.",
        ),
        caption=both(
            zh="一次范围测试：{batches} 批，一批一个学习率。细线是每批的损失，粗线是 {width} "
            "批的平均；"
            "竖线分开三段：几乎不动，在降，在跳。横轴取对数。",
            en="One range test: {batches} batches, each at its own rate. Thin: the loss of each "
            "batch, thick: the mean of {width}; vertical lines part three phases: hardly moving, "
            "falling, jumping. Horizontal axis log.",
        ),
        numbers={
            "start": losses[: len(lrs) // 10].mean().item(), "falls": found[0], "low": low,
            "above": found[2], "steep": steep, "batches": len(lrs), "width": WIDTH,
        },
    )  # fmt: skip


def _zones(
    axes: Axes, text: Text, lrs: Tensor, losses: Tensor, steep: float, low: float, found: Sequence
) -> None:
    top = 1.5 * losses[: len(lrs) // 10].mean().item()
    curve = smoothed(losses, WIDTH)
    shown = (curve < top) | (lrs < low)
    end = len(lrs) if shown.all() else int((~shown).int().argmax())
    axes.plot(
        lrs[:end], losses[:end].clamp(max=top), color=color("plain"), linewidth=0.5, alpha=0.5
    )
    axes.plot(lrs[:end], curve[:end], color=color("plain"), linewidth=1.8)
    for limit in (found[0], found[2]):
        axes.axvline(limit, **THEORY)
    ends = (lrs[0].item(), found[0], found[2], lrs[-1].item())
    words = (text("不动", "hardly"), text("在降", "falling"), text("在跳", "jumping"))
    for left, right, word in zip(ends, ends[1:], words, strict=False):
        note(axes, word, ((left * right) ** 0.5, 0.93 * top), "theory", ha="center")
    marks = ((steep, text("最陡", "steepest"), (8, 5), "left"),
             (low, text("最低", "lowest"), (30, 2), "left"),
             (low / 4, text("最低÷4", "lowest ÷ 4"), (-7, -10), "right"))  # fmt: skip
    for rate, word, shift, side in marks:
        at = rate, curve[int((lrs - rate).abs().argmin())].item()
        axes.plot(*at, "o", color=color("plain"), markersize=4)
        note(axes, word, at, shift=shift, ha=side)
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylabel(text("这一批的损失", "loss of the batch"))
    axes.set(ylim=(0, top), xlim=(lrs[0].item(), lrs[-1].item()))


def bands(sweeps: Mapping[str, Sweep], guesses: Sequence[float]) -> Bilingual:
    """The rates within one point of the best on each task, and some guesses.

    Args:
        sweeps: name of a task -> its sweep.
        guesses: learning rates, drawn as lines.
    """
    chosen = [one.chosen for one in sweeps.values()]
    spans = {name: _span(one) for name, one in sweeps.items()}
    hit = {rate: sum(a * 0.99 <= rate <= b * 1.01 for a, b in spans.values()) for rate in guesses}
    return figure(
        partial(_bands, sweeps=sweeps, spans=spans, guesses=guesses),
        alt=both(
            zh="{tasks} 条横杠，高低排开，各是一个任务的好学习率；最左的从 {left:.2g} 起，"
            "挑中的点从 {low:.2g} 到 {high:.2g}。竖线 {first:g} 穿过 {hits} 条，{last:g} "
            "一条也不穿。",
            en="{tasks} horizontal bars, one a task, of rates that do well; the leftmost begins at "
            "{left:.2g}, the chosen points go from {low:.2g} to {high:.2g}. The line at {first:g} "
            "meets {hits} of them, that at {last:g} meets none.",
        ),
        caption=both(
            zh="同是 SGD，最好的学习率随任务走。横杠：平均准确率离最好不到 1 个百分点的；"
            "点：验证集挑中的；竖线：三个口诀数。每格 {seeds} 个种子；横轴取对数，"
            "最右的横杠出了画面。",
            en="SGD throughout, and the best rate goes with the task. Bars: mean accuracy within "
            "1 point of the best; dots: chosen on validation images; vertical: three rules of "
            "thumb. {seeds} seeds each; horizontal axis log; one bar leaves the picture.",
        ),
        numbers={
            "tasks": len(sweeps), "left": min(a for a, _ in spans.values()), "low": min(chosen),
            "high": max(chosen), "first": guesses[0], "last": guesses[-1],
            "hits": hit[guesses[0]],
            "seeds": len(next(iter(sweeps.values())).seeds),
        },
    )  # fmt: skip


def _span(one: Sweep) -> tuple[float, float]:
    """The smallest and the largest rate within a point of the best, in one piece around it."""
    good = one.scores.mean(1) >= one.best.mean() - POINT
    place = left = right = int((one.lrs - one.chosen).abs().argmin())
    while left > 0 and good[left - 1]:
        left -= 1
    while right < len(good) - 1 and good[right + 1]:
        right += 1
    assert left <= place <= right
    return one.lrs[left].item(), one.lrs[right].item()


def _bands(
    axes: Axes, text: Text, sweeps: Mapping[str, Sweep], spans: Mapping, guesses: Sequence[float]
) -> None:
    axes.margins(y=0.06)
    for rate in guesses:
        axes.axvline(rate, **THEORY)
    for row, (name, one) in enumerate(sweeps.items()):
        low, high = spans[name]
        axes.plot([low / 1.12, high * 1.12], [row, row], color=color("plain"), linewidth=5,
                  alpha=0.35, solid_capstyle="butt")  # fmt: skip
        axes.plot(one.chosen, row, "o", color=color("plain"), markersize=5)
    axes.set_yticks(range(len(sweeps)), [text(*NAMES[name]) for name in sweeps])
    axes.invert_yaxis()
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_xlim(5e-4, 8)


def pairs(scores: Tensor, peaks: Sequence[float], shares: Sequence[float]) -> Bilingual:
    """Accuracy over the first rate, a line for each share of it that is left at the end.

    Args:
        scores: shape `(R, Q, S)`.
        peaks: R first rates, rising.
        shares: Q of them.
    """
    mean = scores.mean(-1)
    best = [peaks[int(place)] for place in mean.argmax(0)]
    tops = mean.amax(0)
    return figure(
        partial(_pairs, mean=mean, peaks=peaks, shares=shares),
        alt=both(
            zh="几条山形的线，峰差不多高，在 {low:.3f} 到 {high:.3f} 之间，位置却往右移："
            "不降的峰在 {first:.2g}，"
            "降到 {share:g} 倍的峰在 {last:.2g}。",
            en="Several hills, about equally high, {low:.3f} to {high:.3f}, whose tops move to the "
            "right: "
            "at {first:.2g} for a constant rate, at {last:.2g} where it falls to {share:g} of it.",
        ),
        caption=both(
            zh="起始学习率和衰减要一起挑：每种衰减有自己的峰，峰差不多高。"
            "线旁的数是最后剩几倍；带错标签的数字，{seeds} 个种子的平均；横轴取对数。",
            en="First rate and decay are to be chosen together: each decay has its own top, "
            "and the "
            "tops are about level. Beside a line: the share left at the end; digits with wrong "
            "labels, mean of {seeds} seeds; horizontal axis log.",
        ),
        numbers={
            "low": tops.min().item(), "high": tops.max().item(), "first": best[0],
            "last": best[-1], "share": shares[-1], "seeds": scores.shape[-1],
        },
    )  # fmt: skip


def _pairs(axes: Axes, text: Text, mean: Tensor, peaks: Sequence, shares: Sequence) -> None:
    places = [0, len(shares) // 2, len(shares) - 1]
    for place, dash in zip(places, ("-", BROKEN, (0, (1, 1.4))), strict=True):
        values = mean[:, place]
        axes.plot(peaks, values, color=color("plain"), linestyle=dash, marker="o", markersize=3)
        top = int(values.argmax())
        words = f"{shares[place]:g}"
        note(axes, words, (peaks[top], values[top].item()), shift=(0, 9), ha="center")
    log_axis(axes.xaxis, text("起始学习率（对数）", "first learning rate (log)"))
    axes.set_ylabel(text("验证准确率", "validation accuracy"))
    axes.set_ylim(0.78, 0.96)
