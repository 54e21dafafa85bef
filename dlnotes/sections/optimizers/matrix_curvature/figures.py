"""Figures on curvature by matrices: what a step levels, a memory, what is kept, a race."""

import math
from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import torch
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.figures.readings import since
from dlnotes.figures.rules import LOOKS
from dlnotes.sections.optimizers.matrix_curvature.experiments import TASKS, Race
from dlnotes.sections.optimizers.matrix_curvature.memory import Trained

CORNERS = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0]])


def kept(whole: Tensor, factored: Tensor, sizes: tuple[int, ...]) -> Bilingual:
    """A Fisher matrix, what K-FAC keeps of it, and what a diagonal keeps.

    Args:
        whole: symmetric, shape `(D, D)`.
        factored: K-FAC's version of it.
        sizes: parameters of every layer, in the order of the matrix.
    """
    return figure(
        partial(_matrices, whole=whole, factored=factored, sizes=sizes),
        height=0.36,
        alt=both(
            zh="三个方阵，由大小不一的小方块组成。左：到处都有。中：只有 {layers} 个对角块里有，"
            "块内和左边很像。右：只剩一条对角线。",
            en="Three square arrays of smaller and larger squares. Left: everywhere. Middle: only "
            "in {layers} diagonal blocks, where it looks much like the left. Right: one diagonal "
            "line.",
        ),
        caption=both(
            zh="K-FAC 留下每层自己的一块，丢掉层与层之间的；对角线连块里的也丢。"
            "小方块的面积是数的大小，绿色为正，另一色为负，框线围住 {layers} 层。",
            en="K-FAC keeps every layer's own block and drops what ties the layers; a diagonal "
            "drops the rest of the blocks too. Area: size of the number; green: positive, the "
            "other: negative; frames: the {layers} layers.",
        ),
        numbers={"layers": len(sizes)},
    )


def _matrices(axes: Axes, text: Text, whole: Tensor, factored: Tensor, sizes: tuple) -> None:
    side = len(whole)
    across, down = 1.2 * side, 0.09 * side  # from one matrix to the next; room for its name
    names = text("整个矩阵", "the whole"), text("K-FAC", "K-FAC"), text("对角线", "diagonal")
    matrices = (whole, factored, whole.diagonal().diag())
    for place, (name, matrix) in enumerate(zip(names, matrices, strict=True)):
        left = place * across
        _frames(axes, left, sizes)
        for sign, token in ((1, "curvature"), (-1, "plain")):
            sides = (sign * matrix).clamp(min=0).sqrt() / whole.abs().max().sqrt()
            if sides.any():
                axes.add_patch(_squares(sides, left, token))
        note(axes, name, (left + side / 2, -down), ha="center")
    axes.set_xlim(-0.2, 2 * across + side + 0.2)
    axes.set_ylim(side + 0.2, -2 * down)
    axes.set_aspect("equal")
    axes.axis("off")


def _frames(axes: Axes, left: float, sizes: tuple[int, ...]) -> None:
    """A box around every layer's own block of a matrix that begins at `left`."""
    for first, last in pairwise(torch.tensor([0, *sizes]).cumsum(0).tolist()):
        low, high = left + first, left + last
        corners = [low, high, high, low, low], [first, first, last, last, first]
        axes.plot(*corners, color=color("muted"), linewidth=0.8)


def _squares(sides: Tensor, left: float, token: str) -> PathPatch:
    """One shape of all squares: sides 0 to 1, a square a matrix entry, from `left` on."""
    rows, columns = sides.nonzero(as_tuple=True)
    centers = torch.stack([columns + left, rows.to(sides)], 1) + 0.5
    half = sides[rows, columns].clamp(min=0.05)[:, None, None] * 0.47
    points = (centers[:, None] + half * CORNERS).reshape(-1, 2)
    codes = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY] * len(rows)
    return PathPatch(Path(points.tolist(), codes), facecolor=color(token), linewidth=0)


