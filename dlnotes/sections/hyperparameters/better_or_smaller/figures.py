"""The figure of the section: errors of small nets over what they cost.

Book: hyperparameters/better_or_smaller
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, color
from dlnotes.figures.marks import band, label_end, log_axis
from dlnotes.hyperparameters.cost import Cost

AXES = {
    "params": ("参数（对数）", "parameters (log)"),
    "macs": ("乘法（对数）", "multiplications (log)"),
}


def frontier(
    costs: Mapping[str, Sequence[Cost]], errors: Mapping[str, Tensor], widths: Sequence[int]
) -> Bilingual:
    """Errors over parameters and over multiplications.

    Args:
        costs: `"ordinary"`, `"separable"` and `"shallow"` -> of every width, growing.
        errors: the same names -> `(widths, seeds)`.
        widths: of the first two.
    """
    means = {name: found.mean(1).tolist() for name, found in errors.items()}
    numbers = {
        f"{name}_{end}": means[name][place]
        for name in ("ordinary", "separable")
        for end, place in (("small", 0), ("large", -1))
    }
    return figure(
        *(
            partial(_frontier, costs=costs, errors=errors, quantity=name, named=name == "params")
            for name in AXES
        ),
        alt=both(
            zh="两幅图，误差随参数、随乘法下降，先陡后平。可分离的虚线从普通卷积的实线左边出发，"
            "一路在它下面或挨着它；少一层的那一点贴着实线。",
            en="Two panels: errors fall over parameters and over multiplications, steeply and then "
            "less so. The dashed line of separable nets begins to the left of the solid one of "
            "ordinary nets and lies below it or close to it; the point with a layer less is near "
            "the solid line.",
        ),
        caption=both(
            zh="头一层从 {least} 个通道到 {most} 个：普通卷积（实线）的误差平均从 "
            "{ordinary_small:.3f} 降到 {ordinary_large:.3f}，可分离（虚线）从 "
            "{separable_small:.3f} 降到 {separable_large:.3f}；方块少一层，宽一些。"
            "点是 {seeds} 份数据的中位数，带从最小到最大。",
            en="From {least} to {most} channels in the first layer, mean errors of ordinary nets "
            "(solid) fall from {ordinary_small:.3f} to {ordinary_large:.3f}, of separable ones "
            "(dashed) from {separable_small:.3f} to {separable_large:.3f}; the square has one "
            "layer less, and is wider. Points: medians of {seeds} data sets, band: smallest to "
            "largest.",
        ),
        numbers=numbers
        | {"least": widths[0], "most": widths[-1], "seeds": errors["ordinary"].shape[1]},
        height=0.72,
    )


def _frontier(
    axes: Axes,
    text: Text,
    costs: Mapping[str, Sequence[Cost]],
    errors: Mapping[str, Tensor],
    quantity: str,
    named: bool,
) -> None:
    at = {name: [getattr(cost, quantity) for cost in each] for name, each in costs.items()}
    solid = band(axes, at["ordinary"], errors["ordinary"].T, "plain", fill=0.1, marker="o")
    dashed = band(
        axes, at["separable"], errors["separable"].T, "curvature", fill=0.1, linestyle=BROKEN,
        marker="o",
    )  # fmt: skip
    axes.plot(at["shallow"], errors["shallow"].median(1).values, "s", color=color("plain"))
    if named:
        label_end(solid, text("普通", "ordinary"), at=1, dx=6, dy=8)
        label_end(dashed, text("可分离", "separable"), at=0, dx=8, dy=4)
    log_axis(axes.xaxis, text(*AXES[quantity]))
    log_axis(axes.yaxis, text("误差（对数）", "error (log)"))
    axes.set(ylim=(0.012, 0.25), yticks=[0.02, 0.05, 0.1, 0.2])
