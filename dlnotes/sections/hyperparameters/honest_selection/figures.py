"""The figure of the section: what chose a net, and what the net is worth.

Book: hyperparameters/honest_selection
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN
from dlnotes.figures.marks import band, label_end, log_axis, note

LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}


def choices(
    found: Mapping[str, tuple[Tensor, Tensor]], questions: Sequence[int], trials: int
) -> Bilingual:
    """The score by which a net was chosen and its accuracy on new images, over how many chose.

    Args:
        found: `"wrong"` and `"clean"` -> score and fresh accuracy, `(questions, seeds)` each.
        questions: images that choose, growing.
        trials: nets to choose among.
    """
    few = {name: [part[0].mean().item() for part in pair] for name, pair in found.items()}
    many = {name: [part[-1].mean().item() for part in pair] for name, pair in found.items()}
    return figure(
        *(partial(_choices, found=pair, questions=questions, name=n) for n, pair in found.items()),
        alt=both(
            zh="两幅图，虚线是挑的时候的分数，从左上方往右降；实线是同一个网络在新图上的准确率，"
            "从左下方往右升；越往右，两条越近，没有碰上。",
            en="Two panels. Dashed, the score that chose, falls from the upper left; solid, the "
            "same net on new images, rises from the lower left; they draw near to the right and "
            "do not meet.",
        ),
        caption=both(
            zh="{trials} 个网络里挑一个：挑它的分数（虚线），和它在新图上的准确率（实线）。"
            "{first} 张图来挑，标签有错时 {wrong_score:.3f} 和 {wrong_fresh:.3f}；{last} 张，"
            "{wrong_score_end:.3f} 和 {wrong_fresh_end:.3f}，都是平均。线是 {seeds} 份数据的"
            "中位数，带从最小到最大；横轴取对数。",
            en="One of {trials} nets is chosen: the score that chose it (dashed) and its accuracy "
            "on new images (solid). By {first} images, with wrong labels in training, "
            "{wrong_score:.3f} and {wrong_fresh:.3f}; by {last}, {wrong_score_end:.3f} and "
            "{wrong_fresh_end:.3f}, all means. Line: median of {seeds} data sets, band: smallest "
            "to largest; horizontal axis log.",
        ),
        numbers={
            "trials": trials, "first": questions[0], "last": questions[-1],
            "seeds": found["wrong"][0].shape[1],
            "wrong_score": few["wrong"][0], "wrong_fresh": few["wrong"][1],
            "wrong_score_end": many["wrong"][0], "wrong_fresh_end": many["wrong"][1],
        },
        height=0.72,
    )  # fmt: skip


def _choices(
    axes: Axes, text: Text, found: tuple[Tensor, Tensor], questions: Sequence[int], name: str
) -> None:
    score, fresh = found
    dashed = band(axes, questions, score.T, "plain", fill=0.1, linestyle=BROKEN)
    solid = band(axes, questions, fresh.T, "plain", linewidth=2)
    label_end(dashed, text("挑的时候", "when chosen"), at=1, dx=4, dy=12)
    label_end(solid, text("新图上", "on new images"), at=1, dx=4, dy=-16)
    note(axes, text(*LABELS[name]), (0.97, 0.05), xycoords="axes fraction", ha="right")
    log_axis(axes.xaxis, text("用来挑的图（对数）", "images that choose (log)"))
    axes.set_xticks(list(questions), [f"{count}" for count in questions])
    axes.set(ylim=(0.78, 1.0), yticks=[0.8, 0.9, 1.0], ylabel=text("准确率", "accuracy"))
