"""The figure of the section: losses and mistakes while nets train, and where they are lowest.

Book: regularization/early_stopping
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, log_axis, note

LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}
IMAGES = 150
LINES = {"train": {"linestyle": BROKEN}, "loss": {"linewidth": 2}, "miss": {"linestyle": DOTTED}}


def watched(found: Mapping[str, Mapping[str, Tensor]], steps: Sequence[int]) -> Bilingual:
    """Training loss, validation loss and the share of validation images that are wrong.

    Args:
        found: `"wrong"` and `"clean"` -> `"train"`, `"loss"` and `"right"`, `(seeds, T)` each.
        steps: of the points, rising, `(T,)`.
    """
    lows = {}
    for name, curves in found.items():
        for what, curve in (("loss", curves["loss"]), ("right", -curves["right"])):
            lows[f"{name}_{what}"] = steps[int(curve.mean(0).argmin())]
    return figure(
        *(partial(_watched, curves=curves, steps=steps, name=n) for n, curves in found.items()),
        alt=both(
            zh="两幅图，训练损失都一路降到 0。左图的验证损失降到底又往上翘，答错的份额跟着升一点；"
            "右图的验证损失降下来以后差不多平着，答错的份额还在一点点降。",
            en="Two panels; in both the training loss falls to 0. Left, the validation loss comes "
            "down and climbs again, and the share of mistakes rises a little with it; right, the "
            "validation loss stays about flat once it is down, and the share of mistakes goes on "
            "falling little by little.",
        ),
        caption=both(
            zh="{images} 张图，训练损失（虚线）、验证损失（实线）、验证集上答错的份额（点线）。"
            "平均起来，左边验证损失在第 {wrong_loss} 步最低，准确率在第 {wrong_right} 步最高；"
            "右边是第 {clean_loss} 步和第 {clean_right} 步。线是 {seeds} 个种子的中位数，"
            "带从最小到最大；横轴取对数。",
            en="{images} images: training loss (dashed), validation loss (solid), share of "
            "validation images that are wrong (dotted). On average, left, the validation loss is "
            "lowest at step {wrong_loss} and the accuracy highest at step {wrong_right}; right, at "
            "steps {clean_loss} and {clean_right}. Line: median of {seeds} seeds, band: smallest "
            "to largest; horizontal axis log.",
        ),
        numbers={"seeds": len(found["wrong"]["loss"]), "images": IMAGES, **lows},
        height=0.75,
    )


def _watched(
    axes: Axes, text: Text, curves: Mapping[str, Tensor], steps: Sequence[int], name: str
) -> None:
    lines = {"train": curves["train"], "loss": curves["loss"], "miss": 1 - curves["right"]}
    for what, look in LINES.items():
        band(axes, steps, lines[what], "plain", fill=0.1, **look)
    at = int(lines["loss"].mean(0).argmin())
    low = lines["loss"].median(0).values[at].item()
    axes.plot([steps[at]], [low], "o", color=color("plain"), markersize=6, zorder=5)
    note(axes, text(*LABELS[name]), (0.97, 0.93), xycoords="axes fraction", ha="right")
    note(axes, text("训练", "training"), (0.97, 0.05), xycoords="axes fraction", ha="right")
    note(axes, text("验证", "validation"), (steps[at], low), shift=(6, 13), ha="center")
    wrong = lines["miss"].median(0).values[0].item()
    note(axes, text("答错", "wrong"), (steps[0], wrong), shift=(4, -12))
    log_axis(axes.xaxis, text("步（对数）", "step (log)"))
    axes.set(ylim=(0, 2.4), yticks=[0, 1, 2], ylabel=text("损失，份额", "loss, share"))
