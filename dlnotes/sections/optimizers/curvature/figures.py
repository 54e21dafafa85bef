"""Figures on curvature: Newton on a net, what is kept of a matrix, the race, Muon's step."""

import math
from collections.abc import Mapping
from itertools import pairwise

import torch
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end
from dlnotes.sections.optimizers.curvature.experiments import Race

BROKEN = (0, (4, 1.6))
CORNERS = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])


def on_a_net(newton: Tensor, trust: Tensor) -> Bilingual:
    """Losses of Newton's method and of the trust region on the same nets.

    Args:
        newton: shape `(seeds, T + 1)`.
        trust: the same.
    """

    def draw(axes: Axes, text: Text) -> None:
        guessing, last = math.log(2), len(newton[0]) - 1
        axes.axhline(guessing, color=color("theory"), linewidth=1.4)
        for runs, dash in ((newton, BROKEN), (trust, "-")):
            for run in runs:
                axes.plot(run, color=color("curvature"), linestyle=dash, linewidth=1.3)
        _note(axes, text("瞎猜", "guessing"), (last, guessing), (0, -11), "theory", "right")
        _note(
            axes,
            text("牛顿法", "Newton"),
            (last, float(newton.max()) / 300),
            (0, 0),
            "curvature",
            "right",
        )
        low = float(trust[:, 9].min()) / 20
        _note(axes, text("信赖域", "trust region"), (9, low), (0, 0), "curvature", "right")
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.set_xlabel(text("步", "step"))
        axes.set_ylabel(text("训练损失（对数）", "training loss (log)"))

    return figure(
        draw,
        alt=both(
            zh="五条虚线停在瞎猜的高度，或者往上跳到几十万；五条实线一路下降，降到万分之一以下。",
            en="Five dashed lines stay at the height of guessing or jump up to hundreds of "
            "thousands; five solid lines fall all the way, to a ten-thousandth and below.",
        ),
        caption=both(
            zh="同样 5 个网络：牛顿法两次停在瞎猜的高度，三次甩出去；信赖域次次训练成。"
            "虚线是牛顿法，实线是信赖域，横线是瞎猜的损失。",
            en="The same 5 nets: Newton stops twice at the height of guessing and is thrown "
            "out three times; the trust region trains every one. Dashed: Newton; solid: trust "
            "region; horizontal: the loss of guessing.",
        ),
    )


def kept(whole: Tensor, factored: Tensor, sizes: tuple[int, ...]) -> Bilingual:
    """A Fisher matrix, what K-FAC keeps of it, and what a diagonal keeps.

    Args:
        whole: symmetric, shape `(D, D)`.
        factored: K-FAC's version of it.
        sizes: parameters of every layer, in the order of the matrix.
    """
    ends, side = torch.tensor([0, *sizes]).cumsum(0).tolist(), len(whole)
    across, down = 1.2 * side, 0.09 * side  # from one matrix to the next; room for its name

    def draw(axes: Axes, text: Text) -> None:
        names = text("整个矩阵", "the whole"), text("K-FAC", "K-FAC"), text("对角线", "diagonal")
        matrices = (whole, factored, whole.diagonal().diag())
        for place, (name, matrix) in enumerate(zip(names, matrices, strict=True)):
            left = place * across
            for first, last in pairwise(ends):
                low, high = left + first, left + last
                axes.plot(
                    [low, high, high, low, low], [first, first, last, last, first],
                    color=color("muted"), linewidth=0.8,
                )  # fmt: skip
            for sign, token in ((1, "curvature"), (-1, "plain")):
                sides = (sign * matrix).clamp(min=0).sqrt() / whole.abs().max().sqrt()
                if sides.any():
                    axes.add_patch(_squares(sides, left, token))
            _note(axes, name, (left + side / 2, -down), (0, 0), "ink", "center")
        axes.set_xlim(-0.2, 2 * across + side + 0.2)
        axes.set_ylim(side + 0.2, -2 * down)
        axes.set_aspect("equal")
        axes.axis("off")

    return figure(
        draw,
        height=0.36,
        alt=both(
            zh="三个方阵，由大小不一的小方块组成。左：到处都有。中：只有两个对角块里有，"
            "块内和左边很像。右：只剩一条对角线。",
            en="Three square arrays of smaller and larger squares. Left: everywhere. Middle: only "
            "in two diagonal blocks, where it looks much like the left. Right: one diagonal line.",
        ),
        caption=both(
            zh="K-FAC 留下每层自己的一块，丢掉层与层之间的；对角线连块里的也丢。"
            "小方块的面积是数的大小，绿色为正，另一色为负，框线围住两层。",
            en="K-FAC keeps every layer's own block and drops what ties the layers; a diagonal "
            "drops the rest of the blocks too. Area: size of the number; green: positive, the "
            "other: negative; frames: the two layers.",
        ),
    )


