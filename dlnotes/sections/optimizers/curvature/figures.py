"""A figure on curvature: Newton's method and the trust region on a net."""

import math
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, color
from dlnotes.figures.marks import log_axis, note

GUESSING = math.log(2)  # the loss of guessing one of two classes


def on_a_net(newton: Tensor, trust: Tensor) -> Bilingual:
    """Losses of Newton's method and of the trust region on the same nets.

    Args:
        newton: shape `(seeds, T + 1)`.
        trust: the same.
    """
    ends, lowest = newton[:, -1], trust[:, -1].max()
    stuck = int(((ends > GUESSING / 2) & (ends < 2 * GUESSING)).sum())
    thrown = int((ends >= 2 * GUESSING).sum())
    return figure(
        partial(_losses, newton=newton, trust=trust),
        alt=both(
            zh="{seeds} 条虚线里，{stuck} 条停在瞎猜的高度附近，{thrown} 条往上跳，最高跳到 "
            "{highest:,.0f}；{seeds} 条实线一路下降，降到 {lowest:.4f} 或更低。",
            en="Of {seeds} dashed lines {stuck} stay near the loss of guessing and {thrown} jump "
            "up, the highest to {highest:,.0f}; the {seeds} solid lines fall all the way, to "
            "{lowest:.4f} and below.",
        ),
        caption=both(
            zh="同样 {seeds} 个网络：牛顿法 {stuck} 次停在瞎猜的高度附近，{thrown} 次甩出去；"
            "信赖域次次训练成。虚线是牛顿法，实线是信赖域，横线是瞎猜的损失。",
            en="The same {seeds} nets: Newton stops {stuck} times near the loss of guessing and is "
            "thrown out {thrown} times; the trust region trains every one. Dashed: Newton; solid: "
            "trust region; horizontal: the loss of guessing.",
        ),
        numbers={
            "seeds": len(newton), "stuck": stuck, "thrown": thrown,
            "highest": newton.max(), "lowest": lowest,
        },
    )  # fmt: skip


def _losses(axes: Axes, text: Text, newton: Tensor, trust: Tensor) -> None:
    axes.axhline(GUESSING, color=color("theory"), linewidth=1.4)
    for runs, dash in ((newton, BROKEN), (trust, "-")):
        for run in runs:
            axes.plot(run, color=color("curvature"), linestyle=dash, linewidth=1.3)
    last, right = len(newton[0]) - 1, {"ha": "right"}
    above, below = float(newton.max()) / 300, float(trust[:, 9].min()) / 20
    note(axes, text("瞎猜", "guessing"), (last, GUESSING), "theory", (0, -11), **right)
    note(axes, text("牛顿法", "Newton"), (last, above), "curvature", **right)
    note(axes, text("信赖域", "trust region"), (9, below), "curvature", **right)
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    axes.set_xlabel(text("步", "step"))
