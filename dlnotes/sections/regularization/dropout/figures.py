"""The figure of the section: the bench over the share switched off.

Book: regularization/dropout
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, note

LINES = {  # family, dash
    "hidden": ("plain", "-"),
    "input": ("momentum", BROKEN),
    "narrow": ("adaptive", DOTTED),
}
NAMES = {
    "hidden": ("256 个隐藏单元", "256 hidden units"),
    "input": ("像素", "pixels"),
    "narrow": ("16 个隐藏单元", "16 hidden units"),
}
LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}
PLACES = {  # of a name, in parts of the panel
    ("wrong", "hidden"): (0.35, 0.45),
    ("wrong", "input"): (0.35, 0.86),
    ("clean", "hidden"): (0.35, 0.95),
    ("clean", "input"): (0.6, 0.72),
    ("clean", "narrow"): (0.25, 0.5),
}


def bench(
    found: Mapping[str, Mapping[str, tuple[Tensor, int]]], shares: Sequence[float]
) -> Bilingual:
    """Test accuracy over the share switched off, for wrong labels and for right ones.

    Args:
        found: `"wrong"` and `"clean"` -> name of a line in `LINES` -> accuracy, `(shares, seeds)`,
            and the place of the share that was chosen.
        shares: rising, the first of them 0.
    """
    return figure(
        *(
            partial(_bench, lines=lines, shares=shares, labels=labels)
            for labels, lines in found.items()
        ),
        alt=both(
            zh="左图两条线从同一处出发慢慢升，圆点在 {wrong_hidden:g} 和 {wrong_input:g} 处；再往"
            "右，隐藏单元的不跌，像素的下跌。右图宽网络的两条先是几乎平的，靠右才掉；窄网络的一条从低"
            "一截的地方出发，早早往下走。",
            en="Left, two lines leave one point and rise slowly, with dots at {wrong_hidden:g} and "
            "{wrong_input:g}; farther right that of the hidden units holds, that of the pixels "
            "falls. Right, the two of the wide net are nearly flat until far to the right; that of "
            "the narrow net starts lower and falls early.",
        ),
        caption=both(
            zh="测试准确率，横轴是关掉几成；圆点是验证图挑中的。左边训练标签有错：关隐藏单元，"
            "挑 {wrong_hidden:g}，关像素，{wrong_input:g}。右边标签全对：{clean_hidden:g} 和 "
            "{clean_input:g}，窄网络 {clean_narrow:g}。线是 {seeds} 个种子的中位数，带从最小到"
            "最大。",
            en="Test accuracy over the share switched off; dots: what validation images choose. "
            "Left, with wrong training labels: {wrong_hidden:g} on hidden units, {wrong_input:g} "
            "on pixels. Right, with right labels: {clean_hidden:g} and {clean_input:g}, and "
            "{clean_narrow:g} in the narrow net. Line: median of {seeds} seeds, band: smallest to "
            "largest.",
        ),
        numbers={
            "seeds": found["wrong"]["hidden"][0].shape[1],
            **{
                f"{labels}_{name}": shares[place]
                for labels, lines in found.items()
                for name, (_, place) in lines.items()
            },
        },
        height=0.72,
    )


def _bench(
    axes: Axes,
    text: Text,
    lines: Mapping[str, tuple[Tensor, int]],
    shares: Sequence[float],
    labels: str,
) -> None:
    for name, (test, place) in lines.items():
        family, dash = LINES[name]
        band(axes, shares, test.T, family, fill=0.1, linestyle=dash, linewidth=2)
        middle = test[place].median().item()
        axes.plot([shares[place]], [middle], "o", color=color(family), markersize=6)
        note(axes, text(*NAMES[name]), PLACES[labels, name], family, xycoords="axes fraction")
    note(axes, text(*LABELS[labels]), (0.03, 0.06), xycoords="axes fraction")
    axes.set(
        ylim=(0.5, 1), yticks=[0.5, 0.6, 0.7, 0.8, 0.9, 1],
        xlim=(0, 1), xticks=[0, 0.25, 0.5, 0.75, 1],
        xlabel=text("关掉几成 p", "share switched off, p"),
        ylabel=text("测试准确率", "test accuracy"),
    )  # fmt: skip
