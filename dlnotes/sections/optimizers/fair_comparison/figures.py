"""Figures on fair comparisons.

Book: optimizers/fair_comparison
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis
from dlnotes.figures.readings import since
from dlnotes.figures.rules import LOOKS

LOW = 0.1  # loss of a word: near zero beside the ln 100 of guessing


def rankings(one: Mapping[str, Tensor], each: Mapping[str, Tensor], *, lr: float) -> Bilingual:
    """The same rules ranked twice: with one learning rate for all, and each with its own.

    Args:
        one: name -> test scores over the seeds, shape `(S,)`, all at one learning rate.
        each: the same, tuned.
        lr: that learning rate.
    """
    return figure(
        partial(_ranking, scores=one, lr=lr),
        partial(_ranking, scores=each),
        alt=both(
            zh="左边一格，{rules} 种规则从右上一路落到左下，差得很远；"
            "右边一格，{rules} 个点挤在右端，线段互相盖住。",
            en="On the left the {rules} rules fall from upper right to lower left, far apart; on "
            "the right {rules} dots crowd at the right end, and their lines cover each other.",
        ),
        caption=both(
            zh="换了调参的办法，名次就换了。点是 {seeds} 个种子的平均，线从最低画到最高。",
            en="Another way of tuning, another ranking. Dots: mean of {seeds} seeds; lines: from "
            "the lowest to the highest.",
        ),
        numbers={"rules": len(one), "seeds": len(next(iter(one.values())))},
    )


def _ranking(axes: Axes, text: Text, scores: Mapping[str, Tensor], lr: float | None = None) -> None:
    order = sorted(scores, key=lambda name: scores[name].mean().item())
    for row, name in enumerate(order):
        values, token = scores[name], LOOKS[name].token
        ends = [values.min().item(), values.max().item()]
        axes.plot(ends, [row, row], color=color(token), linewidth=2.4)
        axes.plot(values.mean().item(), row, "o", color=color(token), markersize=7)
    axes.set_yticks(range(len(order)), [text(**LOOKS[name].name) for name in order])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlim(0, 1)
    tuned = text("各自调好", "each tuned")
    axes.set_title(
        text("学习率都用 {lr:g}", "learning rate {lr:g} for all", lr=lr) if lr else tuned
    )
    axes.set_xlabel(text("测试准确率", "test accuracy"))


def widths(lrs: Tensor, curves: Mapping[str, Tensor], within: float) -> Bilingual:
    """Scores over the learning rate, and how wide the good part is.

    Args:
        lrs: learning rates, shape `(L,)`.
        curves: name -> test scores, shape `(S, L)`.
        within: how far below its best a rule still counts as good.
    """
    return figure(
        partial(_humps, lrs=lrs, curves=curves, within=within),
        alt=both(
            zh="几条先升后降的曲线：Adam 和 RMSprop 在最左边升起，动量法居中，SGD 在右；"
            "右边都陡直落下。上方的横杠差不多一样长。",
            en="Curves that rise and then fall: Adam and RMSprop at the far left, momentum in the "
            "middle, SGD at the right; all drop steeply on their right. The bars above are about "
            "equally long.",
        ),
        caption=both(
            zh="形状差不多，只是左右错开。横杠：平均成绩离自己最好的不到 {points:g} 个百分点的"
            "学习率；浅色带是 {seeds} 个种子的范围。",
            en="Much the same shape, shifted sideways. Bars: learning rates whose mean is within "
            "{points:g} points of the rule's own best; bands: range over {seeds} seeds.",
        ),
        numbers={"points": 100 * within, "seeds": len(next(iter(curves.values())))},
    )


def _humps(axes: Axes, text: Text, lrs: Tensor, curves: Mapping, within: float) -> None:
    for row, (name, scores) in enumerate(curves.items()):
        look, mean, height = LOOKS[name], scores.mean(0), 1.07 + 0.1 * row
        ends = {"color": color(look.token), "alpha": 0.14, "linewidth": 0}
        axes.fill_between(lrs, scores.amin(0), scores.amax(0), **ends)
        axes.plot(lrs, mean, color=color(look.token), linestyle=look.dash)
        good = lrs[mean >= mean.max() - within]
        (bar,) = axes.plot(good[[0, -1]], [height] * 2, color=color(look.token), linewidth=4)
        label_end(bar, text(**look.name), dx=7)
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylim(0, 1.45)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_ylabel(text("测试准确率", "test accuracy"))


def words(
    slow: Tensor,
    fast: Tensor,
    level: Tensor,
    groups: Sequence[str],
    *,
    largest: tuple[float, float],
) -> Bilingual:
    """Loss of frequent and rare words over the steps.

    Args:
        slow: of SGD with a small learning rate, shape `(T, G)`, the most frequent words first.
        fast: of SGD with a large one.
        level: of Adam.
        groups: which words each group holds, such as `"1–4"`.
        largest: the largest learning rates that the grids of `slow` and `fast` offer.
    """
    there = max(since((losses < LOW).all(1)) for losses in (fast, level))
    return figure(
        partial(_narrow, slow=slow, groups=groups, largest=largest[0]),
        partial(_wide, fast=fast, level=level, groups=groups, largest=largest[1]),
        alt=both(
            zh="左边，常见词的线往下走，越稀有的词越平，最稀有的一组几乎没动；右边，SGD 各组和 "
            "Adam 到第 {there:.0f} 步都落在 {low} 以下。",
            en="On the left the line of the frequent words descends, the rarer the flatter, and "
            "the rarest group hardly moves; on the right all groups of SGD and Adam are below "
            "{low} at step {there:.0f}.",
        ),
        caption=both(
            zh="网格到 {narrow:g} 为止，SGD 轮不到稀有词；放到 {wide:g}，它和 Adam 一样快。"
            "线旁是词频的名次，每组里各词同等看待。",
            en="With a grid that ends at {narrow:g}, SGD never gets to the rare words; with one up "
            "to {wide:g} it is as fast as Adam. At the lines: ranks by frequency; in a group all "
            "words count alike.",
        ),
        numbers={"there": there, "low": LOW, "narrow": largest[0], "wide": largest[1]},
    )


def _narrow(axes: Axes, text: Text, slow: Tensor, groups: Sequence[str], largest: float) -> None:
    for line, name, dy in zip(_shaded(axes, slow, "plain"), groups, (0, 0, -6, 6), strict=True):
        label_end(line, name, dx=4, dy=dy)
    _frame(axes, text, largest)


def _wide(
    axes: Axes, text: Text, fast: Tensor, level: Tensor, groups: Sequence[str], largest: float
) -> None:
    rarest = _shaded(axes, fast, "plain")[-1]
    label_end(rarest, f"SGD, {groups[-1]}", at=1, dx=20, dy=-8)
    adams = _shaded(axes, level, "adam")
    label_end(adams[0], text("Adam，四组重合", "Adam, all four groups"), at=2, dx=12, dy=8)
    _frame(axes, text, largest)


def _shaded(axes: Axes, losses: Tensor, token: str) -> list[Line2D]:
    """A line a group, the rarer the paler."""
    shades = [1 - 0.22 * number for number in range(losses.shape[1])]
    return [
        axes.plot(losses[:, number], color=color(token), alpha=shade)[0]
        for number, shade in enumerate(shades)
    ]


def _frame(axes: Axes, text: Text, largest: float) -> None:
    axes.set_xlim(-1, 61)
    axes.set_ylim(0, 5.2)
    axes.set_xticks([0, 10, 20, 30, 40, 50])
    axes.set_title(text("学习率最大到 {lr:g}", "learning rates up to {lr:g}", lr=largest))
    axes.set_xlabel(text("步", "step"))
    axes.set_ylabel(text("每个词的损失", "loss per word"))


def switching(
    *runs: Tensor, span: tuple[int, int], switch: int, lrs: tuple[float, float]
) -> Bilingual:
    """Training loss before and after a switch of the rule.

    Args:
        *runs: Adam all the way, Adam that lost its memory, SGD with the learning rate of Adam,
            and SGD with one of its own, shape `(S, E)` each.
        span: the steps of the first and the last evaluation.
        switch: the step at which the rule changes.
        lrs: the learning rates of both kinds of SGD.
    """
    steps = torch.linspace(*span, runs[0].shape[1])
    before, after = runs[1][:, steps == switch], runs[1][:, steps > switch]
    jump = after.median(0).values.max() / before.median()
    return figure(
        partial(_turns, steps=steps, runs=runs, switch=switch, lrs=lrs),
        alt=both(
            zh="竖线左边只有一条下降的线。过了竖线，清零的 Adam 跳到原来的 {jump:.0f} 倍高；"
            "换成 SGD 的两条不跳，照抄学习率的那条是平的。",
            en="Left of the upright line a single falling curve. Beyond it the Adam that lost its "
            "memory jumps to {jump:.0f} times the height; the two that turn into SGD do not jump, "
            "and the one that copies the learning rate is flat.",
        ),
        caption=both(
            zh="第 {switch} 步换手。记忆一丢，同一个 Adam 也会跳高；照抄学习率，SGD 就停住了。"
            "线是 {seeds} 个种子的中位数，浅色带从最低到最高。",
            en="The change comes at step {switch}. With its memory lost even the same Adam jumps; "
            "with Adam's learning rate SGD stands still. Lines: median of {seeds} seeds; bands: "
            "lowest to highest.",
        ),
        numbers={"jump": jump, "switch": switch, "seeds": len(runs[0])},
    )


def _turns(axes: Axes, text: Text, steps: Tensor, runs: tuple, switch: int, lrs: tuple) -> None:
    stays, restarts, copies, tunes = runs
    sgd = [text("SGD，{lr:g}", "SGD, {lr:g}", lr=lr) for lr in lrs]
    axes.axvline(switch, color=color("rule"), linewidth=1)
    for losses, token, dash, words, dy in (
        (restarts, "adam", BROKEN, text("Adam，清零", "Adam, emptied"), 4),
        (copies, "plain", DOTTED, sgd[0], 6),
        (tunes, "plain", "-", sgd[1], -3),
        (stays, "adam", "-", text("Adam 不换", "Adam stays"), -5),
    ):
        line = band(axes, steps, losses, token, fill=0.08, linestyle=dash)
        label_end(line, words, dx=6, dy=dy)
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    begin, end = int(steps[0]), int(steps[-1])
    axes.set_xlim(begin - 2, end + 24)
    axes.set_xticks(range(begin, end + 1, 20))
    axes.set_yticks([0.002, 0.005, 0.01, 0.02, 0.05], ["0.002", "0.005", "0.01", "0.02", "0.05"])
    axes.set_xlabel(text("步", "step"))
