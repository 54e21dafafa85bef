"""Figures on fair comparisons.

Book: optimizers/fair_comparison
"""

from collections.abc import Mapping, Sequence

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end

NAMES = {
    "sgd": ("SGD", "SGD", "plain", "-"),
    "momentum": ("动量法", "momentum", "momentum", "-"),
    "nesterov": ("Nesterov", "Nesterov", "momentum", "--"),
    "adagrad": ("Adagrad", "Adagrad", "adaptive", "-"),
    "adadelta": ("Adadelta", "Adadelta", "adaptive", ":"),
    "rmsprop": ("RMSprop", "RMSprop", "adaptive", "--"),
    "adam": ("Adam", "Adam", "adam", "-"),
}


def rankings(one: Mapping[str, Tensor], each: Mapping[str, Tensor]) -> Bilingual:
    """The same rules ranked twice: with one learning rate for all, and each with its own.

    Args:
        one: name -> test scores over the seeds, shape `(S,)`, all at one learning rate.
        each: the same, tuned.
    """

    def panel(scores: Mapping[str, Tensor], zh: str, en: str):
        def draw(axes: Axes, text: Text) -> None:
            order = sorted(scores, key=lambda name: scores[name].mean().item())
            for row, name in enumerate(order):
                values, token = scores[name], NAMES[name][2]
                ends = [values.min().item(), values.max().item()]
                axes.plot(ends, [row, row], color=color(token), linewidth=2.4)
                axes.plot(values.mean().item(), row, "o", color=color(token), markersize=7)
            axes.set_yticks(range(len(order)), [text(*NAMES[name][:2]) for name in order])
            axes.tick_params(axis="y", length=0)
            axes.spines["left"].set_visible(False)
            axes.set_xlim(0, 1)
            axes.set_title(text(zh, en))
            axes.set_xlabel(text("测试准确率", "test accuracy"))

        return draw

    return figure(
        panel(one, "学习率都用 0.001", "learning rate 0.001 for all"),
        panel(each, "各自调好", "each tuned"),
        alt=both(
            zh="左边一格，七种规则从右上一路落到左下，差得很远；右边一格，七个点挤在右端，"
            "线段互相盖住。",
            en="On the left the seven rules fall from upper right to lower left, far apart; "
            "on the right seven dots crowd at the right end, and their lines cover each other.",
        ),
        caption=both(
            zh="换了调参的办法，名次就换了。点是 10 个种子的平均，线从最低画到最高。",
            en="Another way of tuning, another ranking. Dots: mean of 10 seeds; lines: from the "
            "lowest to the highest.",
        ),
    )


def widths(lrs: Tensor, curves: Mapping[str, Tensor], within: float) -> Bilingual:
    """Scores over the learning rate, and how wide the good part is.

    Args:
        lrs: learning rates, shape `(L,)`.
        curves: name -> test scores, shape `(S, L)`.
        within: how far below its best a rule still counts as good.
    """

    def draw(axes: Axes, text: Text) -> None:
        for row, (name, scores) in enumerate(curves.items()):
            zh, en, token, style = NAMES[name]
            mean = scores.mean(0)
            axes.fill_between(
                lrs, scores.amin(0), scores.amax(0), color=color(token), alpha=0.14, linewidth=0
            )
            axes.plot(lrs, mean, color=color(token), linestyle=style)
            good = lrs[mean >= mean.max() - within]
            height = 1.07 + 0.1 * row
            (bar,) = axes.plot(good[[0, -1]], [height] * 2, color=color(token), linewidth=4)
            label_end(bar, text(zh, en), dx=7)
        axes.set_xscale("log")
        axes.set_ylim(0, 1.45)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
        axes.minorticks_off()
        axes.set_xlabel(text("学习率（对数）", "learning rate (log)"))
        axes.set_ylabel(text("测试准确率", "test accuracy"))

    return figure(
        draw,
        alt=both(
            zh="几条先升后降的曲线：Adam 和 RMSprop 在最左边升起，动量法居中，SGD 在右；"
            "右边都陡直落下。上方的横杠差不多一样长。",
            en="Curves that rise and then fall: Adam and RMSprop at the far left, momentum in the "
            "middle, SGD at the right; all drop steeply on their right. The bars above are about "
            "equally long.",
        ),
        caption=both(
            zh="形状差不多，只是左右错开。横杠：平均成绩离自己最好的不到 3 个百分点的学习率；"
            "浅色带是 10 个种子的范围。",
            en="Much the same shape, shifted sideways. Bars: learning rates whose mean is within "
            "3 points of the rule's own best; bands: range over 10 seeds.",
        ),
    )


