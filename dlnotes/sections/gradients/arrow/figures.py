"""The figures of the section: the steepest step in three norms, three ways from a net's start.

Book: gradients/arrow
"""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, color
from dlnotes.figures.marks import band, label_end, note
from dlnotes.gradients.directions import steepest_descent

CORNERS = {
    "max": ((1, 1), (-1, 1), (-1, -1), (1, -1)),
    "sum": ((1, 0), (0, 1), (-1, 0), (0, -1)),
}


def norms(grad: Tensor) -> Bilingual:
    """All steps of length 1 in three norms, and on each the one that falls fastest.

    Args:
        grad: of two numbers, both greater than 0, the second the larger.
    """
    falls = {name: -(grad @ steepest_descent(grad, name)).item() for name in STYLES}
    return figure(
        partial(_balls, grad=grad, falls=falls),
        alt=both(
            zh="同一个中心，一个圆，外面一个正方形，里面一个斜放的正方形。斜线上升降相同；圆上最低的点"
            "在左下，外面那个在左下角，里面那个在正下方的角上。",
            en="Around one center a circle, a square outside it, a tilted square inside. Along the "
            "slanting lines the fall is the same; the lowest point of the circle is at the lower "
            "left, that of the outer square its lower left corner, that of the inner one its "
            "bottom corner.",
        ),
        caption=both(
            zh="梯度往右 {right:g}，往上 {up:g}，步长都是 1。量直线距离，最多降 {euclidean:.2f}；"
            "量最大的数，降 {max:.0f}；量大小之和，降 {sum:.0f}。沿斜着的虚线，降得一样多。",
            en="The gradient is {right:g} to the right and {up:g} up, every step is 1 long. By "
            "straight distance the most it falls is {euclidean:.2f}, by the largest entry "
            "{max:.0f}, by the sum of sizes {sum:.0f}. Along a slanting dashed line the fall is "
            "the same.",
        ),
        numbers=falls | {"right": grad[0].item(), "up": grad[1].item()},
        height=0.55,
    )


STYLES = {"euclidean": "-", "max": BROKEN, "sum": DOTTED}


def _balls(axes: Axes, text: Text, grad: Tensor, falls: dict[str, float]) -> None:
    turn = torch.linspace(0, 2 * torch.pi, 181)
    rims = {"euclidean": torch.stack([turn.cos(), turn.sin()], 1)}
    rims |= {name: torch.tensor([*all_, all_[0]]).float() for name, all_ in CORNERS.items()}
    words = {
        "euclidean": text("直线距离", "distance"),
        "max": text("最大的数", "largest entry"),
        "sum": text("大小之和", "sum of sizes"),
    }
    shifts = {"euclidean": (-3, -27, "center"), "max": (-9, 3, "right"), "sum": (8, -9, "left")}
    for name, rim in rims.items():
        axes.plot(*rim.T, color=color("plain"), linestyle=STYLES[name], linewidth=1.2)
        step = steepest_descent(grad, name)
        _level(axes, grad, falls[name])
        axes.annotate(
            "", step.tolist(), (0, 0), arrowprops={"arrowstyle": "->", "color": color("plain")}
        )
        axes.plot(*step.tolist(), "o", color=color("plain"), markersize=5)
        right, up, side = shifts[name]
        note(axes, words[name], tuple(step.tolist()), shift=(right, up), ha=side)
    tip = (0.8 * grad / grad.norm()).tolist()
    axes.annotate("", tip, (0, 0), arrowprops={"arrowstyle": "->", "color": color("theory")})
    note(axes, text("梯度 g", "gradient g"), tuple(tip), "theory", shift=(6, 6), ha="left")
    axes.set(
        xlim=(-2.2, 2.2), ylim=(-1.6, 1.2), aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1]
    )


def _level(axes: Axes, grad: Tensor, fall: float) -> None:
    """The straight line along which grad · step is the same."""
    x = torch.tensor([-2.2, 2.2])
    y = (-fall - grad[0] * x) / grad[1]
    axes.plot(x, y, color=color("theory"), linestyle=BROKEN, linewidth=0.8)


def ways(far: Tensor, steepest: Tensor, homeward: Tensor, random: Tensor) -> Bilingual:
    """The loss of a net along three straight ways.

    Args:
        far: distances, shape `(points,)`.
        steepest: along -g, shape `(seeds, points)`.
        homeward: along the way to where training ends.
        random: along a random direction.
    """
    middle = {name: runs.median(0).values for name, runs in
              {"steepest": steepest, "homeward": homeward}.items()}  # fmt: skip
    place = int(middle["steepest"].argmin())
    numbers = {
        "seeds": len(steepest), "lowest": middle["steepest"][place].item(),
        "at": far[place].item(), "end": middle["homeward"].min().item(),
        "begin": middle["homeward"][0].item(), "far": far[-1].item(),
        "up": random.median(0).values[-1].item(),
    }  # fmt: skip
    return figure(
        partial(_three, far=far, runs={"-": steepest, BROKEN: homeward, DOTTED: random}),
        alt=both(
            zh="三条损失曲线，都从 {begin:.2f} 出发。沿 −g 的先降到 {lowest:.2f}，再往上翘；通往"
            "训练终点的开头慢，后来降到 {end:.3f}；"
            "随手一个方向的起初几乎是平的，走到 {far:.0f} 升到 {up:.2f}。",
            en="Three loss curves that begin at {begin:.2f}. Along −g it first falls to "
            "{lowest:.2f} and then turns up; on the way to where training ends it is slower at "
            "first and gets down to {end:.3f}; in a random direction it is almost level "
            "at first, and at {far:.0f} it has risen to {up:.2f}.",
        ),
        caption=both(
            zh="一个网络的损失，沿三个方向直走。沿 −g，走到 {at:.2f} 就不再降。线是 {seeds} 个起点"
            "的中位数，浅色带从最小到最大。",
            en="The loss of a net along three straight ways. Along −g it stops falling at "
            "{at:.2f}. Line: median of {seeds} starts, band: smallest to largest.",
        ),
        numbers=numbers,
    )


def _three(axes: Axes, text: Text, far: Tensor, runs: dict) -> None:
    names = (
        (text("沿 −g", "along −g"), {"at": len(far) // 3, "dx": 0, "dy": -12}),
        (text("通往终点", "to the end"), {"at": 3 * len(far) // 7, "dx": 8, "dy": 5}),
        (text("随手一个方向", "a random direction"), {"at": len(far) // 6, "dx": 0, "dy": 14}),
    )
    for (dash, losses), (words, place) in zip(runs.items(), names, strict=True):
        line = band(axes, far, losses, "plain", fill=0.12, linestyle=dash)
        label_end(line, words, **place)
    axes.set_xlabel(text("离起点多远", "distance from the start"))
    axes.set_ylabel(text("损失", "loss"))
    axes.set_ylim(bottom=0)
