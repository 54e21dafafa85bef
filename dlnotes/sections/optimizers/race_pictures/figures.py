"""Figures of the section on race pictures: cuts, angles, nets, starts."""

import math
from collections.abc import Mapping
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.figures.rules import LOOKS
from dlnotes.sections.optimizers.race_pictures.experiments import LIMIT, Entry

CUT = 0.01


def cuts(lrs: Tensor, plain: Mapping[str, Tensor], tenfold: Mapping[str, Tensor]) -> Bilingual:
    """Steps against the learning rate, with the cut that a race picture makes.

    Args:
        lrs: the learning rates, shape `(L,)`.
        plain: name -> steps, shape `(L,)`, inf where a rule does not arrive.
        tenfold: the same with ten times the loss.
    """
    others = sum(int(plain[name].argmin() == tenfold[name].argmin()) for name in plain)
    return figure(
        partial(_cut, lrs=lrs, found=plain, title=both(zh="原来的损失", en="the loss as it was")),
        partial(_cut, lrs=lrs, found=tenfold, title=both(zh="损失乘 10", en="10 times the loss")),
        alt=both(
            zh="两格里各有 {rules} 条先降后断的线。SGD、动量法和 Nesterov 在右边那格里整体左移"
            "一个数量级，另外 {others} 条没有动。竖着的虚线在 {cut}，左格里 {left} 在它上面最低，"
            "右格里是 {right}。",
            en="In both panels {rules} lines fall and break off. SGD, momentum and Nesterov stand "
            "one decade further left in the right panel; the other {others} have not moved. On the "
            "dashed line at {cut} {left} is lowest on the left, {right} on the right.",
        ),
        caption=both(
            zh="马鞍上走到谷底要多少步。虚线是赛跑图切的那一刀，圆点是各自最好的学习率；"
            "线断了的地方，{limit} 步到不了。",
            en="Steps to a minimum on the saddle. Dashed: the cut that a race picture makes; dots: "
            "each at its best learning rate; where a line is broken, {limit} steps are not enough.",
        ),
        numbers={
            "rules": len(plain), "others": others, "cut": CUT, "limit": LIMIT,
            "left": _lowest(lrs, plain), "right": _lowest(lrs, tenfold),
        },
        height=0.85,
    )  # fmt: skip


def _lowest(lrs: Tensor, found: Mapping[str, Tensor]) -> dict[str, str]:
    """The name of the rule that needs fewest steps at the cut."""
    at = int((lrs.log() - math.log(CUT)).abs().argmin())
    return LOOKS[min(found, key=lambda name: float(found[name][at]))].name


def _cut(axes: Axes, text: Text, lrs: Tensor, found: Mapping, title: dict[str, str]) -> None:
    axes.axvline(CUT, **THEORY)
    for name, steps in found.items():
        look, best = LOOKS[name], int(steps.argmin())
        shown = steps.masked_fill(steps.isinf(), math.nan)
        axes.plot(lrs, shown, color=color(look.token), linestyle=look.dash)
        axes.plot(lrs[best], steps[best], "o", color=color(look.token), markersize=4)
        at, shift, side = _place(name, steps)
        spot = float(lrs[at]), float(steps[at])
        note(axes, text(**look.name), spot, look.token, shift, ha=side)
    axes.set_title(text(**title))
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    log_axis(axes.yaxis, text("步数（对数）", "steps (log)"))
    axes.set_xlim(3e-6, 300)
    axes.set_ylim(4, 3000)


def _place(name: str, steps: Tensor) -> tuple[int, tuple[float, float], str]:
    """Where the name of a line goes: above its upper end, but apart where two lines coincide."""
    there = steps.isfinite().nonzero()
    if name == "momentum":
        return int((steps <= 200).nonzero()[0]), (-6, -8), "right"
    if name == "nesterov":
        return int(steps.argmin()), (14, -15), "center"
    if name == "adam":
        return int(there[-1]), (-8, 9), "center"
    return int(there[0]), {"sgd": (0, 8), "rmsprop": (0, 22)}.get(name, (0, 9)), "center"


def angles(found: Mapping[float, Mapping[str, Entry]]) -> Bilingual:
    """Steps of each rule at its best, against the angle by which the valley is turned.

    Args:
        found: degrees -> name -> the rule at its best learning rate.
    """
    degrees = sorted(found)
    straight, turned = (
        [float(found[angle][name].steps) for name in ("adagrad", "rmsprop")]
        for angle in degrees[:2]
    )
    return figure(
        partial(_turned, degrees=degrees, found=found),
        alt=both(
            zh="SGD 和动量法是两条水平线，Adam 也几乎是平的。Adagrad 和 RMSprop 从 {start:.0f} 步"
            "出发，转 {little:g}° 就跳到 {jump:.0f} 步以上，{most:g}° 时升到 SGD 之上。",
            en="SGD and momentum are level lines, and Adam is nearly level. Adagrad and RMSprop "
            "start at {start:.0f} steps, jump to {jump:.0f} and more at {little:g}°, and end above "
            "SGD at {most:g}°.",
        ),
        caption=both(
            zh="山谷转到 {most:g}°，Adagrad 和 RMSprop 的优势就没了。"
            "每个角度上，每种方法都重新挑过学习率。",
            en="Turn the valley by {most:g}°, and the lead of Adagrad and RMSprop is gone. At "
            "every angle each method has chosen its learning rate anew.",
        ),
        numbers={
            "start": max(straight), "jump": min(turned), "little": degrees[1], "most": degrees[-1],
        },
    )  # fmt: skip


