"""Figures of the section on race pictures: cuts, angles, starts."""

import math
from collections.abc import Mapping

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end
from dlnotes.sections.optimizers.race_pictures.experiments import Entry

LINES = {  # name -> family, dash
    "sgd": ("plain", "-"),
    "momentum": ("momentum", "-"),
    "nesterov": ("momentum", (0, (4, 1.6))),
    "adagrad": ("adaptive", "-"),
    "adadelta": ("adaptive", (0, (4, 1.6))),
    "rmsprop": ("adaptive", (0, (1, 1.4))),
    "adam": ("adam", "-"),
}
NAMES = {
    "sgd": ("SGD", "SGD"),
    "momentum": ("动量法", "momentum"),
    "nesterov": ("Nesterov", "Nesterov"),
    "adagrad": ("Adagrad", "Adagrad"),
    "adadelta": ("Adadelta", "Adadelta"),
    "rmsprop": ("RMSprop", "RMSprop"),
    "adam": ("Adam", "Adam"),
}
CUT = 0.01


def cuts(lrs: Tensor, plain: Mapping[str, Tensor], tenfold: Mapping[str, Tensor]) -> Bilingual:
    """Steps against the learning rate, with the cut that a race picture makes.

    Args:
        lrs: the learning rates, shape `(L,)`.
        plain: name -> steps, shape `(L,)`, inf where a rule does not arrive.
        tenfold: the same with ten times the loss.
    """

    def panel(found: Mapping[str, Tensor], zh: str, en: str):
        def draw(axes: Axes, text: Text) -> None:
            axes.axvline(CUT, color=color("theory"), linestyle="--", linewidth=1.4)
            for name, steps in found.items():
                family, dash = LINES[name]
                shown = steps.masked_fill(steps.isinf(), math.nan)
                axes.plot(lrs, shown, color=color(family), linestyle=dash)
                best = int(steps.argmin())
                axes.plot(lrs[best], steps[best], "o", color=color(family), markersize=4)
                _name(axes, text(*NAMES[name]), lrs, steps, name)
            axes.set_title(text(zh, en))
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlim(1e-5, 300)
            axes.set_ylim(4, 3500)
            axes.minorticks_off()
            axes.set_xlabel(text("学习率（对数）", "learning rate (log)"))
            axes.set_ylabel(text("步数（对数）", "steps (log)"))

        return draw

    return figure(
        panel(plain, "原来的损失", "the loss as it was"),
        panel(tenfold, "损失乘 10", "10 times the loss"),
        alt=both(
            zh="两格里各有七条先降后断的线。SGD、动量法和 Nesterov 在右边那格里整体左移一格，"
            "另外四条没有动。竖着的虚线在 0.01，左格里 RMSprop 在它上面最低，右格里是 Nesterov。",
            en="In both panels seven lines fall and break off. SGD, momentum and Nesterov stand "
            "one decade further left in the right panel; the other four have not moved. On the "
            "dashed line at 0.01 RMSprop is lowest on the left, Nesterov on the right.",
        ),
        caption=both(
            zh="马鞍上走到谷底要多少步。虚线是赛跑图切的那一刀，圆点是各自最好的学习率；"
            "线断了的地方，2000 步到不了。",
            en="Steps to a minimum on the saddle. Dashed: the cut that a race picture makes; dots: "
            "each at its best learning rate; where a line is broken, 2000 steps are not enough.",
        ),
        height=0.85,
    )


def _name(axes: Axes, words: str, lrs: Tensor, steps: Tensor, name: str) -> None:
    """The name of a line: above its upper end, but apart where two lines coincide."""
    at, shift, align = int(steps.isfinite().nonzero()[0]), (0, 9), "center"
    if name == "sgd":
        shift = (-7, 9)
    if name == "rmsprop":
        shift = (0, 14)
    if name == "momentum":
        at, shift, align = int((steps <= 200).nonzero()[0]), (-6, -8), "right"
    if name == "nesterov":
        at, shift = int(steps.argmin()), (14, -15)
    if name == "adam":
        at, shift = int(steps.isfinite().nonzero()[-1]), (-8, 9)
    axes.annotate(
        words, (float(lrs[at]), float(steps[at])), shift, textcoords="offset points",
        color=color(LINES[name][0]), ha=align, va="center", annotation_clip=False,
    )  # fmt: skip


