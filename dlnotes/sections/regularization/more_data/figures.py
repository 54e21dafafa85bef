"""The figures of the section: error over the number of images, accuracy over the dose of made ones.

Book: regularization/more_data
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN
from dlnotes.figures.marks import band, log_axis, note


def curve(
    counts: Sequence[int],
    wrong: Tensor,
    clean: Tensor,
    slopes: tuple[float, float],
) -> Bilingual:
    """Test error over the number of training images, with wrong labels and with right ones.

    Args:
        counts: rising.
        wrong: errors with wrong labels, `(counts, seeds)`.
        clean: errors with right labels.
        slopes: of wrong and clean, from the place `SPLIT` on.
    """
    return figure(
        partial(_curve, counts=counts, wrong=wrong, clean=clean),
        alt=both(
            zh="两条线往右下走，两轴都取对数。虚线是标签全对的，几乎是直的；实线是有错标签的，"
            "开头就缓一些，后面更缓，从 {first_wrong:.2f} 只降到 {last_wrong:.3f}。",
            en="Two lines going down to the right, both axes log. The dashed one, right labels, is "
            "almost straight; the solid one, with wrong labels, is less steep at first, then "
            "flattens, and comes from {first_wrong:.2f} down to {last_wrong:.3f} only.",
        ),
        caption=both(
            zh="测试误差随训练图的张数变化，什么也不加。标签全对（虚线），误差从 {first_clean:.2f} "
            "降到 {last_clean:.3f}；错一部分（实线），{last_wrong:.3f}。线是 {seeds} 个种子的"
            "中位数，带从最小到最大；两轴取对数，后半段的斜率是 {slope_clean:.2f} 和 "
            "{slope_wrong:.2f}。",
            en="Test error over the number of training images, with nothing added. With right "
            "labels (dashed) it falls from {first_clean:.2f} to {last_clean:.3f}; with some wrong "
            "(solid), to {last_wrong:.3f}. Line: median of {seeds} seeds, band: smallest to "
            "largest; both axes log, where the second half has slopes of {slope_clean:.2f} and "
            "{slope_wrong:.2f}.",
        ),
        numbers={
            "seeds": wrong.shape[1],
            "first_wrong": wrong[0].mean().item(), "last_wrong": wrong[-1].mean().item(),
            "first_clean": clean[0].mean().item(), "last_clean": clean[-1].mean().item(),
            "slope_wrong": slopes[0], "slope_clean": slopes[1],
        },
        height=0.5,
    )  # fmt: skip


def _curve(axes: Axes, text: Text, counts: Sequence[int], wrong: Tensor, clean: Tensor) -> None:
    solid = band(axes, counts, wrong.T, "plain", linewidth=2)
    dashed = band(axes, counts, clean.T, "curvature", linestyle=BROKEN, linewidth=2)
    _named(solid, text("有错标签", "some wrong labels"), dy=12, ha="center")
    _named(dashed, text("标签全对", "right labels"), dy=-9, ha="right")
    log_axis(axes.xaxis, text("训练图的张数（对数）", "training images (log)"))
    log_axis(axes.yaxis, text("测试误差（对数）", "test error (log)"))
    axes.set_xticks(counts, [str(count) for count in counts])
    ticks = (0.02, 0.05, 0.1, 0.2, 0.5)
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])


def _named(line: Line2D, words: str, *, dy: float, ha: str) -> None:
    """Write a line's name above or below its third point from the right."""
    at = line.get_xdata()[-3], line.get_ydata()[-3]
    note(line.axes, words, at, shift=(0, dy), color=line.get_color(), ha=ha)


def doses(
    noises: Sequence[float],
    noisy: Mapping[str, Tensor],
    shifts: Sequence[float],
    shifted: Mapping[str, Tensor],
) -> Bilingual:
    """Test accuracy over the strength of the noise, and over that of the shifts.

    Args:
        noises: σ, from 0 up.
        noisy: `"wrong"` and `"clean"` -> accuracies, `(noises, seeds)`.
        shifts: most pixels, from 0 up.
        shifted: `"stand"` and `"moved"` -> accuracies on test images as they stand and moved by a
            pixel, `(shifts, seeds)`.
    """
    best = {
        name: places[int(runs.mean(1).argmax())]
        for found, places in ((noisy, noises), (shifted, shifts))
        for name, runs in found.items()
    }
    return figure(
        partial(_doses, x=noises, found=noisy, names=_NOISY, axis=("噪声 σ", "noise σ")),
        partial(_doses, x=shifts, found=shifted, names=_SHIFTED, axis=_PIXELS),
        alt=both(
            zh="两幅图，曲线的最高处都在中间。左图虚线早早到顶就往下走，实线要再往右才到顶。"
            "右图实线先微微上升，后面掉下来；虚线从很低处一路爬上来，到顶以后也不再升。",
            en="Two panels with curves that are highest inside. Left, the dashed line is soon at "
            "its top and falls, the solid one reaches its top farther right. Right, the solid line "
            "rises a little and drops later; the dashed one climbs from far below and stops.",
        ),
        caption=both(
            zh="剂量要调。左：噪声，有错标签（实线）最好在 {wrong:g}，标签全对（虚线）在 "
            "{clean:g}。右：标签全对，随机挪动，测试图照原样（实线）最好在 {stand:g}，挪过 1 像素的"
            "（虚线）在 {moved:g}。线是 {seeds} 个种子的中位数，带从最小到最大。",
            en="The dose has to be tuned. Left: noise, best at {wrong:g} with some wrong labels "
            "(solid) and at {clean:g} with right ones (dashed). Right: random shifts, right "
            "labels; best at {stand:g} for test images as they stand (solid) and at {moved:g} for "
            "those moved by 1 pixel (dashed). Line: median of {seeds} seeds, band: smallest to "
            "largest.",
        ),
        numbers={"seeds": noisy["wrong"].shape[1], **best},
        height=0.72,
    )  # fmt: skip


_NOISY = {"wrong": ("有错标签", "some wrong"), "clean": ("标签全对", "right labels")}
_PIXELS = ("最多挪多少像素", "shift, pixels at most")
_SHIFTED = {"stand": ("照原样", "as they stand"), "moved": ("挪过的", "moved")}


def _doses(
    axes: Axes, text: Text, x: Sequence[float], found: Mapping[str, Tensor], names: Mapping, axis
) -> None:
    for (name, runs), token, style in zip(
        found.items(), ("plain", "curvature"), ("-", BROKEN), strict=True
    ):
        line = band(axes, x, runs.T, token, linewidth=2, linestyle=style)
        at = 2 if name in ("wrong", "moved") else 1
        up = name in ("clean", "stand")
        place = line.get_xdata()[at], line.get_ydata()[at]
        note(axes, text(*names[name]), place, shift=(8, 12 if up else -14), color=line.get_color())
    axes.set(xlabel=text(*axis), ylabel=text("测试准确率", "test accuracy"))