def race(tasks: Mapping[str, Mapping[str, Race]]) -> Bilingual:
    """Loss against arithmetic, a panel a task.

    Args:
        tasks: `"autoencoder"` and `"classifier"` → method → its race.
    """
    kfac = tasks["autoencoder"]["kfac"]
    leads = [_leads(tasks["autoencoder"], spent) for spent in kfac.spent]
    ahead = since(torch.tensor(leads), kfac.spent)
    return figure(
        *(partial(_race, task=task, field=field) for task, field in tasks.items()),
        alt=both(
            zh="左：K-FAC 的线开头落后，到 {ahead:.0f} 上下穿到最下面，一直最低。"
            "右：Adam 的线最低，动量法其次，Muon 和 K-FAC 的线始终在上面。",
            en="Left: the line of K-FAC starts behind, passes below the others near {ahead:.0f} "
            "and stays lowest. Right: Adam's line is lowest, momentum's next, and those of Muon "
            "and K-FAC stay above.",
        ),
        caption=both(
            zh="算量一样，谁更低？左边 K-FAC 赢，右边它输。横轴以一个梯度所需的乘法为单位；"
            "各试 {settings} 个设置，取最好的；线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="With equal arithmetic, who is lower? K-FAC wins on the left and loses on the "
            "right. Horizontal: in units of one gradient's multiplications; each at the best of "
            "{settings} settings; line: median of {seeds} seeds, band: smallest to largest.",
        ),
        numbers={"ahead": ahead, "settings": len(kfac.settings), "seeds": kfac.losses.shape[1]},
    )


def _leads(field: Mapping[str, Race], spent: Tensor) -> bool:
    """Whether K-FAC's median is the lowest of all once so much has been spent."""
    now = {
        name: float(race.best()[:, race.spent <= spent][:, -1].median())
        for name, race in field.items()
    }
    return now["kfac"] == min(now.values())


def _race(axes: Axes, text: Text, task: str, field: Mapping[str, Race]) -> None:
    shifts = {  # of the names at the ends, in points
        "autoencoder": {"momentum": 10, "adam": 5, "muon": -4, "kfac": -10},
        "classifier": {"momentum": 0, "adam": 0, "muon": -4, "kfac": 5},
    }
    for method, dy in shifts[task].items():
        look, run = LOOKS[method], field[method]
        line = band(axes, run.spent, run.best(), look.token, linestyle=look.dash)
        label_end(line, text(**look.name), dy=dy)
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    if task == "autoencoder":
        axes.set_ylim(bottom=0.7 * float(field["kfac"].best().min()))
        axes.set_yticks([0.2, 0.5, 1], ["0.2", "0.5", "1"])
        axes.set_title(text("自编码器，全批量", "autoencoder, full batch"))
    else:
        size = TASKS[task].batch_size
        words = text("分类，小批量 {size}", "classifier, mini-batches of {size}", size=size)
        axes.set_title(words)
    axes.set_xlabel(text("算量（个梯度）", "arithmetic (gradients)"))


def levelled(before: Tensor, after: Tensor) -> Bilingual:
    """Singular values of a gradient and of Muon's step made of it.

    Args:
        before: largest first, shape `(N,)`.
        after: of the step, in the same directions, shape `(N,)`.
    """
    return figure(
        partial(_values, before=before / before[0], after=after),
        alt=both(
            zh="梯度的奇异值从 1 一路降到 {last:.3f}；Muon 那一步的奇异值在 {low:.1f} 和 "
            "{high:.1f} 之间，都在 1 的虚线附近。",
            en="The singular values of the gradient fall from 1 to {last:.3f}; those of Muon's "
            "step lie between {low:.1f} and {high:.1f}, all near the dashed line at 1.",
        ),
        caption=both(
            zh="梯度在各个方向上长短悬殊，Muon 把它们拉到差不多一样长。"
            "虚线是 1；梯度除以自己最大的奇异值。",
            en="The gradient is long in a few directions and short in the rest; Muon makes them "
            "about equally long. Dashed: 1; the gradient is divided by its largest singular value.",
        ),
        numbers={"last": before[-1] / before[0], "low": after.min(), "high": after.max()},
    )