def angles(found: Mapping[float, Mapping[str, Entry]]) -> Bilingual:
    """Steps of each rule at its best, against the angle by which the valley is turned.

    Args:
        found: degrees -> name -> the rule at its best learning rate.
    """
    degrees = sorted(found)

    def draw(axes: Axes, text: Text) -> None:
        for name in found[degrees[0]]:
            family, dash = LINES[name]
            steps = [float(found[angle][name].steps) for angle in degrees]
            (line,) = axes.plot(
                degrees, steps, color=color(family), linestyle=dash, marker="o", markersize=4
            )
            low = {"momentum": -7, "adam": 7, "sgd": -6, "rmsprop": 4}.get(name, 0)
            label_end(line, text(*NAMES[name]), dx=7, dy=low)
        axes.set_yscale("log")
        axes.set_xticks(degrees, [f"{angle:g}°" for angle in degrees])
        axes.set_xlim(-1, 54)
        axes.set_ylim(2, 800)
        axes.minorticks_off()
        axes.set_xlabel(text("山谷转过的角度", "angle of the valley"))
        axes.set_ylabel(text("步数（对数）", "steps (log)"))

    return figure(
        draw,
        alt=both(
            zh="SGD 和动量法是两条水平线，Adam 也几乎是平的。Adagrad 和 RMSprop 从 3 步出发，"
            "转 5° 就跳到三十多步，45° 时升到 SGD 之上。",
            en="SGD and momentum are level lines, and Adam is nearly level. Adagrad and RMSprop "
            "start at 3 steps, jump to more than thirty at 5°, and end above SGD at 45°.",
        ),
        caption=both(
            zh="山谷一转，Adagrad 和 RMSprop 的优势就没了。每个角度上，每种方法都重新挑过学习率。",
            en="Turn the valley, and the lead of Adagrad and RMSprop is gone. At every angle each "
            "method has chosen its learning rate anew.",
        ),
    )


def starts(points: Tensor, found: Mapping[str, Tensor]) -> Bilingual:
    """From which starts a rule arrives, one panel a rule.

    Args:
        points: where the runs begin, shape `(S, 2)`.
        found: name -> steps, shape `(S,)`, inf where a run does not arrive.
    """

    def panel(name: str, steps: Tensor):
        def draw(axes: Axes, text: Text) -> None:
            family, _ = LINES[name]
            there = steps.isfinite()
            sizes = (6000 / steps[there].clamp(min=1)).clamp(10, 240)
            axes.scatter(*points[there].T, s=sizes, color=color(family), linewidths=0)
            axes.scatter(*points[~there].T, s=34, color=color(family), marker="x", linewidths=1.4)
            axes.plot(3, 0.5, "+", color=color("ink"), markersize=11, markeredgewidth=1.6)
            axes.plot(
                1, 1, "o", color=color("ink"), markersize=12, fillstyle="none", markeredgewidth=1.4
            )
            axes.set_title(text(*NAMES[name]))
            axes.set_xlabel(text("横坐标", "x"))
            axes.set_ylabel(text("纵坐标", "y"))

        return draw

    lost = {name: int(torch.isinf(steps).sum()) for name, steps in found.items()}
    count = len(points)
    told = [(*NAMES[name], number) for name, number in lost.items()]
    zh = "，".join(f"{name} 有 {number} 处到不了" for name, _, number in told)
    en = ", ".join(f"{name} fails from {number}" for _, name, number in told)
    return figure(
        *(panel(name, steps) for name, steps in found.items()),
        alt=both(
            zh=f"两格里各有 {count} 个起点：{zh}，多半在左上和右上的陡处。",
            en=f"Each panel has {count} starts: {en}, most of them on the steep sides.",
        ),
        caption=both(
            zh="学习率是按圈住的起点调的。点越大，步数越少；叉是 1000 步到不了；十字是谷底。",
            en="The learning rates were tuned at the circled start. The larger a dot, the fewer "
            "steps; a cross fails to arrive within 1000; plus: the minimum.",
        ),
        height=0.75,
    )
