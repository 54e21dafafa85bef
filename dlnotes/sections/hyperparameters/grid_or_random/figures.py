"""The figure of the section: what two knobs do to a net, each with the other held.

Book: hyperparameters/grid_or_random
"""

from collections.abc import Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN
from dlnotes.figures.marks import band, label_end, log_axis


def surface(found: Tensor, rates: Sequence[float], decays: Sequence[float]) -> Bilingual:
    """Accuracy over the rate, and over the penalty, each at two values of the other.

    Args:
        found: accuracies, `(seeds, rates, decays)`.
        rates: powers of ten, growing.
        decays: powers of ten, growing.
    """
    mean = found.mean(0)
    row, column = divmod(int(mean.argmax()), len(decays))
    slow = max(row - 6, 0)
    free = mean[:, 0]
    return figure(
        partial(_rates, found=found, rates=rates, column=column),
        partial(_decays, found=found, decays=decays, row=row, slow=slow),
        alt=both(
            zh="左图两条线，随学习率从底往上爬，过了顶就垮；顶上的实线比虚线高。右图两条线，左边一大段"
            "是平的，往右先升一点，再垮到底。",
            en="Left, two lines climb with the rate from the bottom and collapse past their top, "
            "where the solid one is higher. Right, two lines are flat over a long stretch, rise a "
            "little farther right and then collapse.",
        ),
        caption=both(
            zh="左：准确率随学习率变化，惩罚的系数 {weak:.1g}（虚线，平均最高 {free:.3f}）"
            "和 {decay:.2g}（实线，平均最高 {best:.3f}）。右：随系数变化，学习率 "
            "{rate:.2g}（实线）"
            "和 {low:.2g}（虚线）。线是 {seeds} 份数据的中位数，带从最小到最大；横轴取对数。",
            en="Left, accuracy over the rate, with a penalty coefficient of {weak:.1g} (dashed, "
            "best mean {free:.3f}) and {decay:.2g} (solid, best mean {best:.3f}). Right, over the "
            "coefficient, at a rate of {rate:.2g} (solid) and {low:.2g} (dashed). Line: median of "
            "{seeds} data sets, band: smallest to largest; horizontal axes log.",
        ),
        numbers={
            "weak": 10 ** decays[0], "free": free.max().item(), "decay": 10 ** decays[column],
            "best": mean.max().item(), "rate": 10 ** rates[row], "low": 10 ** rates[slow],
            "seeds": len(found),
        },
        height=0.72,
    )  # fmt: skip


def _rates(axes: Axes, text: Text, found: Tensor, rates: Sequence[float], column: int) -> None:
    x = 10 ** torch.tensor(rates, dtype=torch.float64)
    band(axes, x, found[:, :, 0], "plain", fill=0.1, linestyle=BROKEN)
    solid = band(axes, x, found[:, :, column], "plain", linewidth=2)
    label_end(solid, text("惩罚最合适", "best penalty"), at=int(len(rates) * 0.55), dx=-60, dy=20)
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set(ylim=(0, 1), yticks=[0, 0.5, 1], ylabel=text("准确率", "accuracy"))


def _decays(
    axes: Axes, text: Text, found: Tensor, decays: Sequence[float], row: int, slow: int
) -> None:
    x = 10 ** torch.tensor(decays, dtype=torch.float64)
    dashed = band(axes, x, found[:, slow], "plain", fill=0.1, linestyle=BROKEN)
    solid = band(axes, x, found[:, row], "plain", linewidth=2)
    label_end(solid, text("学习率最合适", "best rate"), at=0, dx=0, dy=18)
    label_end(dashed, text("小的学习率", "smaller rate"), at=0, dx=0, dy=-20)
    log_axis(axes.xaxis, text("系数（对数）", "coefficient (log)"))
    axes.set(ylim=(0, 1), yticks=[0, 0.5, 1], ylabel=text("准确率", "accuracy"))
