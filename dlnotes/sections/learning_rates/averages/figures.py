"""Figures of the section: a walk and its mean, and nets that may be stopped at any step."""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis

LOOKS = {
    "raw": ("plain", "-"), "ema": ("momentum", "-"), "free": ("adam", BROKEN),
    "cosine": ("plain", DOTTED),
}  # fmt: skip
WORDS = {
    "raw": ("不变", "constant"), "ema": ("EMA", "EMA"),
    "free": ("免调度", "schedule-free"), "cosine": ("余弦", "cosine"),
}  # fmt: skip


def swaying(walk: Sequence[float], means: Sequence[float], variance: float) -> Bilingual:
    """One noisy walk along x² / 2 with the mean of all its points.

    Args:
        walk: the points, T of them.
        means: the mean of those so far, likewise.
        variance: at which the walk goes on swaying.
    """
    return figure(
        partial(_swaying, walk=walk, means=means, variance=variance),
        alt=both(
            zh="细线是一步步的位置，在 0 上下跳，最远到 {far:.1f}；"
            "粗线是到此为止的平均，越走越贴着 0，最后在 {end:.3f}。",
            en="A thin line, the point of every step, jumps around 0, as far as {far:.1f}; "
            "a thick one, the mean so far, keeps closer and closer to 0 and ends at {end:.3f}.",
        ),
        caption=both(
            zh="细线：一次带噪声的下降；粗线：走过的各点的平均；"
            "虚线：细线的一个标准差，{spread:.3f}。",
            en="Thin: one noisy descent; thick: the mean of all points so far; dashed: one "
            "standard deviation of the walk, {spread:.3f}.",
        ),
        numbers={
            "far": max(map(abs, walk)), "end": means[-1], "spread": variance**0.5,
        },
    )  # fmt: skip


def _swaying(axes: Axes, text: Text, walk: Sequence, means: Sequence, variance: float) -> None:
    steps = range(1, len(walk) + 1)
    for side in (-1, 1):
        axes.axhline(side * variance**0.5, **THEORY)
    axes.plot(steps, walk, color=color("plain"), linewidth=0.7, alpha=0.7)
    line = axes.plot(steps, means, color=color("momentum"), linewidth=2.4)[0]
    label_end(line, text("平均", "mean"))
    axes.set_xlabel(text("步数", "step"))
    axes.set_ylabel(text("位置", "position"))


def stops(
    curves: Mapping[str, Tensor], looks: Sequence[int], own: Tensor, at: Sequence[int]
) -> Bilingual:
    """Test loss above the teacher's own along runs, and where cosines made for each stop end.

    Args:
        curves: `raw`, `ema`, `free` and `cosine` -> shape `(looks, seeds)`.
        looks: the steps.
        own: a cosine's loss at the stop it was made for, shape `(stops, seeds)`.
        at: the stops.
    """
    ends = {name: values[-1].median().item() for name, values in curves.items()}
    return figure(
        partial(_stops, curves=curves, looks=looks, own=own, at=at),
        alt=both(
            zh="四条往下走的线。免调度的从头到尾最低，最后 {free:.4f}；"
            "余弦一路在上面，到末尾才落到 {cosine:.4f}；"
            "EMA 到 {ema:.4f}，不变的到 {raw:.4f}。"
            "方块是为各个时刻安排的余弦，都在免调度之上。",
            en="Four falling lines. Schedule-free is lowest throughout and ends at {free:.4f}; the "
            "cosine stays high and falls to {cosine:.4f} only at its end; the EMA ends at "
            "{ema:.4f}, the constant rate at {raw:.4f}. Squares, cosines made for each stop, lie "
            "above schedule-free.",
        ),
        caption=both(
            zh="学老师网络，{steps} 步：测试损失比老师自己的多出多少，"
            "{seeds} 个种子的中位数，纵横都取对数。"
            "方块：为那一步安排、单独调过的余弦。",
            en="Learning a teacher net in {steps} steps: test loss above the teacher's own, median "
            "of {seeds} seeds, both axes log. Squares: a cosine made and tuned for that very stop.",
        ),
        numbers={**ends, "steps": looks[-1], "seeds": own.shape[1]},
    )


def _stops(
    axes: Axes, text: Text, curves: Mapping[str, Tensor], looks: Sequence[int], own: Tensor,
    at: Sequence[int],
) -> None:  # fmt: skip
    places = {"raw": (-1, 5, 2), "ema": (-1, 5, 2), "free": (12, -78, -12), "cosine": (-1, 5, -2)}
    for name, values in curves.items():
        family, dash = LOOKS[name]
        line = band(axes, torch.tensor(looks), values.T, family, fill=0.07, linestyle=dash)
        at_look, dx, dy = places[name]
        label_end(line, text(*WORDS[name]), at=at_look, dx=dx, dy=dy)
    axes.plot(at, own.median(1).values, "s", color=color("plain"), markersize=6)
    log_axis(axes.xaxis, text("步数（对数）", "step (log)"))
    log_axis(axes.yaxis, text("多出的测试损失（对数）", "test loss above (log)"))
    axes.set_xticks([50, 200, 1000, 4000])
