"""The figures of the section: which faults pass, and the images with the highest loss.

Book: hyperparameters/small_to_full
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import color
from dlnotes.figures.marks import note

NAMES = {
    "sound": ("没坏", "sound"),
    "gentle": ("没坏，率 0.003", "sound, rate 0.003"),
    "plain": ("没坏，SGD", "sound, SGD"),
    "blank": ("像素全是 0", "all pixels 0"),
    "sign": ("损失反号", "sign of the loss"),
    "twice": ("softmax 两遍", "softmax twice"),
    "axis": ("softmax 取错向", "softmax along batch"),
    "slow": ("学习率 / 100", "rate / 100"),
    "fast": ("学习率 × 100", "rate × 100"),
    "zero": ("权重全 0", "weights all 0"),
    "heavy": ("惩罚太重", "penalty too heavy"),
    "piled": ("梯度不清零", "gradients pile up"),
    "shuffled": ("标签打乱", "labels shuffled"),
    "noisy": ("1/5 错标签", "1/5 wrong labels"),
    "told": ("答案漏在图里", "answer in the image"),
    "turned": ("新图行列换了", "new ones transposed"),
    "mixed": ("reshape 串图", "images run together"),
    "frozen": ("第一层没交", "first layer left out"),
    "linear": ("没有激活函数", "no activation"),
    "single": ("按批量评估", "batch statistics"),
    "thrown": ("增强太狠", "wild augmentation"),
}


def passed(found: Mapping[str, Tensor], caught: Sequence[str]) -> Bilingual:
    """Accuracy on new images of the programs that a small run stops, and of those that pass.

    Args:
        found: program -> accuracy, `(seeds,)`.
        caught: names of those that are stopped.
    """
    stopped = {name: one for name, one in found.items() if name in caught}
    through = {name: one for name, one in found.items() if name not in caught}
    low = [one.mean().item() for one in through.values()]
    return figure(
        partial(_rows, found=stopped, name="stopped"),
        partial(_rows, found=through, name="passed"),
        alt=both(
            zh="两幅图，每行一个程序，每点一份数据。拦下的一幅，有的点在左边，有的靠右；放过的一幅，"
            "从左到右都有，没坏的几个在最右边。",
            en="Two panels, a row for each program and a dot for each data set. Among those caught "
            "some dots lie left and some right; among those that pass they lie from left to right, "
            "the sound ones rightmost.",
        ),
        caption=both(
            zh="各程序练完全部图，在新图上的准确率：小样本拦下的（{stopped} 个）和放过的"
            "（{through} 个）。每行一个程序，每点一份数据，共 {seeds} 份；绿的没坏。放过的里面，"
            "平均从 {least:.3f} 到 {most:.3f}。",
            en="Accuracy on new images after training on all, of the programs that the small "
            "sample stops ({stopped}) and lets pass ({through}). A row for each program, a dot "
            "for each of {seeds} data sets; green ones are sound. Among those that pass, means "
            "range from {least:.3f} to {most:.3f}.",
        ),
        numbers={
            "stopped": len(stopped), "through": len(through),
            "seeds": len(next(iter(found.values()))), "least": min(low), "most": max(low),
        },
        height=1.0,
    )  # fmt: skip


def _rows(axes: Axes, text: Text, found: Mapping[str, Tensor], name: str) -> None:
    order = sorted(found, key=lambda each: found[each].mean().item())
    for row, program in enumerate(order):
        token = "curvature" if program in ("sound", "gentle", "plain") else "plain"
        accuracy = found[program]
        axes.plot(
            accuracy,
            torch.full_like(accuracy, row),
            "o",
            color=color(token),
            markersize=4,
            alpha=0.6,
        )
    axes.set_yticks(range(len(order)), [text(*NAMES[each]) for each in order])
    title = {"stopped": ("拦下", "caught"), "passed": ("放过", "let pass")}[name]
    note(axes, text(*title), (0.02, 1.04), xycoords="axes fraction")
    axes.set(xlim=(-0.03, 1.03), xticks=[0, 0.5, 1], ylim=(-0.7, len(order) - 0.3))
    axes.set_xlabel(text("新图上的准确率", "accuracy on new images"))


def worst(X: Tensor, y: Tensor, wrong: Tensor) -> Bilingual:
    """The images with the highest loss, each with the label it was trained with.

    Args:
        X: images, `(12, 64)`, gray levels from 0 to 1, the highest loss first.
        y: the labels they carry.
        wrong: which of these labels are wrong.
    """
    return figure(
        partial(_gallery, X=X, y=y, wrong=wrong),
        alt=both(
            zh="两行六列手写数字，每个下面写着它带的标签；弄错的标了叉。",
            en="Two rows of six handwritten digits, each with the label it carries below; "
            "those that are wrong carry a cross.",
        ),
        caption=both(
            zh="损失最高的 {count} 张，从左上起；图下是它带的标签，带叉的 {wrong} 张是我们弄错的。",
            en="The {count} images with the highest loss, from the upper left; below each the "
            "label it carries. A cross marks the {wrong} that we mislabeled.",
        ),
        numbers={"count": len(y), "wrong": int(wrong.sum())},
        height=0.5,
    )


def _gallery(axes: Axes, text: Text, X: Tensor, y: Tensor, wrong: Tensor) -> None:
    for place, (image, label, bad) in enumerate(zip(X, y.tolist(), wrong.tolist(), strict=True)):
        left, top = 10 * (place % 6), 12 * (place // 6)
        rows, columns = torch.meshgrid(torch.arange(8.0), torch.arange(8.0), indexing="ij")
        axes.scatter(
            (left + 0.5 + columns).flatten(), (top + 0.5 + rows).flatten(), marker="s",
            s=(30 * image).tolist(), color=color("ink"), linewidths=0,
        )  # fmt: skip
        words = text(f"标 {label}", f"as {label}")
        note(axes, f"{words} ✕" if bad else words, (left + 4, top + 9.6), ha="center")
    axes.set(xlim=(-1, 59), ylim=(23, -1), aspect="equal")
    axes.axis("off")
