"""The figures of the section: bias and variance over the degree, and the bench over the penalty.

Book: regularization/the_gap
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.regularization.smoothers import Parts

FLOOR, ROOF = 1e-3, 10.0  # of the axis of squared errors
LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}


def trade(free: Sequence[Parts], paid: Sequence[Parts], strength: float) -> Bilingual:
    """Bias, variance and their sum with the noise, over the degree; without and with a penalty.

    Args:
        free: for degree 0, 1, 2, … without a penalty.
        paid: the same with one.
        strength: of the penalty.
    """
    totals = [[sum(each).item() for each in half] for half in (free, paid)]
    low, low_paid = (total.index(min(total)) for total in totals)
    return figure(
        partial(_trade, found=free, name=("α = 0", "α = 0")),
        partial(_trade, found=paid, name=(f"α = {strength:g}", f"α = {strength:g}")),
        alt=both(
            zh="左图：偏差一级一级往下掉，方差一路往上，到最后几次直冲出图；三样之和在 {low} 次"
            "最低。右图：偏差降得慢些，方差却平了，和到最后一次还是 {end:.3f}。",
            en="Left: bias falls in steps, variance rises all the way and leaves the picture at "
            "the last degrees; the sum is lowest at degree {low}. Right: bias falls more slowly, "
            "but variance is flat, and the sum is still {end:.3f} at the last degree.",
        ),
        caption=both(
            zh="新点上的误差，拆成偏差（虚线）、方差（点线）和噪声，实线是和；全是算出来的。左边"
            "不罚，{low} 次最低，{best:.3f}；右边罚一点，{low_paid} 次 {best_paid:.3f}，"
            "{last} 次也只有 {end:.3f}。纵轴取对数。",
            en="The error on new points as bias (dashed), variance (dotted) and noise; solid: "
            "their sum; all of it computed. Left without a penalty, lowest at degree {low}, "
            "{best:.3f}; right with a small one, {best_paid:.3f} at degree {low_paid}, and only "
            "{end:.3f} at degree {last}. Vertical axis log.",
        ),
        numbers={
            "low": low, "low_paid": low_paid, "best": totals[0][low],
            "best_paid": totals[1][low_paid], "end": totals[1][-1], "last": len(paid) - 1,
        },
        height=0.78,
    )  # fmt: skip


def _trade(axes: Axes, text: Text, found: Sequence[Parts], name: tuple[str, str]) -> None:
    degrees = range(len(found))
    bias, variance, noise = (torch.stack(part).tolist() for part in zip(*found, strict=True))
    total = [sum(each) for each in zip(bias, variance, noise, strict=True)]
    shown = {"clip_on": True}
    axes.plot(degrees, total, color=color("plain"), linewidth=2, **shown)
    axes.plot(degrees, bias, color=color("curvature"), linestyle=BROKEN, **shown)
    axes.plot(degrees, variance, color=color("momentum"), linestyle=DOTTED, **shown)
    note(axes, text("和", "sum"), (0.2, total[0]), "plain", shift=(0, 9))
    note(axes, text("偏差²", "bias²"), (3, bias[3]), "curvature", shift=(-44, -8))
    note(axes, text("方差", "variance"), (8, variance[8]), "momentum", shift=(-6, -14))
    note(axes, text(*name), (0.5, 0.93), xycoords="axes fraction", ha="center")
    log_axis(axes.yaxis, text("平均平方误差（对数）", "mean squared error (log)"))
    axes.set(xlabel=text("次数", "degree"), ylim=(FLOOR, ROOF), xticks=[0, 2, 4, 6, 8, 10, 12, 14])


def bench(found: Mapping[str, tuple[Tensor, Tensor]], strengths: Sequence[float]) -> Bilingual:
    """Training and test accuracy over the strength of the penalty, wrong labels and right ones.

    Args:
        found: `"wrong"` and `"clean"` -> training and test accuracy, `(1 + strengths, seeds)` each:
            the first row is without a penalty.
        strengths: rising, greater than 0.
    """
    means = {name: [part.mean(1) for part in pair] for name, pair in found.items()}
    tops = {name: int(test.argmax()) for name, (_, test) in means.items()}
    gaps = {name: (train - test)[tops[name]].item() for name, (train, test) in means.items()}
    return figure(
        *(partial(_bench, found=pair, strengths=strengths, name=n) for n, pair in found.items()),
        alt=both(
            zh="两幅图，训练准确率是虚线，测试是实线。左图虚线先平后降，实线升到中间，两条碰在"
            "一起，再一同跌到底。右图两条一直隔着，直到一同跌下去。",
            en="Two panels, training accuracy dashed, test accuracy solid. Left, the dashed line "
            "is flat and then falls, the solid one rises to its middle, where the two meet, and "
            "both drop to the bottom. Right, the two stay apart until both drop.",
        ),
        caption=both(
            zh="准确率随惩罚的强度变化，最左是不罚。左边的训练标签有错：测试最高在 {wrong_at:g}，"
            "那里的差距 {wrong_gap:.3f}；右边标签全对：{clean_at:g}，差距 {clean_gap:.3f}。"
            "线是 {seeds} 个种子的中位数，带从最小到最大；横轴取对数。",
            en="Accuracy over the strength of the penalty, none at the far left. Left, with wrong "
            "training labels, the test is best at {wrong_at:g}, with a gap of {wrong_gap:.3f}; "
            "right, with right labels, at {clean_at:g}, gap {clean_gap:.3f}. Line: median of "
            "{seeds} seeds, band: smallest to largest; horizontal axis log.",
        ),
        numbers={
            "seeds": found["wrong"][0].shape[1],
            **{f"{name}_at": (0.0, *strengths)[at] for name, at in tops.items()},
            **{f"{name}_gap": gap for name, gap in gaps.items()},
        },
        height=0.72,
    )  # fmt: skip


def _bench(
    axes: Axes, text: Text, found: tuple[Tensor, Tensor], strengths: Sequence[float], name: str
) -> None:
    places = [strengths[0] / 4, *strengths]  # none, at the left of a log axis
    train, test = found
    dashed = band(axes, places, train.T, "plain", fill=0.1, linestyle=BROKEN)
    solid = band(axes, places, test.T, "plain", linewidth=2)
    label_end(dashed, text("训练", "training"), at=-2, dx=7, dy=6)
    label_end(solid, text("测试", "test"), at=-2, dx=-34, dy=-10)
    note(axes, text(*LABELS[name]), (0.03, 0.08), xycoords="axes fraction")
    log_axis(axes.xaxis, text("惩罚的强度（对数）", "strength of the penalty (log)"))
    ticks = [places[0], *(s for s in strengths if s in (0.001, 0.01, 0.1, 1.0))]
    axes.set_xticks(ticks, ["0", *(f"{tick:g}" for tick in ticks[1:])])
    axes.set(ylim=(0, 1.05), yticks=[0, 0.5, 1], ylabel=text("准确率", "accuracy"))