def words(slow: Tensor, fast: Tensor, level: Tensor, groups: Sequence[str]) -> Bilingual:
    """Loss of frequent and rare words over the steps.

    Args:
        slow: of SGD with a small learning rate, shape `(T, G)`, the most frequent words first.
        fast: of SGD with a large one.
        level: of Adam.
        groups: which words each group holds, such as `"1–4"`.
    """

    def lines(axes: Axes, losses: Tensor, token: str) -> list:
        shades = [1 - 0.22 * number for number in range(losses.shape[1])]
        return [
            axes.plot(losses[:, number], color=color(token), alpha=shade)[0]
            for number, shade in enumerate(shades)
        ]

    def frame(axes: Axes, text: Text, zh: str, en: str) -> None:
        axes.set_xlim(-1, 61)
        axes.set_ylim(0, 5.2)
        axes.set_xticks([0, 10, 20, 30, 40, 50])
        axes.set_title(text(zh, en))
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("每个词的损失", "loss per word"))

    def narrow(axes: Axes, text: Text) -> None:
        for line, name, dy in zip(lines(axes, slow, "plain"), groups, (0, 0, -6, 6), strict=True):
            label_end(line, name, dx=4, dy=dy)
        frame(axes, text, "学习率最大到 1", "learning rates up to 1")

    def wide(axes: Axes, text: Text) -> None:
        rarest = lines(axes, fast, "plain")[-1]
        label_end(rarest, f"SGD, {groups[-1]}", at=1, dx=20, dy=-8)
        adams = lines(axes, level, "adam")
        label_end(adams[0], text("Adam，四组重合", "Adam, all four groups"), at=2, dx=12, dy=8)
        frame(axes, text, "学习率最大到 1000", "learning rates up to 1000")

    return figure(
        narrow,
        wide,
        alt=both(
            zh="左边，常见词的线往下走，越稀有的词越平，最稀有的一组几乎没动；右边，SGD 各组和 "
            "Adam 都在头十步里落到零附近。",
            en="On the left the line of the frequent words descends, the rarer the flatter, and "
            "the rarest group hardly moves; on the right all groups of SGD and Adam are near zero "
            "within ten steps.",
        ),
        caption=both(
            zh="网格到 1 为止，SGD 轮不到稀有词；放到 1000，它和 Adam 一样快。"
            "线旁是词频的名次，每组里各词同等看待。",
            en="With a grid that ends at 1, SGD never gets to the rare words; with one up to 1000 "
            "it is as fast as Adam. At the lines: ranks by frequency; in a group all words count "
            "alike.",
        ),
    )


def switching(stays: Tensor, restarts: Tensor, copies: Tensor, tunes: Tensor) -> Bilingual:
    """Training loss from step 180 on; the switch comes at step 200.

    Args:
        stays: Adam all the way, shape `(S, E)`, evaluated from step 180 to 260.
        restarts: Adam that lost its memory.
        copies: SGD with the learning rate of Adam.
        tunes: SGD with a learning rate of its own.
    """

    def draw(axes: Axes, text: Text) -> None:
        axes.axvline(200, color=color("rule"), linewidth=1)
        for losses, token, style, zh, en, dy in (
            (restarts, "adam", "--", "Adam，清零", "Adam, emptied", 4),
            (copies, "plain", ":", "SGD，0.01", "SGD, 0.01", 6),
            (tunes, "plain", "-", "SGD，0.3", "SGD, 0.3", -3),
            (stays, "adam", "-", "Adam 不换", "Adam stays", -5),
        ):
            steps = torch.linspace(180, 260, losses.shape[1])
            low, high = losses.amin(0), losses.amax(0)
            axes.fill_between(steps, low, high, color=color(token), alpha=0.08, linewidth=0)
            (line,) = axes.plot(steps, losses.median(0).values, color=color(token), linestyle=style)
            label_end(line, text(zh, en), dx=6, dy=dy)
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.set_xlim(178, 284)
        axes.set_xticks([180, 200, 220, 240, 260])
        axes.set_yticks(
            [0.002, 0.005, 0.01, 0.02, 0.05], ["0.002", "0.005", "0.01", "0.02", "0.05"]
        )
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("训练损失（对数）", "training loss (log)"))

    return figure(
        draw,
        alt=both(
            zh="竖线左边只有一条下降的线。过了竖线，清零的 Adam 一下子跳高好几倍；换成 SGD 的两条"
            "不跳，照抄学习率的那条是平的。",
            en="Left of the upright line a single falling curve. Beyond it the Adam that lost its "
            "memory jumps to several times the height; the two that turn into SGD do not jump, and "
            "the one that copies the learning rate is flat.",
        ),
        caption=both(
            zh="第 200 步换手。记忆一丢，同一个 Adam 也会跳高；照抄学习率，SGD 就停住了。"
            "线是 5 个种子的中位数，浅色带从最低到最高。",
            en="The change comes at step 200. With its memory lost even the same Adam jumps; with "
            "Adam's learning rate SGD stands still. Lines: median of 5 seeds; bands: lowest to "
            "highest.",
        ),
    )
