"""Figures of the section on memory of size: rates over time, a sweep, and rare features."""

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end

NAMES = {"adagrad": "Adagrad", "rmsprop": "RMSprop", "adadelta": "Adadelta", "sgd": "SGD"}
DASHES = {"rmsprop": (0, (5, 1.8)), "adadelta": (0, (1.2, 1.4)), "shared": (0, (5, 1.8))}


def rates(grads: Tensor, **found: Tensor) -> Bilingual:
    """Effective learning rates over the steps, above the gradients they come from.

    Args:
        grads: the gradients of one coordinate, shape `(T,)`.
        **found: effective learning rates by rule, `"adagrad"` and so on, shape `(T,)` each.
    """
    steps = torch.arange(1, len(grads) + 1)

    def given(axes: Axes, text: Text) -> None:
        axes.plot(steps, grads, color=color("plain"))
        axes.set_title(text("梯度", "the gradient"))
        axes.set_ylabel(text("大小（对数）", "size (log)"))
        axes.set_ylim(0.03, 30)
        _logs(axes, text)

    def answered(axes: Axes, text: Text) -> None:
        places = {"adagrad": (0.72, -12), "rmsprop": (0.72, -12), "adadelta": (0.72, 11)}
        for name, values in found.items():
            (line,) = axes.plot(steps, values, color=color("adaptive"), linestyle=_dash(name))
            share, shift = places[name]
            label_end(line, NAMES[name], at=int(share * len(steps)), dx=0, dy=shift)
        axes.set_title(text("有效学习率", "the effective learning rate"))
        axes.set_ylabel(text("有效学习率（对数）", "effective rate (log)"))
        _logs(axes, text)

    return figure(
        given,
        answered,
        alt=both(
            zh="梯度：前一小段在高处，然后一步跌到低处，一直平着。有效学习率：Adagrad 起初下降，"
            "之后平着不动；RMSprop 和 Adadelta 起初很低，梯度跌落以后往上爬，RMSprop 爬到 1 停住。",
            en="The gradient: high for a short while, then it drops and stays flat. The effective "
            "rate: Adagrad falls at first and then stays where it is; RMSprop and Adadelta are low "
            "at first and climb after the drop, RMSprop up to 1.",
        ),
        caption=both(
            zh="陡坡过后，RMSprop 和 Adadelta 的有效学习率爬了上来，Adagrad 的留在原地。"
            "左边是梯度，右边是三种方法的回答。",
            en="After the wall the effective learning rates of RMSprop and Adadelta climb; that of "
            "Adagrad stays where it is. Left: the gradient; right: what three rules answer.",
        ),
    )


def sweep(lrs: list[float], scores: dict[str, Tensor]) -> Bilingual:
    """Accuracy against the learning rate.

    Args:
        lrs: learning rates, L of them.
        scores: test accuracies by rule, `"sgd"` and so on, shape `(L, seeds)` each.
    """

    def draw(axes: Axes, text: Text) -> None:
        axes.axhline(0.1, color=color("theory"), linestyle="--", linewidth=1.4)
        axes.annotate(
            text("瞎猜", "guessing"), (lrs[0], 0.1), (0, -9), textcoords="offset points",
            color=color("theory"), va="center",
        )  # fmt: skip
        places = {"sgd": (2, 8, -14), "adagrad": (1, -58, 4), "adadelta": (3, 10, -6)}
        for name, seeds in scores.items():
            token = "plain" if name == "sgd" else "adaptive"
            low, high = seeds.amin(1), seeds.amax(1)
            axes.fill_between(lrs, low, high, color=color(token), alpha=0.15, linewidth=0)
            (line,) = axes.plot(
                lrs, seeds.median(1).values, "o", color=color(token), linestyle=_dash(name)
            )
            at, dx, dy = places[name]
            label_end(line, NAMES[name], at=at, dx=dx, dy=dy)
        axes.set_ylim(0, 1.05)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xlabel(text("学习率（对数）", "learning rate (log)"))
        axes.set_ylabel(text("测试准确率", "test accuracy"))

    return figure(
        draw,
        alt=both(
            zh="三条线从左下的瞎猜处起步，先后升到 0.95 以上。Adagrad 升得最早，之后一直平着；"
            "SGD 到最右边跌回瞎猜；Adadelta 升得最晚。",
            en="Three lines start at guessing in the lower left and rise above 0.95 one after "
            "another. Adagrad is the first and stays flat; SGD falls back to guessing at the far "
            "right; Adadelta is the last to rise.",
        ),
        caption=both(
            zh="往大里错，Adagrad 不掉，SGD 掉到瞎猜；往小里错，谁都学不会。"
            "线是 5 个种子的中位数，浅色带从最小到最大。",
            en="Too large a rate leaves Adagrad standing and throws SGD back to guessing; "
            "too small a rate teaches nobody. Line: median of 5 seeds; band: smallest to largest.",
        ),
    )


