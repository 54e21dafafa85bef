"""The figures of the section: weights over the strength, and errors over how many are useful.

Book: regularization/l1_l2
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, log_axis, note

NAMES = {"l1": both(zh="L1", en="L1"), "l2": both(zh="L2", en="L2")}
LOOKS = {"lasso": {}, "elastic_net": {"linestyle": BROKEN}, "ridge": {"linestyle": DOTTED}}


def paths(strengths: Tensor, lasso: Tensor, ridge: Tensor, useful: int) -> Bilingual:
    """Every weight over the strength of the penalty, under L1 and under L2.

    Args:
        strengths: rising, `(A,)`.
        lasso: weights under L1, `(A, D)`.
        ridge: weights under L2, `(A, D)`.
        useful: how many of the weights, from the first on, should not be 0.
    """
    gone = next(s for s, w in zip(strengths, lasso, strict=True) if (w[useful:] == 0).all())
    return figure(
        partial(_paths, strengths=strengths, weights=lasso, useful=useful, name="L1"),
        partial(_paths, strengths=strengths, weights=ridge, useful=useful, name="L2"),
        alt=both(
            zh="左右两幅，横轴是惩罚的系数。左：没用的权重是一束细线，到 {gone:.2f} 全部落到 0，"
            "不再起来；有用的 {useful} 条粗线也往 0 走，一条接一条落上去。右：粗线慢慢弯向 0，"
            "到最右边还剩 {left:.2f} 那么大；细线始终围着它，一条也不落在上面。",
            en="Two panels over the strength of the penalty. Left: the useless weights, a bundle "
            "of thin lines, all land on 0 by {gone:.2f} and stay; the {useful} useful ones, thick, "
            "head for 0 too and land one after another. Right: the thick lines bend slowly "
            "toward 0, the largest still {left:.2f} at the right end; the thin ones stay around it "
            "and none lies on it.",
        ),
        caption=both(
            zh="左 {l1}，右 {l2}，同一份数据。{l1} 让权重落到零上；{l2} 只让它靠近。"
            "粗线是有用的 {useful} 个，细线是没用的 {useless} 个；横轴取对数。",
            en="{l1} left, {l2} right, on the same data. {l1} lands weights on zero; {l2} only "
            "brings them near. Thick: the {useful} useful ones; thin: the {useless} useless ones; "
            "horizontal axis log.",
        ),
        numbers={
            "gone": gone.item(), **NAMES, "useful": useful, "useless": lasso.shape[1] - useful,
            "left": ridge[-1].abs().max().item(),
        },
        height=0.75,
    )  # fmt: skip


def _paths(
    axes: Axes, text: Text, strengths: Tensor, weights: Tensor, useful: int, name: str
) -> None:
    axes.axhline(0, color=color("rule"), linewidth=0.8)
    axes.plot(strengths, weights[:, useful:], color=color("muted"), linewidth=0.5, alpha=0.7)
    axes.plot(strengths, weights[:, :useful], color=color("plain"), linewidth=1.8)
    note(axes, name, (0.97, 0.95), "plain", xycoords="axes fraction", ha="right")
    log_axis(axes.xaxis, text("惩罚的系数 α（对数）", "strength of the penalty α (log)"))
    axes.set_ylabel(text("权重", "weight"))
    axes.set(xlim=(strengths[0].item(), strengths[-1].item()), ylim=(-3.3, 3.3))


def sparse_and_dense(
    counts: Sequence[int], errors: Mapping[str, Tensor], features: int
) -> Bilingual:
    """Errors of the tuned methods over how many features are useful.

    Args:
        counts: rising, K of them.
        errors: `lasso`, `elastic_net` and `ridge`, each `(S, K)`.
        features: how many there are.
    """
    middle = {name: runs.median(0).values for name, runs in errors.items()}
    ahead = middle["lasso"] < middle["ridge"]
    last = max(count for count, first in zip(counts, ahead, strict=True) if first)
    return figure(
        partial(_sparse_and_dense, counts=counts, errors=errors),
        alt=both(
            zh="横轴是有用的特征个数。{l2} 的线几乎是平的。{l1} 的线从左下角的 {low:.2f} "
            "一路升到 {high:.2f}，在 {last} 个之后越过前一条。各一半的大多夹在两条之间。",
            en="The number of useful features runs to the right. The line of {l2} is almost level. "
            "That of {l1} climbs from {low:.2f} at the lower left to {high:.2f} and crosses it "
            "after {last}. Half and half mostly runs between.",
        ),
        caption=both(
            zh="信号一样强，摊在几个特征上？有用的少，{l1} 赢；几乎都有用，就输。"
            "{features} 个特征，各自在验证集上挑系数；"
            "线是 {seeds} 个种子的中位数，带从最小到最大。",
            en="The same signal, spread over how many features? With few useful ones {l1} wins; "
            "when nearly all are useful it loses. {features} features, each strength chosen on "
            "validation; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={
            **NAMES, "low": middle["lasso"][0].item(), "high": middle["lasso"][-1].item(),
            "last": last, "features": features, "seeds": len(errors["lasso"]),
        },
    )  # fmt: skip


def _sparse_and_dense(
    axes: Axes, text: Text, counts: Sequence[int], errors: Mapping[str, Tensor]
) -> None:
    names = {"lasso": "L1", "elastic_net": text("各一半", "half and half"), "ridge": "L2"}
    for name, look in LOOKS.items():
        fill = 0.0 if name == "elastic_net" else 0.1
        band(axes, counts, errors[name], "plain", fill=fill, linewidth=1.6, **look)
    heights = {name: errors[name].median(0).values for name in LOOKS}
    note(
        axes,
        names["lasso"],
        (counts[-1], heights["lasso"][-1]),
        "plain",
        shift=(-4, 10),
        ha="right",
    )
    note(axes, names["ridge"], (counts[0], heights["ridge"][0]), "plain", shift=(4, 10))
    place = len(counts) // 2
    note(
        axes,
        names["elastic_net"],
        (counts[place], heights["elastic_net"][place]),
        "plain",
        shift=(-6, 12),
        ha="right",
    )
    axes.set_xlabel(text("有用的特征个数", "number of useful features"))
    axes.set_ylabel(text("离真权重的距离平方", "squared distance from the truth"))
    axes.set(xlim=(0, counts[-1] + 1), ylim=(0, None))
