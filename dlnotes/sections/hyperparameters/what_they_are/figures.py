"""The figures of the section: rates that look ahead, and the shares of ten knobs.

Book: hyperparameters/what_they_are
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, color
from dlnotes.figures.marks import label_end, log_axis, note
from dlnotes.hyperparameters.horizon import Plan
from dlnotes.sections.hyperparameters.what_they_are.words import TEXT

TASKS = {"digits": ("手写数字", "digits"), "spirals": ("螺旋", "spirals")}


def horizons(plans: Mapping[int, Plan]) -> Bilingual:
    """The rate and the expected loss of two schedules, step by step.

    Args:
        plans: how far a schedule looks ahead -> the plan; two of them, the shorter first.
    """
    near, far = plans
    return figure(
        partial(_rates, plans=plans),
        partial(_losses, plans=plans),
        alt=both(
            zh="两幅图，横轴是步，两轴都取对数。左：只看一步的学习率一路降下去，看到底的一条是平的。"
            "右：只看一步的损失先低，后来被看到底的那条穿过，停在高处。",
            en="Two panels over steps, both axes log. Left: the rate that looks one step ahead "
            "falls all the way, the one that looks to the end is level. Right: its loss is lower "
            "at first, then the other crosses it and ends far below.",
        ),
        caption=both(
            zh="只看 {near} 步（虚线）和看 {far} 步（实线）挑的学习率，和平均的损失。第 1 步以后 "
            "{near_one:.3f} 和 {far_one:.3f}；第 {last} 步以后 {near_end:.3f} 和 {far_end:.3f}。"
            "坐标都取对数。",
            en="Rates chosen with a view of {near} step (dashed) and of {far} (solid), and the "
            "mean losses. After step 1: {near_one:.3f} and {far_one:.3f}; after step {last}: "
            "{near_end:.3f} and {far_end:.3f}. All axes log.",
        ),
        numbers={
            "near": near, "far": far, "last": len(plans[near].lrs),
            "near_one": plans[near].losses[1].item(), "far_one": plans[far].losses[1].item(),
            "near_end": plans[near].losses[-1].item(), "far_end": plans[far].losses[-1].item(),
        },
        height=0.6,
    )  # fmt: skip


def _drawn(axes: Axes, text: Text, plans: Mapping[int, Plan], rows: Sequence) -> None:
    near, far = plans
    styles = {near: {"linestyle": BROKEN}, far: {"linewidth": 2}}
    for ahead, values in zip(plans, rows, strict=True):
        steps = range(1, len(values) + 1)
        (line,) = axes.plot(steps, values, color=color("plain"), **styles[ahead])
        words = text(f"看 {ahead} 步", f"{ahead} ahead")
        label_end(line, words, at=len(values) // 5, dx=-6, dy=12 if ahead == far else -12)
    log_axis(axes.xaxis, text("步（对数）", "step (log)"))


def _rates(axes: Axes, text: Text, plans: Mapping[int, Plan]) -> None:
    _drawn(axes, text, plans, [plan.lrs for plan in plans.values()])
    log_axis(axes.yaxis, text("学习率（对数）", "learning rate (log)"))


def _losses(axes: Axes, text: Text, plans: Mapping[int, Plan]) -> None:
    _drawn(axes, text, plans, [plan.losses[1:] for plan in plans.values()])
    log_axis(axes.yaxis, text("平均的损失（对数）", "mean loss (log)"))


def shares(found: Mapping[str, Mapping[str, tuple[float, float, float]]], trials: int) -> Bilingual:
    """The share of every knob by itself, a panel for each task.

    Args:
        found: task -> knob -> share, and both ends of its interval; the same knobs in each.
        trials: random ones, of every task.
    """
    first = {task: max(rows, key=lambda name: rows[name][0]) for task, rows in found.items()}
    sums = {task: sum(row[0] for row in rows.values()) for task, rows in found.items()}
    (one, rows), (other, more) = found.items()
    return figure(
        *(partial(_shares, rows=rows, name=name) for name, rows in found.items()),
        alt=both(
            zh="两幅图，一行一个旋钮，点是它单独说明的份额，横线是区间。两幅图里排在前面的旋钮不全一样，"
            "多半的旋钮挤在零附近。",
            en="Two panels with a row for each knob: a dot for the share that it explains by "
            "itself and a bar for the interval. The knobs in front are not all the same in both, "
            "and most of them crowd near zero.",
        ),
        caption=both(
            zh="{trials} 次随机试验里，准确率的高低有几成由一个旋钮单独说明；横线是 {level}% 区间。"
            "手写数字上最大的一份 {one:.2f}，十份加起来 {one_sum:.2f}；"
            "螺旋上 {other:.2f} 和 {other_sum:.2f}。",
            en="What share of the variance of accuracy one knob explains by itself, over {trials} "
            "random trials; bars: {level}% intervals. On digits the largest is {one:.2f} and the "
            "sum of all {one_sum:.2f}; on spirals {other:.2f} and {other_sum:.2f}.",
        ),
        numbers={
            "trials": trials, "level": 95, "one": rows[first[one]][0], "one_sum": sums[one],
            "other": more[first[other]][0], "other_sum": sums[other],
        },
        height=0.8,
    )  # fmt: skip


def _shares(
    axes: Axes, text: Text, rows: Mapping[str, tuple[float, float, float]], name: str
) -> None:
    places = range(len(rows))
    for place, (share, low, high) in zip(places, rows.values(), strict=True):
        axes.plot([low, high], [place, place], color=color("plain"), linewidth=1.4)
        axes.plot([share], [place], "o", color=color("plain"), markersize=5)
    words = [text(TEXT["zh"][knob], TEXT["en"][knob]) for knob in rows]
    axes.set_yticks(list(places), words)
    axes.axvline(0, color=color("theory"), linewidth=1)
    axes.set(ylim=(len(rows) - 0.5, -0.5), xlim=(-0.1, 0.62), xlabel=text("份额", "share"))
    note(axes, text(*TASKS[name]), (0.97, 0.04), xycoords="axes fraction", ha="right")