def rare(shares: Tensor, single: dict[str, Tensor], batch: dict[str, Tensor]) -> Bilingual:
    """What is left of the error of every weight, against how often its feature is met.

    Args:
        shares: of the examples in which a feature stands, shape `(D,)`.
        single: squared errors after one example at a time, by method, shape `(seeds, D)` each;
            methods are `"sgd"`, `"shared"`, `"adagrad"` and `"rmsprop"`.
        batch: the same after batches.
    """

    def panel(found: dict[str, Tensor], titles: tuple[str, str], places: dict):
        def draw(axes: Axes, text: Text) -> None:
            for name, errors in found.items():
                token = "adaptive" if name in ("adagrad", "rmsprop") else "plain"
                low, high = errors.amin(0), errors.amax(0)
                axes.fill_between(shares, low, high, color=color(token), alpha=0.1, linewidth=0)
                middle = errors.median(0).values
                (line,) = axes.plot(shares, middle, color=color(token), linestyle=_dash(name))
                words = text("共用一本账", "one account") if name == "shared" else NAMES[name]
                if name in places:
                    at, dx, dy = places[name]
                    label_end(line, words, at=at, dx=dx, dy=dy)
            axes.set_title(text(*titles))
            axes.set_xscale("log", base=2)
            axes.set_xticks([1, 2**-3, 2**-6, 2**-9], ["1", "1/8", "1/64", "1/512"])
            axes.set_yscale("log")
            axes.set_ylim(1e-5, 5)
            axes.invert_xaxis()
            axes.minorticks_off()
            axes.set_xlabel(text("特征的出现率（对数）", "share of examples (log)"))
            axes.set_ylabel(text("权重误差的平方（对数）", "squared error (log)"))

        return draw

    left = {"sgd": (6, -8, -14), "adagrad": (1, -8, -14), "rmsprop": (6, -40, 12)}
    right = {
        "sgd": (7, -6, -14),
        "shared": (6, -84, 12),
        "adagrad": (7, -20, -14),
        "rmsprop": (1, -14, 12),
    }
    return figure(
        panel(single, ("一句一句地读", "one at a time"), left),
        panel(batch, ("64 句一批", "batches of 64"), right),
        alt=both(
            zh="一句一句地读：四条线挨得近，RMSprop 稍高，都在最少见的特征那里翘起来。"
            "64 句一批：SGD 和共用一本账的线从中间起猛升，Adagrad 和 RMSprop 一路平缓。",
            en="One at a time: four lines close together, RMSprop's a little higher, all bending "
            "up at the rarest feature. Batches of 64: the lines of SGD and of one account for all "
            "shoot up from the middle on, those of Adagrad and RMSprop rise gently all the way.",
        ),
        caption=both(
            zh="64 句一批，SGD 学不会少见的特征，Adagrad 学得会；一句一句地读，差不多。"
            "越往右越少见；线是 5 个种子的中位数，浅色带从最小到最大，各用最好的学习率。",
            en="In batches of 64, SGD does not learn the rare features and Adagrad does; one at a "
            "time they are alike. Rarer to the right; line: median of 5 seeds, band: smallest to "
            "largest, each at its best learning rate.",
        ),
    )


def _dash(name: str):
    return DASHES.get(name, "-")


def _logs(axes: Axes, text: Text) -> None:
    axes.set_yscale("log")
    axes.minorticks_off()
    axes.set_xlabel(text("步", "step"))
