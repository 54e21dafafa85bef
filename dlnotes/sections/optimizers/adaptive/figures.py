"""Figures of the section on memory of size: rates over time, a sweep, and rare features."""

import math
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, color
from dlnotes.figures.marks import band, label_end, log_axis, threshold
from dlnotes.figures.rules import LOOKS, Look

GUESSING = 0.1  # ten classes
SHARED = Look(both(zh="共用一本账", en="one account"), "plain", BROKEN)


def rates(grads: Tensor, **found: Tensor) -> Bilingual:
    """Effective learning rates over the steps, above the gradients they come from.

    Args:
        grads: the gradients of one coordinate, shape `(T,)`.
        **found: effective learning rates by rule, `"adagrad"` and so on, shape `(T,)` each.
    """
    return figure(
        partial(_given, grads=grads),
        partial(_answered, found=found),
        alt=both(
            zh="梯度：前一小段在高处，然后一步跌到低处，一直平着。有效学习率：Adagrad 起初下降，"
            "之后平着不动；RMSprop 和 Adadelta 起初很低，梯度跌落以后往上爬，"
            "RMSprop 爬到 {rest:.2g} 停住。",
            en="The gradient: high for a short while, then it drops and stays flat. The effective "
            "rate: Adagrad falls at first and then stays where it is; RMSprop and Adadelta are low "
            "at first and climb after the drop, RMSprop up to {rest:.2g}.",
        ),
        caption=both(
            zh="陡坡过后，RMSprop 和 Adadelta 的有效学习率爬了上来，Adagrad 的留在原地。"
            "左边是梯度，右边是三种方法的回答。",
            en="After the wall the effective learning rates of RMSprop and Adadelta climb; that of "
            "Adagrad stays where it is. Left: the gradient; right: what three rules answer.",
        ),
        numbers={"rest": found["rmsprop"][-1]},
    )


def _given(axes: Axes, text: Text, grads: Tensor) -> None:
    axes.plot(torch.arange(1, len(grads) + 1), grads, color=color("plain"))
    axes.set_title(text("梯度", "the gradient"))
    axes.set_ylim(0.03, 30)
    log_axis(axes.yaxis, text("大小（对数）", "size (log)"))
    axes.set_xlabel(text("步", "step"))


def _answered(axes: Axes, text: Text, found: dict[str, Tensor]) -> None:
    shifts = {"adagrad": -12, "rmsprop": -12, "adadelta": 11}
    for name, values in found.items():
        look, steps = LOOKS[name], torch.arange(1, len(values) + 1)
        (line,) = axes.plot(steps, values, color=color(look.token), linestyle=look.dash)
        label_end(line, text(**look.name), at=int(0.72 * len(values)), dx=0, dy=shifts[name])
    axes.set_title(text("有效学习率", "the effective learning rate"))
    log_axis(axes.yaxis, text("有效学习率（对数）", "effective rate (log)"))
    axes.set_xlabel(text("步", "step"))


def sweep(lrs: list[float], scores: dict[str, Tensor]) -> Bilingual:
    """Accuracy against the learning rate.

    Args:
        lrs: learning rates, L of them.
        scores: test accuracies by rule, `"sgd"` and so on, shape `(L, seeds)` each.
    """
    lowest = min(float(seeds.median(1).values.max()) for seeds in scores.values())
    return figure(
        partial(_accuracies, lrs=lrs, scores=scores),
        alt=both(
            zh="三条线从左下的瞎猜处起步，先后升到 {good} 以上。Adagrad 升得最早，之后一直平着；"
            "SGD 到最右边发散，掉到 0；Adadelta 升得最晚。",
            en="Three lines start at guessing in the lower left and rise above {good} one after "
            "another. Adagrad is the first and stays flat; SGD diverges at the far right and drops "
            "to 0; Adadelta is the last to rise.",
        ),
        caption=both(
            zh="往大里错，Adagrad 不掉，SGD 发散，一个也认不出；往小里错，谁都学不会。"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="Too large a rate leaves Adagrad standing and lets SGD diverge, with nothing "
            "right; too small a rate teaches nobody. Line: median of {seeds} seeds; band: "
            "smallest to largest.",
        ),
        numbers={"good": math.floor(100 * lowest) / 100, "seeds": scores["sgd"].shape[1]},
    )