def _turned(axes: Axes, text: Text, degrees: list[float], found: Mapping) -> None:
    shifts = {"momentum": -7, "adam": 7, "sgd": -6, "rmsprop": 4}
    for name in found[degrees[0]]:
        look, steps = LOOKS[name], [float(found[angle][name].steps) for angle in degrees]
        kind = {"color": color(look.token), "linestyle": look.dash, "marker": "o", "markersize": 4}
        (line,) = axes.plot(degrees, steps, **kind)
        label_end(line, text(**look.name), dx=7, dy=shifts.get(name, 0))
    axes.set_xticks(degrees, [f"{angle:g}°" for angle in degrees])
    axes.set_xlim(-1, 54)
    axes.set_xlabel(text("山谷转过的角度", "angle of the valley"))
    log_axis(axes.yaxis, text("步数（对数）", "steps (log)"))
    axes.set_ylim(2, 800)


def nets(straight: Mapping[str, Tensor], turned: Mapping[str, Tensor]) -> Bilingual:
    """Training loss of a small net over the steps, its axes as they are and turned.

    Args:
        straight: name -> losses, shape `(S, T + 1)`.
        turned: the same, all parameters turned at random.
    """
    ends = {
        f"{name}{end}": float(found[name][:, -1].median())
        for end, found in (("", straight), ("_turned", turned))
        for name in found
    }
    del ends["sgd_turned"]  # the same line
    return figure(
        partial(_nets, straight=straight, turned=turned),
        alt=both(
            zh="几条往下走的线。SGD 转与不转是一条线，停在 {sgd:.3f}；Adagrad 没转停在 "
            "{adagrad:.3f}，转过停在 {adagrad_turned:.3f}；Adam 最低，{adam:.3f} 和 "
            "{adam_turned:.3f}。",
            en="Lines that go down. Turned or not, SGD is a single line and ends at {sgd:.3f}; "
            "Adagrad ends at {adagrad:.3f}, turned at {adagrad_turned:.3f}; Adam is lowest, with "
            "{adam:.3f} and {adam_turned:.3f}.",
        ),
        caption=both(
            zh="手写数字上小网络的训练损失：实线是原来的坐标轴，虚线是随机转过的。线是 {seeds} 个"
            "种子的中位数，浅色带从最低到最高。",
            en="Training loss of a small net on digits: solid with its own axes, broken with axes "
            "turned at random. Lines: median of {seeds} seeds; bands: lowest to highest.",
        ),
        numbers={**ends, "seeds": len(straight["sgd"])},
    )


def _nets(axes: Axes, text: Text, straight: Mapping, turned: Mapping) -> None:
    shifts = {"sgd": 9, "adagrad": -5, "adam": -3}
    for name, losses in straight.items():
        look, steps = LOOKS[name], range(losses.shape[1])
        around = band(axes, steps, turned[name], look.token, fill=0.06, linestyle=BROKEN)
        line = band(axes, steps, losses, look.token, fill=0.1)
        label_end(line, text(**look.name), dy=shifts[name])
        if name != "sgd":
            words = text("{name}，转过", "{name}, turned", name=text(**look.name))
            label_end(around, words, dy=-4 if name == "adagrad" else 4)
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    axes.set_xlabel(text("步", "step"))
    last = next(iter(straight.values())).shape[1] - 1
    axes.set_xlim(0, 1.3 * last)
    axes.set_xticks(range(0, last + 1, 10))


def starts(points: Tensor, found: Mapping[str, Tensor], *, limit: int) -> Bilingual:
    """From which starts two rules arrive, one panel a rule.

    Args:
        points: where the runs begin, shape `(S, 2)`.
        found: name -> steps, shape `(S,)`, inf where a run does not arrive.
        limit: steps within which a run may arrive.
    """
    (first, lost), (second, gone) = (
        (LOOKS[name].name, int(steps.isinf().sum())) for name, steps in found.items()
    )
    return figure(
        *(partial(_arrivals, points=points, name=name, steps=n) for name, n in found.items()),
        alt=both(
            zh="两格里各有 {count} 个起点：{first} 有 {lost} 处到不了，{second} 有 {gone} 处到不了"
            "，多半在左上和右上的陡处。",
            en="Each panel has {count} starts: {first} fails from {lost}, {second} fails from "
            "{gone}, most of them on the steep sides, upper left and upper right.",
        ),
        caption=both(
            zh="学习率是按圈住的起点调的。点越大，步数越少；叉是 {limit} 步到不了；十字是谷底。",
            en="The learning rates were tuned at the circled start. The larger a dot, the fewer "
            "steps; a cross fails to arrive within {limit}; plus: the minimum.",
        ),
        numbers={
            "count": len(points), "limit": limit,
            "first": first, "lost": lost, "second": second, "gone": gone,
        },
        height=0.75,
    )  # fmt: skip


def _arrivals(axes: Axes, text: Text, points: Tensor, name: str, steps: Tensor) -> None:
    look, there, ink = LOOKS[name], steps.isfinite(), color("ink")
    sizes = (6000 / steps[there].clamp(min=1)).clamp(10, 240)
    axes.scatter(*points[there].T, s=sizes, color=color(look.token), linewidths=0)
    axes.scatter(*points[~there].T, s=34, color=color(look.token), marker="x", linewidths=1.4)
    axes.plot(3, 0.5, "+", color=ink, markersize=11, markeredgewidth=1.6)
    axes.plot(1, 1, "o", color=ink, markersize=12, fillstyle="none", markeredgewidth=1.4)
    axes.set_title(text(**look.name))
    axes.set_xlabel(text("横坐标", "x"))
    axes.set_ylabel(text("纵坐标", "y"))
