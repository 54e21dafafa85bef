"""The figures of the section: equal losses, two wells both ways, and curves that lie flat.

Book: learning_rates/myths
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.learning_rates.myths import matched
from dlnotes.sections.learning_rates.myths.frozen import HALVED

ARMS = {
    "clean": ("SGD，标签全对", "SGD, right labels"),
    "adam": ("Adam，标签全对", "Adam, right labels"),
    "wrong": ("SGD，15% 标签错", "SGD, 15% wrong labels"),
}
TOKENS = {"clean": "plain", "adam": "adam", "wrong": "plain"}


def differences(
    found: Mapping[str, Mapping[float, tuple]], usual: Mapping[str, float]
) -> Bilingual:
    """Test accuracy at equal training loss, against the usual rate, a row a rate.

    Args:
        found: arm -> rate -> mean difference in points, half its 95 % interval.
        usual: arm -> the rate that the others are compared with.
    """
    small = [v for arm, rows in found.items() for lr, v in rows.items() if lr < usual[arm]]
    large = [v[0] for arm, rows in found.items() for lr, v in rows.items() if lr > usual[arm]]
    return figure(
        partial(_differences, found=found, usual=usual),
        alt=both(
            zh="{rows} 行，每行一个点带一段横线，分 {arms} 组，竖的虚线是 0。"
            "学习率小的 {small} 行都压着虚线或挨着它，大的 {large} 行偏左。",
            en="{rows} rows, each a point with a bar, in {arms} groups, and a dashed upright line "
            "at 0. The {small} rows of small rates lie on the line or beside it, the {large} of "
            "large rates to its left.",
        ),
        caption=both(
            zh="停在同一个训练损失，测试准确率比平常的学习率高几个百分点：小的差在 {far:.2f} "
            "以内，大的低 {least:.1f} 到 {most:.1f}。点是 {splits} 种划分的平均，"
            "横线是 {level:.0%} 置信区间。",
            en="Stopped at the same training loss: points of test accuracy above the usual rate. "
            "Small rates are within {far:.2f}; large ones lose {least:.1f} to {most:.1f}. Point: "
            "mean over {splits} splits, bar: {level:.0%} interval.",
        ),
        numbers={
            "rows": sum(map(len, found.values())), "arms": len(found), "small": len(small),
            "large": len(large), "far": max(abs(mean) + half for mean, half in small),
            "least": -max(large), "most": -min(large), "splits": len(matched.SEEDS),
            "level": matched.LEVEL,
        },
        height=0.8,
    )  # fmt: skip


def _differences(axes: Axes, text: Text, found: Mapping, usual: Mapping) -> None:
    axes.axvline(0, **THEORY)
    row, ticks = 0.0, {}
    for arm, rows in found.items():
        name, against = text(*ARMS[arm]), f"{usual[arm]:g}"
        title = text(
            "{name}，比 {against}", "{name}, against {against}", name=name, against=against
        )
        note(axes, title, (-1.95, row), TOKENS[arm], va="center")
        row -= 1
        for lr, (mean, half) in rows.items():
            mark = "o" if lr < usual[arm] else "s"
            axes.errorbar(
                mean, row, xerr=half, fmt=mark, color=color(TOKENS[arm]), markersize=5,
                capsize=3, linewidth=1.4,
            )  # fmt: skip
            ticks[row] = f"{lr:g}"
            row -= 1
        row -= 0.4
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set(xlim=(-2, 1.2), ylim=(row + 0.6, 0.8))
    axes.set_xlabel(text("测试准确率之差（百分点）", "difference in test accuracy (points)"))
    axes.set_ylabel(text("学习率", "learning rate"))


def hits(rates: Sequence[float], wide: Tensor, narrow: Tensor, limit: float) -> Bilingual:
    """Share of starts in the deepest well over the rate, for both depths.

    Args:
        rates: rising, R of them.
        wide: share where the wide well is deeper, `(R,)`.
        narrow: share where the narrow one is.
        limit: 2 over the curvature of the narrow well.
    """
    return figure(
        partial(_hits, rates=rates, wide=wide, narrow=narrow, limit=limit),
        alt=both(
            zh="两条线，左边各是平的，{wide:.2f} 和 {narrow:.2f}；过了竖的虚线，一条升到 "
            "{top:.2f}，一条落到 {low:.2f}。",
            en="Two lines, level on the left at {wide:.2f} and {narrow:.2f}; past a dashed upright "
            "line one goes up to {top:.2f}, the other down to {low:.2f}.",
        ),
        caption=both(
            zh="几成起点走到最深处，随学习率变化。实线：宽谷更深；点线：窄谷更深。"
            "过了窄谷的界限 {limit:g}（虚线），都在宽谷里。横轴取对数。",
            en="Share of the starts that end in the deepest well, over the learning rate. Solid: "
            "the wide well is deeper; dotted: the narrow one. Past the narrow well's limit of "
            "{limit:g} (dashed) all are in the wide one. Horizontal axis log.",
        ),
        numbers={
            "wide": wide[0], "narrow": narrow[0], "top": wide[-1], "low": narrow[-1],
            "limit": limit,
        },
    )  # fmt: skip


def _hits(axes: Axes, text: Text, rates: Sequence, wide: Tensor, narrow: Tensor, limit) -> None:
    axes.axvline(limit, **THEORY)
    axes.plot(rates, wide, color=color("plain"))
    axes.plot(rates, narrow, color=color("plain"), linestyle=":")
    note(axes, text("宽谷更深", "wide deeper"), (rates[0], wide[0]), "plain", (4, 9))
    note(axes, text("窄谷更深", "narrow deeper"), (rates[0], narrow[0]), "plain", (4, 9))
    note(axes, f"2/λ = {limit:g}", (limit, 0.5), "theory", (-4, 0), ha="right")
    log_axis(axes.xaxis, text("学习率（对数）", "learning rate (log)"))
    axes.set_ylabel(text("走到最深处的份额", "share in the deepest"))
    axes.set(ylim=(-0.04, 1.06))


def frozen(steps: Sequence[int], curves: Mapping[tuple[str, str], Tensor]) -> Bilingual:
    """The training loss of runs that fell too fast and lie flat, and of runs on a cosine.

    Args:
        steps: E of them, from where the rate has been halved to almost nothing.
        curves: (`"sgd"` or `"adam"`, the rate of the flat part or `"cosine"`) -> losses,
            `(S, E)`; first the tiny rates, then the cosines.
    """
    ends = [losses[:, -1].median() for losses in curves.values()]
    return figure(
        partial(_frozen, steps=steps, curves=curves),
        alt=both(
            zh="四条线：上面两条几乎平躺，停在 {flat:.2f} 和 {slow:.2f}；下面两条一路往下，"
            "到 {low:.3f} 和 {lower:.4f}。",
            en="Four lines: two lie almost flat at the top, at {flat:.2f} and {slow:.2f}; two come "
            "down all the way, to {low:.3f} and {lower:.4f}.",
        ),
        caption=both(
            zh="训练损失，从第 {first} 步看到第 {last} 步。上面：每 {half} 步减半，早早降到了线旁的"
            "学习率，SGD 的平了，Adam 的还在慢慢降。下面：一条余弦走到头。{seeds} 个种子，"
            "带从最小到最大。",
            en="Training loss from step {first} to step {last}. Above: halved every {half} steps, "
            "down early to the rates at the lines; SGD is flat, Adam still falls slowly. Below: a "
            "cosine all the way. {seeds} seeds, band from smallest to largest.",
        ),
        numbers={
            "flat": max(ends[:2]), "slow": min(ends[:2]), "low": max(ends[2:]),
            "lower": min(ends[2:]), "half": HALVED, "first": steps[0], "last": steps[-1],
            "seeds": len(next(iter(curves.values()))),
        },
    )  # fmt: skip


def _frozen(axes: Axes, text: Text, steps: Sequence[int], curves: Mapping) -> None:
    names = {"sgd": ("plain", "SGD"), "adam": ("adam", "Adam")}
    for (rule, rate), losses in curves.items():
        token, name = names[rule]
        line = band(axes, steps, losses, token, fill=0.12)
        above = rule == "sgd" and rate != "cosine"
        rate = text("余弦", "cosine") if rate == "cosine" else rate
        label_end(line, f"{name} {rate}", dy=5 if above else -5 if rate == "1e-5" else 0)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))
    axes.set_ylim(bottom=0.6 * min(losses[:, -1].min().item() for losses in curves.values()))
    axes.set(xlim=(steps[0], steps[0] + 1.32 * (steps[-1] - steps[0])), xticks=[*steps[::10]])
