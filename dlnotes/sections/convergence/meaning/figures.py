"""The figure of the section: a gradient goes on shrinking when the net gets no better."""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.convergence.meaning.experiments import Watched


def parting(runs: Watched, marks: Sequence[int]) -> Bilingual:
    """Training loss, validation loss and length of the gradient against the step.

    Args:
        runs: over several seeds, each field of shape `(seeds, E)`.
        marks: the steps at which they were looked at, the first of them 0.
    """
    steps = torch.tensor(marks[1:])
    seen = Watched(*(part[:, 1:] for part in runs))
    middle = Watched(*(part.median(0).values for part in seen))
    best = int(middle.validation.argmin())
    return figure(
        partial(_curves, seen=seen, steps=steps, best=int(steps[best])),
        alt=both(
            zh="三条线。训练损失和梯度长度一路往下，到第 {last} 步，梯度从 {first:.2f} 到了 "
            "{end:.5f}；验证损失在第 {best} 步前后最低，是 {low:.2f}，此后一路升到 {high:.2f}。",
            en="Three lines. Training loss and length of the gradient fall all the way, the "
            "gradient from {first:.2f} to {end:.5f} at step {last}; the validation loss is lowest "
            "near step {best}, at {low:.2f}, and climbs from there to {high:.2f}.",
        ),
        caption=both(
            zh="验证损失见底的时候，梯度还是第 {last} 步的 {times:.0f} 倍。两轴取对数，"
            "线是 {seeds} 次训练的中位数，浅色带从最小到最大。",
            en="When the validation loss is at its lowest, the gradient is still {times:.0f} times "
            "as long as at step {last}. Both axes log; line: median of {seeds} runs, band: "
            "smallest to largest.",
        ),
        numbers={
            "first": middle.gradient[0].item(), "end": middle.gradient[-1].item(),
            "times": (middle.gradient[best] / middle.gradient[-1]).item(),
            "last": int(steps[-1]), "best": int(steps[best]), "seeds": len(seen.train),
            "low": middle.validation[best].item(), "high": middle.validation[-1].item(),
        },
    )  # fmt: skip


def _curves(axes: Axes, text: Text, seen: Watched, steps: Tensor, best: int) -> None:
    axes.axvline(best, **THEORY)
    words = text("验证损失最低", "validation lowest")
    note(axes, words, (best, 1), "theory", (6, -8), xycoords=("data", "axes fraction"))
    for values, dash, name, place in (
        (seen.validation, "-", text("验证损失", "validation loss"), {"dy": 4}),
        (seen.train, BROKEN, text("训练损失", "training loss"), {"dy": 8}),
        (seen.gradient, DOTTED, text("梯度长度", "gradient"), {"dy": -26, "dx": -34, "at": 1}),
    ):
        label_end(band(axes, steps, values, "plain", fill=0.12, linestyle=dash), name, **place)
    log_axis(axes.xaxis, text("步数（对数）", "step (log)"))
    log_axis(axes.yaxis, text("损失、梯度长度（对数）", "loss, length of gradient (log)"))