def race(tasks: Mapping[str, Mapping[str, Race]]) -> Bilingual:
    """Loss against arithmetic, a panel a task.

    Args:
        tasks: `"autoencoder"` and `"classifier"` → method → its race.
    """
    titles = {
        "autoencoder": ("自编码器，全批量", "autoencoder, full batch"),
        "classifier": ("分类，小批量 64", "classifier, mini-batches of 64"),
    }
    shifts = {  # of the names at the ends, in points
        "autoencoder": {"momentum": 6, "adam": 5, "muon": -3, "kfac": -8},
        "classifier": {"momentum": 0, "adam": 0, "muon": -4, "kfac": 5},
    }
    kinds = {
        "momentum": ("momentum", "-", "momentum"),
        "adam": ("adam", "-", "Adam"),
        "muon": ("curvature", BROKEN, "Muon"),
        "kfac": ("curvature", "-", "K-FAC"),
    }

    def panel(task: str):
        def draw(axes: Axes, text: Text) -> None:
            for method, (token, dash, english) in kinds.items():
                cost, losses = tasks[task][method].spent, tasks[task][method].best()
                low, high = losses.amin(0), losses.amax(0)
                axes.fill_between(cost, low, high, color=color(token), alpha=0.15, linewidth=0)
                middle = losses.median(0).values
                (line,) = axes.plot(cost, middle, color=color(token), linestyle=dash)
                name = text("动量法", english) if method == "momentum" else english
                label_end(line, name, dy=shifts[task][method])
            axes.set_yscale("log")
            if task == "autoencoder":
                axes.set_ylim(bottom=0.8 * float(tasks[task]["kfac"].best().min()))
                axes.set_yticks([0.2, 0.5, 1], ["0.2", "0.5", "1"])
            axes.minorticks_off()
            axes.set_title(text(*titles[task]))
            axes.set_xlabel(text("算量（个梯度）", "arithmetic (gradients)"))
            axes.set_ylabel(text("训练损失（对数）", "training loss (log)"))

        return draw

    return figure(
        *(panel(task) for task in tasks),
        alt=both(
            zh="左：K-FAC 的线开头落后，到 120 上下穿到最下面，一直最低。"
            "右：Adam 的线最低，动量法其次，Muon 和 K-FAC 的线始终在上面。",
            en="Left: the line of K-FAC starts behind, passes below the others near 120 and stays "
            "lowest. Right: Adam's line is lowest, momentum's next, and those of Muon and K-FAC "
            "stay above.",
        ),
        caption=both(
            zh="算量一样，谁更低？左边 K-FAC 赢，右边它输。横轴以一个梯度所需的乘法为单位；"
            "各试 9 个设置，取最好的；线是 5 个种子的中位数，浅色带从最小到最大。",
            en="With equal arithmetic, who is lower? K-FAC wins on the left and loses on the "
            "right. Horizontal: in units of one gradient's multiplications; each at the best of 9 "
            "settings; line: median of 5 seeds, band: smallest to largest.",
        ),
    )


def levelled(before: Tensor, after: Tensor) -> Bilingual:
    """Singular values of a gradient and of Muon's step made of it.

    Args:
        before: largest first, shape `(N,)`.
        after: of the step, in the same directions, shape `(N,)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        ranks = torch.arange(1, len(before) + 1)
        axes.axhline(1, color=color("theory"), linestyle="--", linewidth=1.4)
        axes.plot(ranks, before / before[0], "o-", color=color("plain"), markersize=4)
        axes.plot(ranks, after, "o-", color=color("curvature"), markersize=4)
        middle = int(0.62 * len(before))
        _note(
            axes, text("梯度", "gradient"), (middle, float((before / before[0])[middle])),
            (10, 12), "plain",
        )  # fmt: skip
        _note(axes, text("Muon 的一步", "Muon's step"), (middle, 1), (0, -22), "curvature")
        axes.set_yscale("log")
        axes.set_ylim(float(before[-1] / before[0]) / 2, 2.5)
        axes.minorticks_off()
        axes.set_xlabel(text("第几个方向", "direction, by rank"))
        axes.set_ylabel(text("奇异值（对数）", "singular value (log)"))

    return figure(
        draw,
        alt=both(
            zh="梯度的奇异值从 1 一路降到几百分之一；Muon 那一步的奇异值都在 1 的虚线附近。",
            en="The singular values of the gradient fall from 1 to a few thousandths; those of "
            "Muon's step all lie near the dashed line at 1.",
        ),
        caption=both(
            zh="梯度在各个方向上长短悬殊，Muon 把它们拉到差不多一样长。"
            "虚线是 1；梯度除以自己最大的奇异值。",
            en="The gradient is long in a few directions and short in the rest; Muon makes them "
            "about equally long. Dashed: 1; the gradient is divided by its largest singular value.",
        ),
    )


def _squares(sides: Tensor, left: float, token: str) -> PathPatch:
    """One shape of all squares: sides 0 to 1, a square a matrix entry, from `left` on."""
    rows, columns = sides.nonzero(as_tuple=True)
    centers = torch.stack([columns + left, rows.to(sides)], 1) + 0.5
    half = sides[rows, columns].clamp(min=0.05)[:, None, None] * 0.47
    points = (centers[:, None] + half * CORNERS).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(rows)
    return PathPatch(Path(points.tolist(), codes), facecolor=color(token), linewidth=0)


def _note(axes: Axes, words: str, at: tuple, shift: tuple, token: str, align: str = "left") -> None:
    axes.annotate(
        words, at, shift, textcoords="offset points", color=color(token), ha=align, va="center",
        annotation_clip=False,
    )  # fmt: skip
