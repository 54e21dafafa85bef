"""The figures of the section: the bench over the strength, and how far normalized weights turn.

Book: regularization/weight_decay
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, log_axis, note

NAMES = {"penalty": ("Adam 加惩罚", "Adam with the penalty"), "decay": ("AdamW", "AdamW")}
# kind -> dash, the point at which its name stands, the shift from there, and its name
TURNS = {
    "more": ("-", 1, (2, -12), ("η = 0.4，α = 0.04", "η = 0.4, α = 0.04")),
    "base": ("-", 2, (9, -8), ("η = 0.1，α = 0.04", "η = 0.1, α = 0.04")),
    "swapped": (BROKEN, 9, (-14, 12), ("η = 0.4，α = 0.01", "η = 0.4, α = 0.01")),
    "none": (DOTTED, 8, (0, 11), ("不衰减", "no decay")),
}


def bench(
    none: Tensor,
    found: Mapping[str, tuple[Tensor, Tensor]],
    strengths: Mapping[str, Sequence[float]],
) -> Bilingual:
    """Accuracies over the strength, in two panels.

    Args:
        none: test accuracy without any, `(seeds,)`.
        found: `"penalty"` and `"decay"` -> accuracy in training and test with all parameters
            under it, `(strengths, seeds)` each.
        strengths: the same names -> rising, greater than 0.
    """
    tops = {name: int(test.mean(1).argmax()) for name, (_, test) in found.items()}
    best = {name: found[name][1].mean(1)[at].item() for name, at in tops.items()}
    return figure(
        *(
            partial(_bench, none=none, found=found[name], strengths=strengths[name], name=name)
            for name in NAMES
        ),
        alt=both(
            zh="两幅图形状一样：训练准确率（虚线）随强度一路往下，测试（实线）先升后跌，顶在中间。"
            "右图横轴上的数大得多。",
            en="Two panels of one shape: training accuracy, dashed, falls with the strength; test "
            "accuracy, solid, rises and drops, its top in the middle. The numbers on the right "
            "panel’s axis are far larger.",
        ),
        caption=both(
            zh="准确率随强度变化，点线是都不衰减的测试准确率 {none:.3f}。左：惩罚写进损失，最高在 "
            "{penalty_at:g}，{penalty:.3f}；右：AdamW 的衰减，最高在 {decay_at:g}，{decay:.3f}。"
            "线是 {seeds} 个种子的中位数，带从最小到最大；横轴取对数。",
            en="Accuracy over the strength; dotted, the test accuracy without any, {none:.3f}. "
            "Left, the penalty in the loss, best at {penalty_at:g} with {penalty:.3f}; right, the "
            "decay of AdamW, best at {decay_at:g} with {decay:.3f}. Line: median of {seeds} seeds, "
            "band: smallest to largest; horizontal axis log.",
        ),
        numbers={
            "seeds": len(none), "none": none.mean().item(), **best,
            **{f"{name}_at": strengths[name][at] for name, at in tops.items()},
        },
        height=0.72,
    )  # fmt: skip


def _bench(
    axes: Axes, text: Text, none: Tensor, found: tuple, strengths: Sequence[float], name: str
) -> None:
    train, test = found
    axes.axhline(none.mean().item(), color=color("plain"), linestyle=DOTTED, linewidth=1)
    dashed = band(axes, strengths, train.T, "adam", fill=0.1, linestyle=BROKEN)
    solid = band(axes, strengths, test.T, "adam", linewidth=2)
    label_end(dashed, text("训练", "training"), at=2, dx=8, dy=8)
    label_end(solid, text("测试", "test"), at=1, dx=0, dy=-24)
    note(axes, text(*NAMES[name]), (0.03, 0.06), xycoords="axes fraction")
    log_axis(axes.xaxis, text("系数 α（对数）", "coefficient α (log)"))
    axes.set(ylim=(0.35, 1.03), yticks=[0.4, 0.6, 0.8, 1], ylabel=text("准确率", "accuracy"))


def turning(found: Mapping[str, Tensor], theory: Mapping[str, float]) -> Bilingual:
    """The angle of a step over the steps.

    Args:
        found: kind -> angle over every hundred steps, radians, `(seeds, T / 100)`.
        theory: kind -> √(2ηα) where there is decay.
    """
    last = {name: angle[:, -1].mean().item() for name, angle in found.items()}
    return figure(
        partial(_turning, found=found, theory=theory),
        alt=both(
            zh="四条线：两条从不同的高度出发，走到同一条虚线上；一条走到高一倍的虚线上；不衰减的"
            "那条一路往下。",
            en="Four lines: two start at different heights and come to the same dashed line; one "
            "comes to a dashed line twice as high; the one without decay falls all the way.",
        ),
        caption=both(
            zh="隐藏层的一个单元，一步转过的角：停在算出来的角上，虚线，"
            "{low:.3f} 和 {high:.3f}；"
            "不衰减，越转越少，最后 {none:.4f}。线是 {seeds} 个种子的中位数，每百步一点；"
            "纵轴取对数。",
            en="The angle by which a hidden unit turns in a step settles at the one computed, "
            "dashed: {low:.3f} and {high:.3f}; without decay it turns less and less, {none:.4f} "
            "in the end. Line: median of {seeds} seeds, a point every hundred steps; vertical "
            "axis log.",
        ),
        numbers={
            "low": theory["base"], "high": theory["more"], "none": last["none"],
            "seeds": len(found["base"]),
        },
    )  # fmt: skip


def _turning(
    axes: Axes, text: Text, found: Mapping[str, Tensor], theory: Mapping[str, float]
) -> None:
    for value in theory.values():
        axes.axhline(value, color=color("theory"), linestyle=BROKEN, linewidth=1.2)
    for name, (dash, at, (dx, dy), words) in TURNS.items():
        steps = [100 * (i + 1) for i in range(found[name].shape[1])]
        drawn = band(axes, steps, found[name], "plain", fill=0.12, linestyle=dash)
        label_end(drawn, text(*words), at=at, dx=dx, dy=dy)
    log_axis(axes.yaxis, text("一步转过的角，弧度（对数）", "angle of a step, radians (log)"))
    axes.set(xlabel=text("步", "step"))
