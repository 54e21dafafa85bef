"""Figures of the section: what comes back from each start, and what pretraining adds to few labels.

Book: gradients/layerwise_pretraining
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.gradients.layerwise_pretraining.nets import EXAMPLES, NOISE

PIXELS, BY, SLOPE = 64, 4, "1/4"
SHIFTS = {
    "random": (16, -2),
    "learned": (4, 15),
    "times": (10, -12),
    "batch": (4, 11),
    "relu": (4, -12),
}
DOTS = (0, (1, 1.6))
LOOKS = {  # theory is dashed
    "random": ("plain", "-"),
    "learned": ("momentum", "-"),
    "times": ("adam", "-"),
    "batch": ("adaptive", "-"),
    "relu": ("adaptive", DOTS),
    "both": ("momentum", "-"),
}


def ways_back(back: Mapping[str, Tensor]) -> Bilingual:
    """A signal on its way back through five untrained layers.

    Args:
        back: `"random"`, `"learned"`, `"times"`, `"batch"`, `"relu"` -> size at every place, of
            what was sent, `(seeds, L + 1)`.
    """
    ends = {name: values[:, 1].median().item() for name, values in back.items()}
    seeds = len(back["random"])
    return figure(
        partial(_ways, back=back),
        alt=both(
            zh="传回来的信号随位置变化，五条线从右端的 1 出发往左走。随机起步的掉得最快，"
            "第一层之后只剩 {random:.4f}，贴着虚线；逐层预训练的 {learned:.3f}，权重乘 {by} 的 "
            "{times:.2f}；批量规范化和 ReLU 加 He 的几乎不降。",
            en="The signal sent back against the place; five lines leave 1 at the right and go "
            "left. That from a random start falls fastest, along the dashed line, and {random:.4f} "
            "is left after the first layer; pretrained {learned:.3f}, weights times {by} "
            "{times:.2f}; with batch norm, and with ReLU and He, hardly anything is lost.",
        ),
        caption=both(
            zh="训练之前，传回来的信号在各层之后还剩多少。第一层之后：随机起步 {random:.4f}，"
            "逐层预训练 {learned:.3f}，权重乘 {by} 的 {times:.2f}，批量规范化 {batch:.2f}，"
            "ReLU 加 He {relu:.2f}。虚线：每层乘 {slope}。纵轴取对数，线是 {seeds} 个种子的中位数，"
            "浅色带从最小到最大。",
            en="What is left of the signal sent back after each layer, before training. After the "
            "first: random start {random:.4f}, pretrained {learned:.3f}, weights times {by} "
            "{times:.2f}, batch norm {batch:.2f}, ReLU and He {relu:.2f}. Dashed: {slope} a layer. "
            "Vertical axis log; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={"seeds": seeds, "by": BY, "slope": SLOPE, **ends},
    )


def _ways(axes: Axes, text: Text, back: Mapping[str, Tensor]) -> None:
    words = {
        "random": text("随机", "random"),
        "learned": text("预训练", "pretrained"),
        "times": text("乘 4", "times 4"),
        "batch": text("批量规范化", "batch norm"),
        "relu": text("ReLU", "ReLU"),
    }
    count = back["random"].shape[1] - 1
    places = torch.arange(1, count + 1)
    axes.plot(places, 4.0 ** (places - count), **THEORY)
    for name, values in back.items():
        family, dash = LOOKS[name]
        band(axes, places, values[:, 1:], family, fill=0.16, linestyle=dash)
        first = (1, values[:, 1].median().item())
        note(axes, words[name], first, family, SHIFTS[name])
    axes.set(xlabel=text("第几层之后", "after layer"), xticks=places.tolist(), ylim=(8e-4, 5))
    log_axis(axes.yaxis, text("剩下几分之几（对数）", "part that is left (log)"))


def few_labels(found: Mapping[str, Mapping[str, Tensor]], labels: Sequence[int]) -> Bilingual:
    """Accuracy against the number of labels, with pretraining and without.

    Args:
        found: `"plain"`, `"few"` (inputs of noise) -> `"batch"`, `"both"` (pretrained) ->
            accuracies `(counts, seeds)`.
        labels: how many there are in all, rising.
    """
    gains = {task: (pair["both"] - pair["batch"]).mean(1) for task, pair in found.items()}
    middle = len(labels) // 2
    return figure(
        partial(_labels, found=found["plain"], labels=labels, zh="只有像素", en="pixels alone"),
        partial(_labels, found=found["few"], labels=labels, zh="掺了噪声", en="noise among them"),
        alt=both(
            zh="两张小图，测试准确率随标签数上升，各两条线。左图两条线差不多；"
            "右图预训练的在上面，{labels} 个标签时高 {gain:.2f}，标签最多时合到一起。",
            en="Two small pictures: test accuracy rises with the number of labels, two lines each. "
            "Left, the two run close together; right, the pretrained one is above, by {gain:.2f} "
            "at {labels} labels, and they meet where labels are most.",
        ),
        caption=both(
            zh="五层 sigmoid 加批量规范化，先在 {examples} 个没有标签的样本上逐层预训练（实线），"
            "和不预训练（点线）。左：{pixels} 个像素；{labels} 个标签时平均差 {plain:+.3f}。"
            "右：再掺 {noise} 个噪声输入；差 {gain:+.3f}，标签全有时 {full:+.3f}。"
            "横轴取对数，线是中位数，浅色带从最小到最大，{seeds} 个种子。",
            en="Five sigmoid layers with batch norm, pretrained on {examples} unlabeled examples "
            "(solid) and not (dotted). Left: {pixels} pixels; at {labels} labels the mean "
            "difference is {plain:+.3f}. Right: {noise} inputs of noise among them; {gain:+.3f}, "
            "and {full:+.3f} with all labels. Horizontal axis log; line: median, band: smallest to "
            "largest, {seeds} seeds.",
        ),
        numbers={
            "labels": labels[middle], "seeds": found["plain"]["both"].shape[1],
            "plain": gains["plain"][middle].item(), "gain": gains["few"][middle].item(),
            "full": gains["few"][-1].item(), "pixels": PIXELS, "noise": NOISE, "examples": EXAMPLES,
        },
        height=0.62,
    )  # fmt: skip


def _labels(
    axes: Axes, text: Text, found: Mapping[str, Tensor], labels: Sequence[int], zh: str, en: str
) -> None:
    names = {"both": text("预训练", "pretrained"), "batch": text("不预训练", "not")}
    for name, values in found.items():
        family, dash = ("momentum", "-") if name == "both" else ("adaptive", DOTS)
        line = band(axes, torch.tensor(labels), values.T, family, fill=0.16, linestyle=dash)
        if name == "both":
            label_end(line, names[name])
    note(axes, text(zh, en), (0.04, 0.98), "ink", (0, -9), xycoords="axes fraction")
    axes.set(ylim=(0, 1), xlabel=text("标签数（对数）", "labels (log)"), xscale="log")
    axes.set_ylabel(text("测试准确率", "test accuracy"))
    axes.set_xticks([10, 100, 1000], ["10", "100", "1000"])
