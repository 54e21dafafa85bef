"""The figure of the section: test accuracy over the steps, with more and with less noise.

Book: regularization/batch_norm
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, log_axis, note

LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}
STYLES = {  # kind -> family, dash
    "none": ("plain", "solid"), "150": ("momentum", "solid"),
    "5": ("momentum", BROKEN), "2": ("momentum", DOTTED),
}  # fmt: skip
NAMES = {"none": "none", "150": "all", "5": "five", "2": "two"}
PLACES = {  # of the names, in steps and accuracy
    "wrong": {"none": (12, 0.787), "150": (60, 0.812), "5": (21, 0.852), "2": (120, 0.842)},
    "clean": {"none": (100, 0.888), "150": (24, 0.9), "5": (90, 0.918), "2": (110, 0.868)},
}


def steps(
    found: Mapping[str, Mapping[str, Tensor]], looks: Sequence[int], rate: float
) -> Bilingual:
    """Test accuracy over the steps, wrong labels and right ones.

    Args:
        found: `"wrong"` and `"clean"` -> kind of statistics -> accuracy, `(looks, seeds)`.
        looks: steps, rising.
        rate: learning rate of all.
    """
    peaks = {
        f"{NAMES[kind]}_{name}": arms[kind].mean(1).max().item()
        for name, arms in found.items()
        for kind in STYLES
    }
    wrong = found["wrong"]
    return figure(
        *(partial(_steps, found=arms, looks=looks, name=name) for name, arms in found.items()),
        alt=both(
            zh="左图：五张一组的线升得最高，随后落到最低；全体的和不用的早早到顶，慢慢落；两张一组"
            "的升得最晚。右图：几条线都升到差不多高，只有两张一组的低一截。",
            en="Left: the line of groups of five rises highest and then falls lowest; those of all "
            "images and of none peak early and fall slowly; that of groups of two rises last. "
            "Right: all rise to about the same height, but for groups of two, which stay lower.",
        ),
        caption=both(
            zh="测试准确率，学习率都是 {rate:g}。左边标签有错，最高处：不用 {none_wrong:.3f}，全体 "
            "{all_wrong:.3f}，五张一组 {five_wrong:.3f}，两张一组 {two_wrong:.3f}；{last} 步时，"
            "五张一组 {end:.3f}，全体 {end_whole:.3f}。右边标签全对：{none_clean:.3f}、"
            "{all_clean:.3f}、{five_clean:.3f}、{two_clean:.3f}。数是 {seeds} 个种子的平均，"
            "线是中位数，带从最小到最大；横轴取对数。",
            en="Test accuracy, learning rate {rate:g} for all. Left with wrong labels, at the "
            "highest: without {none_wrong:.3f}, all images {all_wrong:.3f}, groups of five "
            "{five_wrong:.3f}, groups of two {two_wrong:.3f}; after {last} steps groups of five "
            "have {end:.3f}, all images {end_whole:.3f}. Right with right labels: "
            "{none_clean:.3f}, {all_clean:.3f}, {five_clean:.3f}, {two_clean:.3f}. The numbers "
            "are means of {seeds} seeds, the lines medians, the bands smallest to largest; "
            "horizontal axis log.",
        ),
        numbers={
            "rate": rate, "last": looks[-1], "seeds": wrong["none"].shape[1],
            "end": wrong["5"][-1].mean().item(), "end_whole": wrong["150"][-1].mean().item(),
            **peaks,
        },
        height=0.78,
    )  # fmt: skip


def _steps(
    axes: Axes, text: Text, found: Mapping[str, Tensor], looks: Sequence[int], name: str
) -> None:
    words = {
        "none": text("不用", "none"), "150": text("全体", "all"),
        "5": text("5 张一组", "groups of 5"), "2": text("2 张一组", "groups of 2"),
    }  # fmt: skip
    for kind, (family, dash) in STYLES.items():
        shown = {"linestyle": dash, "clip_on": True, "linewidth": 1.8}
        band(axes, looks, found[kind].T, family, fill=0.05, **shown)
        note(axes, words[kind], PLACES[name][kind], family)
    note(axes, text(*LABELS[name]), (0.97, 0.04), xycoords="axes fraction", ha="right")
    log_axis(axes.xaxis, text("步数（对数）", "steps (log)"))
    axes.set_xticks(list(looks), [str(look) for look in looks])
    axes.set(ylabel=text("测试准确率", "test accuracy"))
    axes.set(ylim=(0.7, 0.9) if name == "wrong" else (0.78, 0.95), xlim=(looks[0], looks[-1]))
