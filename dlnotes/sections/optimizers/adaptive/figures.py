"""Figures of the section on memory of size: rates over time, a net, and rare features."""

import math
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, threshold
from dlnotes.figures.rules import LOOKS, Look

GUESSING = 0.1  # ten classes
WINDOW = 10  # steps over which losses are averaged
CONTROLS = {
    "shared": Look(both(zh="共用一本账", en="one account"), "plain", BROKEN),
    "undiluted": Look(both(zh="SGD，不冲淡", en="SGD undiluted"), "plain", DOTTED),
}
READINGS = {
    "one": both(zh="一句一句", en="one at a time"),
    "batch": both(zh="成批", en="in batches"),
    "one_common": both(zh="一句一句，添常见的", en="one at a time, common ones added"),
    "batch_common": both(zh="成批，添常见的", en="in batches, common ones added"),
}
PLACES = {  # where a line is named: at which feature, shifted by how many points
    "one": {"sgd": (1, 4, -14), "adagrad": (4, -8, -16), "rmsprop": (3, -40, 14)},
    "batch": {
        "sgd": (6, -50, 2),
        "shared": (6, -84, 12),
        "adagrad": (7, -20, -14),
        "rmsprop": (1, -14, 12),
        "undiluted": (0, 4, -12),
    },
    "one_common": {"sgd": (8, -30, 12), "adagrad": (5, -8, -16), "rmsprop": (2, -40, 12)},
    "batch_common": {"sgd": (5, -40, 10), "adagrad": (6, -14, -16), "rmsprop": (1, -14, 12)},
}


def rates(grads: Tensor, **found: Tensor) -> Bilingual:
    """Effective learning rates over the steps, beside the gradients they come from.

    Args:
        grads: the gradients of one coordinate, shape `(T,)`.
        **found: effective learning rates by rule, `"adagrad"` and `"rmsprop"`, shape `(T,)` each.
    """
    return figure(
        partial(_given, grads=grads),
        partial(_answered, found=found),
        alt=both(
            zh="梯度：前一小段在高处，然后一步跌到低处，一直平着。有效学习率：Adagrad 起初下降，"
            "之后平在 {stuck:.2g}；RMSprop 起初很低，梯度跌落以后爬到 {rest:.2g}。",
            en="The gradient: high for a short while, then it drops and stays flat. The effective "
            "rate: Adagrad falls at first and then stays at {stuck:.2g}; RMSprop is low at first "
            "and climbs to {rest:.2g} after the drop.",
        ),
        caption=both(
            zh="陡坡过后，RMSprop 的有效学习率爬到 {rest:.2g}，Adagrad 的留在 {stuck:.2g}。"
            "一张图是梯度，另一张是两种方法的回答。",
            en="After the wall the effective learning rate of RMSprop climbs to {rest:.2g}; that "
            "of Adagrad stays at {stuck:.2g}. One panel has the gradient, the other the answers.",
        ),
        numbers={"rest": found["rmsprop"][-1], "stuck": found["adagrad"][-1]},
    )


def _given(axes: Axes, text: Text, grads: Tensor) -> None:
    axes.plot(torch.arange(1, len(grads) + 1), grads, color=color("plain"))
    axes.set_title(text("梯度", "the gradient"))
    axes.set_ylim(0.03, 30)
    log_axis(axes.yaxis, text("大小（对数）", "size (log)"))
    axes.set_xlabel(text("步", "step"))


def _answered(axes: Axes, text: Text, found: dict[str, Tensor]) -> None:
    shifts = {"adagrad": 12, "rmsprop": -12}
    for name, values in found.items():
        look, steps = LOOKS[name], torch.arange(1, len(values) + 1)
        (line,) = axes.plot(steps, values, color=color(look.token), linestyle=look.dash)
        label_end(line, text(**look.name), at=int(0.72 * len(values)), dx=0, dy=shifts[name])
    axes.set_title(text("有效学习率", "the effective learning rate"))
    log_axis(axes.yaxis, text("有效学习率（对数）", "effective rate (log)"))
    axes.set_xlabel(text("步", "step"))


def network(losses: dict[str, Tensor], lrs: list[float], scores: dict[str, Tensor]) -> Bilingual:
    """A net in training, each rule at its best learning rate, and its accuracy at the others.

    Args:
        losses: of the batches by rule, shape `(seeds, T)`.
        lrs: learning rates, L of them.
        scores: test accuracies of the same rules, shape `(L, seeds)` each.
    """
    lowest = min(float(seeds.median(1).values.max()) for seeds in scores.values())
    plain = scores["sgd"].median(1).values.tolist()
    best = plain.index(max(plain))
    return figure(
        partial(_losses, losses=losses),
        partial(_accuracies, lrs=lrs, scores=scores),
        alt=both(
            zh="训练损失：四条线都下降，到最后 SGD 和 Adagrad 差不多，RMSprop 低些，"
            "Adadelta 最低。准确率：四条线从左下的瞎猜处起步，先后升到 {good} 以上，"
            "Adadelta 最晚；SGD 到 {over:g} 掉到 0，另外三条一直平着。",
            en="Training loss: four lines fall; at the end SGD and Adagrad are about level, "
            "RMSprop is lower, Adadelta lowest. Accuracy: four lines start at guessing in the "
            "lower left and rise above {good} one after another, Adadelta last; SGD drops to 0 "
            "at {over:g}, the other three stay flat.",
        ),
        caption=both(
            zh="各用准确率最好的学习率，损失都降；学习率太大，只有 SGD 发散，太小，谁都学不会。"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大；损失每 {window} 步取平均。",
            en="Each at its most accurate rate, all losses fall; too large a rate makes only SGD "
            "diverge, too small a rate teaches nobody. Line: median of {seeds} seeds; band: "
            "smallest to largest; losses averaged over {window} steps.",
        ),
        numbers={
            "good": math.floor(100 * lowest) / 100,
            "over": lrs[plain.index(min(plain[best:]), best)],
            "seeds": scores["sgd"].shape[1],
            "window": WINDOW,
        },
    )


