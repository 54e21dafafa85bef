"""The figures of the section: digits behind a random layer, and nets made narrow or shallow.

Book: regularization/double_descent
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN
from dlnotes.figures.marks import band, label_end, log_axis, note

LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}
ROOF, FLOOR = 1e5, 0.03  # of the axis of errors


def layers(found: Mapping[str, tuple[Tensor, Tensor]], widths: Sequence[int], points: int):
    """The error on test images over the width of a random layer, without a penalty and with one.

    Args:
        found: `"wrong"` and `"clean"` -> the two errors, `(widths, seeds)` each.
        widths: rising.
        points: N, examples learned from.
    """
    middles = {name: [part.median(1).values for part in pair] for name, pair in found.items()}
    edge = widths.index(points)
    numbers = {"seeds": found["wrong"][0].shape[1], "points": points, "last": widths[-1]}
    for name, (free, paid) in middles.items():
        numbers |= {
            f"{name}_top": free[edge].item(), f"{name}_end": free[-1].item(),
            f"{name}_paid": paid[edge].item(),
        }  # fmt: skip
    return figure(
        *(partial(_layers, found=pair, widths=widths, name=n) for n, pair in found.items()),
        alt=both(
            zh="两幅图，横轴是宽度，纵轴是误差。不罚的虚线先降，在宽度等于样本数的地方冲成一座尖峰，"
            "再一路降下去；罚过的实线没有峰，从左降到右。标签全对的那一幅也有峰，只是矮一些。",
            en="Two panels, error over width. The dashed line without a penalty falls, shoots up "
            "to a spike where the width equals the number of examples, and falls again all the "
            "way; the solid line with a penalty has no peak and falls from left to right. With "
            "right labels there is a peak too, a lower one.",
        ),
        caption=both(
            zh="测试图上的误差，到十个目标的距离的平方。虚线不罚：宽 {points} 处，错标签 "
            "{wrong_top:.0f}，全对 {clean_top:.0f}；宽 {last} 处 {wrong_end:.2f} 和 "
            "{clean_end:.2f}。实线罚过，强度由验证图挑：宽 {points} 处 {wrong_paid:.2f} 和 "
            "{clean_paid:.2f}。线是 {seeds} 个种子的中位数，带从最小到最大；两轴取对数。",
            en="The error on test images, squared distance to the ten targets. Dashed, without a "
            "penalty: at width {points} it is {wrong_top:.0f} with wrong labels and "
            "{clean_top:.0f} with right ones, at width {last} {wrong_end:.2f} and "
            "{clean_end:.2f}. Solid, with the penalty that validation images choose: "
            "{wrong_paid:.2f} and {clean_paid:.2f} at width {points}. Line: median of {seeds} "
            "seeds, band: smallest to largest; both axes log.",
        ),
        numbers=numbers,
        height=0.78,
    )  # fmt: skip


def _layers(
    axes: Axes, text: Text, found: tuple[Tensor, Tensor], widths: Sequence[int], name: str
) -> None:
    free, paid = found
    band(axes, widths, free.T, "plain", fill=0.1, linestyle=BROKEN)
    solid = band(axes, widths, paid.T, "plain", linewidth=2)
    label_end(solid, text("罚", "penalty"), at=-3, dx=-16, dy=-13)
    note(axes, text("不罚", "none"), (230, 6), "plain")
    note(axes, text(*LABELS[name]), (0.03, 0.92), xycoords="axes fraction")
    log_axis(axes.xaxis, text("宽度（对数）", "width (log)"))
    log_axis(axes.yaxis, text("误差（对数）", "error (log)"))
    axes.set(ylim=(FLOOR, ROOF))
    axes.set_xticks([10, 150, 1000, 4000], ["10", "150", "1000", "4000"])


def shapes(
    wide: Mapping[str, tuple[Tensor, Tensor]], deep: Mapping[str, tuple[Tensor, Tensor]]
) -> Bilingual:
    """Test accuracy over the width of a net and over its depth, without a penalty and tuned.

    Args:
        wide: width -> the two accuracies, `(seeds,)` each.
        deep: number of hidden layers -> the same.
    """
    first, last = (list(wide)[place] for place in (0, -1))
    flat, most = (list(deep)[place] for place in (0, -1))
    return figure(
        partial(_shapes, found=wide, name=("隐藏层的宽度", "width of the hidden layer")),
        partial(_shapes, found=deep, name=("几层隐藏层", "hidden layers")),
        alt=both(
            zh="左图：虚线和实线都随宽度升高，实线后面平了，始终在上。右图：实线从没有隐藏层"
            "起先平，再往下走；虚线在没有隐藏层的一端最低。",
            en="Left: both lines rise with the width; the solid one is flat at the end and always "
            "above. Right: the solid line is flat from no hidden layer to one and then falls; the "
            "dashed one is lowest without a hidden layer.",
        ),
        caption=both(
            zh="标签有错，测试准确率；虚线不罚，实线的强度由验证图挑。实线平均：左边宽 {first} 是 "
            "{narrow:.3f}，宽 {last} 是 {broad:.3f}；右边没有隐藏层 {flat:.3f}，"
            "{most} 层 {deep:.3f}。线是 {seeds} 个种子的中位数，带从最小到最大。",
            en="Test accuracy with wrong labels; dashed without a penalty, solid with the "
            "strength that validation images choose. Solid on average: left, {narrow:.3f} at width "
            "{first} and {broad:.3f} at {last}; right, {flat:.3f} without a hidden layer and "
            "{deep:.3f} with {most}. Line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            "first": first, "last": last, "most": most, "seeds": len(wide[first][0]),
            "narrow": wide[first][1].mean().item(), "broad": wide[last][1].mean().item(),
            "flat": deep[flat][1].mean().item(), "deep": deep[most][1].mean().item(),
        },
        height=0.72,
    )  # fmt: skip


def _shapes(
    axes: Axes, text: Text, found: Mapping[str, tuple[Tensor, Tensor]], name: tuple[str, str]
) -> None:
    places = list(range(len(found)))
    for which, style in ((0, {"linestyle": BROKEN, "fill": 0.1}), (1, {"linewidth": 2})):
        rows = [pair[which] for pair in found.values()]
        drawn = band(axes, places, torch.stack(rows, dim=1), "plain", **style)
        words = (("不罚", "none"), ("罚", "penalty"))[which]
        label_end(drawn, text(*words), at=2, dx=-10, dy=(-16, 13)[which])
    axes.set_xticks(places, [str(each) for each in found])
    axes.set(ylim=(0.4, 0.95), xlabel=text(*name), ylabel=text("测试准确率", "test accuracy"))