def _values(axes: Axes, text: Text, before: Tensor, after: Tensor) -> None:
    ranks, middle = torch.arange(1, len(before) + 1), int(0.62 * len(before))
    axes.axhline(1, **THEORY)
    axes.plot(ranks, before, "o-", color=color("plain"), markersize=4)
    axes.plot(ranks, after, "o-", color=color("curvature"), markersize=4)
    at = middle, float(before[middle])
    note(axes, text("梯度", "gradient"), at, "plain", (10, 12))
    note(axes, text("Muon 的一步", "Muon's step"), (middle, 1), "curvature", (0, -22))
    log_axis(axes.yaxis, text("奇异值（对数）", "singular value (log)"))
    axes.set_ylim(float(before[-1]) / 2, 2.5)
    axes.set_xlabel(text("第几个方向", "direction, by rank"))


def memory(
    short: Mapping[str, Trained], long: Mapping[str, Trained], steps: tuple[int, int]
) -> Bilingual:
    """What each method does not know yet of every pair, after few steps and after more.

    Args:
        short: method → what it learned in `steps[0]` steps.
        long: the same in `steps[1]` steps.
        steps: two numbers.
    """
    rare = {name: torch.tensor(of.rare).median() for name, of in short.items()}
    later = {name: torch.tensor(of.rare).median() for name, of in long.items()}
    return figure(
        partial(_memory, field=short, count=steps[0]),
        partial(_memory, field=long, count=steps[1]),
        alt=both(
            zh="左，{few} 步：SGD 的线从左下升到右上，罕见的一半平均 {sgd:.2f}；"
            "Muon 的线几乎是平的，{muon:.3f}。"
            "右，{many} 步：几条线都低了，Muon 不再最低。",
            en="Left, {few} steps: the line of SGD climbs from the lower left to the upper right, "
            "{sgd:.2f} on average over the rarer half; that of Muon is almost level, {muon:.3f}. "
            "Right, {many} steps: all lines are lower, and Muon's is no longer the lowest.",
        ),
        caption=both(
            zh="步数少，Muon 的罕见项错得最少（{muon:.3f}，动量法 {momentum:.3f}）；"
            "走到 {many} 步，动量法反超（{later:.3f} 比 {muon_later:.3f}）。"
            "横轴是第几常见，每翻一番取一次平均；纵轴是还错开头的几成；"
            "各取最好的学习率，线是 {seeds} 个种子的中位数。",
            en="In few steps Muon errs least on the rare half ({muon:.3f}; momentum "
            "{momentum:.3f}); after {many} momentum is ahead ({later:.3f} to {muon_later:.3f}). "
            "Horizontal: rank by frequency, averaged from doubling to doubling; vertical: error as "
            "a part of that at the start; each at its best learning rate, line: median of {seeds} "
            "seeds.",
        ),
        numbers={
            "few": steps[0], "many": steps[1], "sgd": rare["sgd"], "muon": rare["muon"],
            "momentum": rare["momentum"], "later": later["momentum"],
            "muon_later": later["muon"], "seeds": short["muon"].errors.shape[1],
        },
    )  # fmt: skip


def _memory(axes: Axes, text: Text, field: Mapping[str, Trained], count: int) -> None:
    ends = {name: float(_octaves(of)[:, -1].median()) for name, of in field.items()}
    below = sorted(ends, key=ends.get)
    for method, run in field.items():
        look, errors = LOOKS[method], _octaves(run)
        ranks = 2.0 ** torch.arange(errors.shape[1])
        line = band(axes, ranks, errors, look.token, linestyle=look.dash)
        label_end(line, text(**look.name), dy=9 * below.index(method) - 13)
    log_axis(axes.xaxis, text("第几常见（对数）", "rank by frequency (log)"))
    log_axis(axes.yaxis, text("还错多少（对数）", "error left (log)"))
    axes.set_ylim(1e-3, 1)
    axes.set_title(text("{count} 步", "{count} steps", count=count))


def _octaves(run: Trained) -> Tensor:
    """Mean errors of ranks 1, 2, 3 to 4, 5 to 8, … at the best rate, `(seeds, octaves)`."""
    errors = run.errors[run.best].clamp(min=1e-6)
    last = int(math.log2(errors.shape[1]))
    parts = [errors[:, :1], *(errors[:, 2**n : 2 ** (n + 1)] for n in range(last))]
    return torch.stack([part.mean(1) for part in parts], 1)