def _losses(axes: Axes, text: Text, losses: dict[str, Tensor]) -> None:
    places = {"sgd": (5, 6, 10), "adagrad": (3, -52, -24), "rmsprop": (8, -58, -20)}
    places["adadelta"] = (-6, -58, -22)
    for name, seeds in losses.items():
        look, (at, dx, dy) = LOOKS[name], places[name]
        means = seeds.unfold(1, WINDOW, WINDOW).mean(-1)
        steps = WINDOW * torch.arange(1, means.shape[1] + 1)
        line = band(axes, steps, means, look.token, fill=0.1, linestyle=look.dash)
        label_end(line, text(**look.name), at=at, dx=dx, dy=dy)
    axes.set_xlabel(text("步", "step"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))


def _accuracies(axes: Axes, text: Text, lrs: list[float], scores: dict[str, Tensor]) -> None:
    threshold(axes, GUESSING, text("瞎猜", "guessing"), lrs[0], shift=(0, -9))
    places = {"sgd": (2, 6, -20), "adagrad": (1, 6, -8), "rmsprop": (1, -34, 12)}
    places["adadelta"] = (3, 10, -6)
    for name, seeds in scores.items():
        look, (at, dx, dy) = LOOKS[name], places[name]
        line = band(axes, lrs, seeds.T, look.token, marker="o", linestyle=look.dash)
        label_end(line, text(**look.name), at=at, dx=dx, dy=dy)
    axes.set_ylim(0, 1.05)
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylabel(text("测试准确率", "test accuracy"))


def rare(shares: Tensor, found: dict[str, dict[str, Tensor]]) -> Bilingual:
    """What is left of the error of every weight, against how often its feature is met.

    Args:
        shares: of the examples in which a feature stands, shape `(D,)`.
        found: squared errors by reading, the keys of `READINGS`, and method, `"sgd"`,
            `"undiluted"`, `"shared"`, `"adagrad"` or `"rmsprop"`, shape `(seeds, D)` each.
    """
    return figure(
        *(partial(_errors, shares=shares, found=found[name], name=name) for name in PLACES),
        alt=both(
            zh="一句一句：SGD 和 Adagrad 的线挨得近，RMSprop 高一些。成批：SGD 和共用一本账的线"
            "从中间起猛升，Adagrad、RMSprop 和不冲淡的 SGD 一路平缓。添上常见的特征：两种读法里，"
            "SGD 的线在最少见的几个特征那里都高出 Adagrad 一大截。",
            en="One at a time: SGD and Adagrad close together, RMSprop higher. In batches: SGD and "
            "one account for all shoot up from the middle on; Adagrad, RMSprop and undiluted SGD "
            "rise gently. With common features added, SGD is far above Adagrad at the rarest few, "
            "however they are read.",
        ),
        caption=both(
            zh="成批地读，或者添上常见的特征，SGD 才学不会少见的。越往右越少见；"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大，各用最好的学习率。",
            en="Only in batches, or beside common features, does SGD fail at rare ones. Rarer to "
            "the right; line: median of {seeds} seeds, band: smallest to largest, each at its best "
            "learning rate.",
        ),
        numbers={"seeds": len(found["one"]["sgd"])},
    )


def _errors(axes: Axes, text: Text, shares: Tensor, found: dict[str, Tensor], name: str) -> None:
    for method, errors in found.items():
        look = CONTROLS.get(method) or LOOKS[method]
        line = band(axes, shares, errors, look.token, fill=0.1, linestyle=look.dash)
        if method in PLACES[name]:
            at, dx, dy = PLACES[name][method]
            label_end(line, text(**look.name), at=at, dx=dx, dy=dy)
    axes.set_title(text(**READINGS[name]))
    axes.set_xscale("log", base=2)
    axes.set_xticks([1, 2**-3, 2**-6, 2**-9], ["1", "1/8", "1/64", "1/512"])
    axes.set_xlabel(text("特征的出现率（对数）", "share of examples (log)"))
    log_axis(axes.yaxis, text("权重误差的平方（对数）", "squared error (log)"))
    axes.set_ylim(1e-5, 5)
    axes.invert_xaxis()
    axes.minorticks_off()
