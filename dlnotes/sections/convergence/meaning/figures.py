"""The figure of the section: a net gets no better before the referee of the gradient calls."""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, THEORY
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.sections.convergence.meaning.experiments import Watched

SMALL = 0.01  # the length at which the referee of the gradient calls


def parting(runs: Watched, marks: Sequence[int]) -> Bilingual:
    """Training and validation loss, and the length of the gradient, against the step.

    Args:
        runs: over several seeds, each field of shape `(seeds, E)`.
        marks: the steps at which they were looked at, the first of them 0.
    """
    steps = torch.tensor(marks[1:])
    seen = Watched(*(part[:, 1:] for part in runs))
    middle = Watched(*(part.median(0).values for part in seen))
    at = int(middle.validation.argmin())
    same = {"seen": seen, "steps": steps, "best": int(steps[at])}
    return figure(
        partial(_losses, **same),
        partial(_gradient, **same),
        alt=both(
            zh="两张图。左边，训练损失一路往下；验证损失在第 {best} 步前后最低，是 {low:.2f}，"
            "此后一路升到 {high:.2f}。右边，梯度长度到第 {last} 步从 {first:.2f} 降到 {end:.5f}。",
            en="Two panels. On the left the training loss falls all the way; the validation loss "
            "is lowest near step {best}, at {low:.2f}, and climbs from there to {high:.2f}. On "
            "the right the length of the gradient falls from {first:.2f} to {end:.5f} at step "
            "{last}.",
        ),
        caption=both(
            zh="左边竖虚线处，验证损失见底；同一步，右边的梯度还长 {length:.2f}，横虚线是容差 "
            "{small:.2f}。轴都取对数，线是 {seeds} 次训练的中位数，浅色带从最小到最大。",
            en="Left: at the upright line the validation loss is at its lowest. Right: at that "
            "step the gradient is still {length:.2f} long; the level line is the tolerance, "
            "{small:.2f}. All axes log; line: median of {seeds} runs, band: smallest to largest.",
        ),
        numbers={
            "first": middle.gradient[0].item(), "end": middle.gradient[-1].item(),
            "length": middle.gradient[at].item(), "small": SMALL,
            "last": int(steps[-1]), "best": int(steps[at]), "seeds": len(seen.train),
            "low": middle.validation[at].item(), "high": middle.validation[-1].item(),
        },
        height=0.6,
    )  # fmt: skip


def _losses(axes: Axes, text: Text, seen: Watched, steps: Tensor, best: int) -> None:
    axes.axvline(best, **THEORY)
    words = text("验证损失最低", "validation lowest")
    note(axes, words, (best, 1), "theory", (6, -8), xycoords=("data", "axes fraction"))
    valid = band(axes, steps, seen.validation, "plain", fill=0.12)
    label_end(valid, text("验证", "validation"), dy=4)
    training = band(axes, steps, seen.train, "plain", fill=0.12, linestyle=BROKEN)
    label_end(training, text("训练", "training"), dy=8)
    log_axis(axes.xaxis, text("步数（对数）", "step (log)"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))


def _gradient(axes: Axes, text: Text, seen: Watched, steps: Tensor, best: int) -> None:
    axes.axvline(best, **THEORY)
    words = text("容差", "tolerance")
    threshold(axes, SMALL, words, 0, shift=(4, 8), xycoords=("axes fraction", "data"))
    band(axes, steps, seen.gradient, "plain", fill=0.12)
    log_axis(axes.xaxis, text("步数（对数）", "step (log)"))
    log_axis(axes.yaxis, text("梯度长度（对数）", "length of gradient (log)"))
