"""The figures of the section: remedies in rows with their intervals, and nets pruned or narrow.

Book: regularization/the_bench
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.intervals import interval
from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.regularization.the_bench.words import NAMES

LEVEL = 95  # percent, of every interval
LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}


def bench(
    gains: Mapping[str, Mapping[str, Tensor]], rulers: Mapping[str, tuple[Tensor, Tensor]]
) -> Bilingual:
    """Every remedy's gain over none with its interval, wrong labels and right ones.

    Args:
        gains: `"wrong"` and `"clean"` -> remedy -> gain, `(seeds,)`.
        rulers: likewise -> the gains of twice and of four times the images, `(seeds,)` each.
    """
    means = {name: gain.mean().item() for name, gain in gains["wrong"].items()}
    order = sorted(means, key=means.get)
    first, last = order[-1], order[0]
    numbers = {
        "seeds": len(gains["wrong"][first]), "count": len(order), "level": LEVEL,
        "first": {lang: NAMES[lang][first] for lang in NAMES},
        "last": {lang: NAMES[lang][last] for lang in NAMES},
        "first_gain": means[first], "last_gain": means[last],
        "first_clean": gains["clean"][first].mean().item(),
        "double": rulers["wrong"][0].mean().item(),
        "double_clean": rulers["clean"][0].mean().item(),
    }  # fmt: skip
    return figure(
        *(partial(_bench, gains=gains[n], rulers=rulers[n], order=order, name=n) for n in gains),
        alt=both(
            zh="两幅图，每行一种药方，一点一横：点是比什么也不做多对的比例，横是区间。左边标签有错，"
            "上面的几行都在零线右边，往下越来越近，最下面几行压着零线；右边标签全对，次序相同，"
            "全都挤在零线两旁，有两行整个在左边。",
            en="Two panels with one row for each remedy: a dot for its gain over doing nothing, a "
            "bar for the interval. Left, with wrong labels, the upper rows lie right of the zero "
            "line, ever closer going down, and the lowest straddle it. Right, with right labels "
            "in the same order, all crowd about the line, with two wholly to the left of it.",
        ),
        caption=both(
            zh="{count} 种药方比什么也不做多对的，{level}% 区间，{seeds} 个种子；照标签有错时的"
            "次序。标签有错，最上面是{first}，{first_gain:+.3f}，最下面是{last}，{last_gain:+.3f}；"
            "标签全对，{first}只有 {first_clean:+.3f}。点线是尺子：图多一倍，{double:+.3f} 和 "
            "{double_clean:+.3f}；再多一倍，更右的那条。实心的点，区间里没有 0。",
            en="Gains of {count} remedies over doing nothing, {level}% intervals over {seeds} "
            "seeds, in the order of wrong labels. There {first} is on top, {first_gain:+.3f}, and "
            "{last} at the bottom, {last_gain:+.3f}; with right labels {first} has "
            "{first_clean:+.3f}. Dotted, the ruler: twice the images gain {double:+.3f} and "
            "{double_clean:+.3f}; the line further right, four times. Full dots: the interval "
            "leaves out 0.",
        ),
        numbers=numbers,
        height=1.05,
    )


def _bench(
    axes: Axes,
    text: Text,
    gains: Mapping[str, Tensor],
    rulers: tuple[Tensor, Tensor],
    order: Sequence[str],
    name: str,
) -> None:
    axes.axvline(0, **THEORY)
    for ruler in rulers:
        axes.axvline(ruler.mean().item(), color=color("momentum"), linewidth=1.2, linestyle=":")
    for row, remedy in enumerate(order):
        low, high = interval(gains[remedy].tolist(), LEVEL / 100)
        sure = low > 0 or high < 0
        axes.plot([low, high], [row, row], color=color("plain"), linewidth=1.8)
        axes.plot(
            gains[remedy].mean().item(), row, "o", color=color("plain"), markersize=6,
            markerfacecolor=color("plain") if sure else color("paper"),
        )  # fmt: skip
    axes.set_yticks(range(len(order)), [text(NAMES["zh"][one], NAMES["en"][one]) for one in order])
    axes.set(xlim=(-0.05, 0.13), ylim=(-0.7, len(order) - 0.3), xticks=[-0.05, 0, 0.05, 0.1])
    axes.set_xlabel(text("多对的比例", "gain"))
    note(axes, text(*LABELS[name]), (0.97, 0.04), xycoords="axes fraction", ha="right")


def pruned(found: Mapping[str, tuple[Tensor, Tensor, Tensor]], left: Sequence[float]) -> Bilingual:
    """Test accuracy over the part of the weights that is left: pruned nets, and narrow dense ones.

    Args:
        found: `"wrong"` and `"clean"` -> pruned, narrow `(parts, seeds)`, and the whole net
            `(seeds,)`.
        left: the parts, falling.
    """
    numbers = {"seeds": found["wrong"][2].shape[0], "some": left[1], "least": left[-1]}
    for name, (cut, narrow, whole) in found.items():
        numbers |= {
            f"{name}_whole": whole.mean().item(), f"{name}_cut": cut[1].mean().item(),
            f"{name}_narrow": narrow[1].mean().item(), f"{name}_cut_least": cut[-1].mean().item(),
            f"{name}_narrow_least": narrow[-1].mean().item(),
        }  # fmt: skip
    return figure(
        *(partial(_pruned, found=each, left=left, name=n) for n, each in found.items()),
        alt=both(
            zh="两幅图，横轴是留下的权重，往右越来越少。两条线挨得很近，先几乎是平的，后来一起往下掉；"
            "剪枝的实线多半略高，没有一处明显高过整个网络的水平线。",
            en="Two panels; the weights left shrink to the right. The two lines keep close, nearly "
            "level at first and then falling together; the solid one of pruned nets is mostly a "
            "little higher, and nowhere clearly above the level of the whole net.",
        ),
        caption=both(
            zh="同样多的权重，剪出来的（实线）和本来就窄的（虚线）。平均，留下 {some:g}：错标签 "
            "{wrong_cut:.3f} 和 {wrong_narrow:.3f}，整个网络 {wrong_whole:.3f}（水平线）；全对 "
            "{clean_cut:.3f}、{clean_narrow:.3f} 和 {clean_whole:.3f}。留下 {least:.3f}：错标签 "
            "{wrong_cut_least:.3f} 和 {wrong_narrow_least:.3f}，全对 {clean_cut_least:.3f} 和 "
            "{clean_narrow_least:.3f}。线是 {seeds} 个种子的中位数，带从最小到最大；横轴取对数。",
            en="Equally many weights, pruned (solid) or narrow from the start (dashed). Means with "
            "{some:g} of them left: {wrong_cut:.3f} and {wrong_narrow:.3f} with wrong labels, the "
            "whole net {wrong_whole:.3f} (level line); {clean_cut:.3f}, {clean_narrow:.3f} and "
            "{clean_whole:.3f} with right ones. With {least:.3f} left: {wrong_cut_least:.3f} and "
            "{wrong_narrow_least:.3f}, {clean_cut_least:.3f} and {clean_narrow_least:.3f}. Line: "
            "median of {seeds} seeds, band: smallest to largest; horizontal axis log.",
        ),
        numbers=numbers,
        height=0.72,
    )


def _pruned(
    axes: Axes, text: Text, found: tuple[Tensor, Tensor, Tensor], left: Sequence[float], name: str
) -> None:
    cut, narrow, whole = found
    axes.axhline(whole.mean().item(), **THEORY)
    solid = band(axes, left, cut.T, "plain", fill=0.12, linewidth=2)
    dashed = band(axes, left, narrow.T, "momentum", fill=0.1, linestyle=BROKEN)
    label_end(solid, text("剪枝", "pruned"), at=3, dx=6, dy=10)
    label_end(dashed, text("改窄", "narrow"), at=2, dx=-44, dy=-12)
    note(axes, text(*LABELS[name]), (0.03, 0.06), xycoords="axes fraction")
    log_axis(axes.xaxis, text("留下的权重（对数）", "weights left (log)"))
    axes.invert_xaxis()
    axes.set_xticks(list(left), [f"1/{round(1 / part)}" for part in left])
    axes.set(ylim=(0.2, 1.0), yticks=[0.2, 0.4, 0.6, 0.8, 1.0])
    axes.set_ylabel(text("测试准确率", "test accuracy"))