def _accuracies(axes: Axes, text: Text, lrs: list[float], scores: dict[str, Tensor]) -> None:
    threshold(axes, GUESSING, text("瞎猜", "guessing"), lrs[0], shift=(0, -9))
    places = {"sgd": (2, 8, -14), "adagrad": (1, -58, 4), "adadelta": (3, 10, -6)}
    for name, seeds in scores.items():
        look, (at, dx, dy) = LOOKS[name], places[name]
        line = band(axes, lrs, seeds.T, look.token, marker="o", linestyle=look.dash)
        label_end(line, text(**look.name), at=at, dx=dx, dy=dy)
    axes.set_ylim(0, 1.05)
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylabel(text("测试准确率", "test accuracy"))


def rare(
    shares: Tensor, single: dict[str, Tensor], batch: dict[str, Tensor], *, batch_size: int
) -> Bilingual:
    """What is left of the error of every weight, against how often its feature is met.

    Args:
        shares: of the examples in which a feature stands, shape `(D,)`.
        single: squared errors after one example at a time, by method, shape `(seeds, D)` each;
            methods are `"sgd"`, `"shared"`, `"adagrad"` and `"rmsprop"`.
        batch: the same after batches.
        batch_size: examples in one.
    """
    left = {"sgd": (6, -8, -14), "adagrad": (1, -8, -14), "rmsprop": (6, -40, 12)}
    right = {"sgd": (7, -6, -14), "shared": (6, -84, 12)}
    right |= {"adagrad": (7, -20, -14), "rmsprop": (1, -14, 12)}
    return figure(
        partial(_errors, shares=shares, found=single, places=left, batch_size=1),
        partial(_errors, shares=shares, found=batch, places=right, batch_size=batch_size),
        alt=both(
            zh="一句一句地读：四条线挨得近，RMSprop 稍高，都在最少见的特征那里翘起来。"
            "{size} 句一批：SGD 和共用一本账的线从中间起猛升，Adagrad 和 RMSprop 一路平缓。",
            en="One at a time: four lines close together, RMSprop's a little higher, all bending "
            "up at the rarest feature. Batches of {size}: the lines of SGD and of one account for "
            "all shoot up from the middle on, those of Adagrad and RMSprop rise gently all the "
            "way.",
        ),
        caption=both(
            zh="{size} 句一批，SGD 学不会少见的特征，Adagrad 学得会；一句一句地读，差不多。"
            "越往右越少见；线是 {seeds} 个种子的中位数，浅色带从最小到最大，各用最好的学习率。",
            en="In batches of {size}, SGD does not learn the rare features and Adagrad does; one "
            "at a time they are alike. Rarer to the right; line: median of {seeds} seeds, band: "
            "smallest to largest, each at its best learning rate.",
        ),
        numbers={"size": batch_size, "seeds": len(single["sgd"])},
    )


def _errors(
    axes: Axes, text: Text, shares: Tensor, found: dict[str, Tensor], places: dict, batch_size: int
) -> None:
    for name, errors in found.items():
        look = SHARED if name == "shared" else LOOKS[name]
        line = band(axes, shares, errors, look.token, fill=0.1, linestyle=look.dash)
        if name in places:
            at, dx, dy = places[name]
            label_end(line, text(**look.name), at=at, dx=dx, dy=dy)
    if batch_size == 1:
        axes.set_title(text("一句一句地读", "one at a time"))
    else:
        axes.set_title(text("{size} 句一批", "batches of {size}", size=batch_size))
    axes.set_xscale("log", base=2)
    axes.set_xticks([1, 2**-3, 2**-6, 2**-9], ["1", "1/8", "1/64", "1/512"])
    axes.set_xlabel(text("特征的出现率（对数）", "share of examples (log)"))
    log_axis(axes.yaxis, text("权重误差的平方（对数）", "squared error (log)"))
    axes.set_ylim(1e-5, 5)
    axes.invert_xaxis()
    axes.minorticks_off()
