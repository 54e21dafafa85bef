"""Figures of the section on Adam: memories that fill, steps and bounds, rare gradients."""

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, color, figure, label_end

BROKEN = (0, (4, 1.6))
FLOOR = 1e-13  # what lies below is drawn here


def filling(shares: tuple[Tensor, Tensor], raw: Tensor, fixed: Tensor) -> Bilingual:
    """How full both memories are after each step, and the steps they make of a steady gradient.

    Args:
        shares: what the memory of direction and the root of that of size have reached, 1 when
            full, shape `(T,)` each.
        raw: steps without bias correction, in units of the learning rate, shape `(T,)`.
        fixed: the same with bias correction.
    """
    times = torch.arange(1, len(raw) + 1)
    top = int(raw.argmax())

    def filled(axes: Axes, text: Text) -> None:
        (short,) = axes.plot(times, shares[0], color=color("momentum"))
        (long,) = axes.plot(times, shares[1], color=color("adaptive"))
        axes.plot(times[[top, top]], [share[top] for share in shares], "o", color=color("theory"))
        axes.plot(
            times[[top, top]],
            [share[top] for share in shares],
            color=color("theory"),
            linestyle="--",
            linewidth=1.4,
        )
        label_end(short, text("方向", "direction"), at=4, dx=-64, dy=10)
        label_end(long, text("大小（开方）", "size (root)"), at=140, dx=8, dy=-8)
        at = (float(times[top]), float(shares[0][top] + shares[1][top]) / 2)
        _note(axes, f"÷ = {float(raw[top]):.2f}", at, (7, 0), "theory")
        axes.set_title(text("记忆满了几成", "how full the memories are"))
        axes.set_ylim(0, 1.12)
        _steps_axis(axes, text)

    def lengths(axes: Axes, text: Text) -> None:
        (without,) = axes.plot(times, raw, color=color("adam"), linestyle=BROKEN)
        (with_it,) = axes.plot(times, fixed, color=color("adam"))
        label_end(without, text("不修正", "uncorrected"), at=40, dx=8, dy=8)
        label_end(with_it, text("修正", "corrected"), at=2, dx=-4, dy=-11)
        axes.set_title(text("步长，以学习率为单位", "step, in learning rates"))
        axes.set_ylim(0, 1.08 * float(raw.max()))
        _steps_axis(axes, text)

    return figure(
        filled,
        lengths,
        alt=both(
            zh="左：方向那条线几十步就接近 1，大小那条要几千步，第 12 步上两条线隔得最开。"
            "右：不修正的步长先冲到 6.6，再慢慢落回 1；修正过的一直是 1。",
            en="Left: the line of direction is near 1 after some dozens of steps, that of size "
            "only after thousands; at step 12 they are far apart. Right: uncorrected steps shoot "
            "up to 6.6 and sink slowly to 1; corrected ones are 1 throughout.",
        ),
        caption=both(
            zh="两份记忆都从空的开始，短的先满，长的后满；步长是两者之商。梯度一直是 1，"
            "横轴取对数。",
            en="Both memories start empty; the short one fills first, and the step is the quotient "
            "of the two. The gradient is always 1; the horizontal axis is logarithmic.",
        ),
    )


def after_silence(runs: tuple[Tensor, Tensor, Tensor], quoted: float, bound: float) -> Bilingual:
    """Steps on the first gradients after a long silence, between the two bounds.

    Args:
        runs: steps on a single gradient, on a steady one and on a growing one, in units of the
            learning rate, shape `(T,)` each.
        quoted: the bound of the paper.
        bound: the bound by Cauchy and Schwarz.
    """

    def draw(axes: Axes, text: Text) -> None:
        names = (
            text("只来一个", "single"),
            text("一直是 1", "always 1"),
            text("每步大 11%", "11% more a step"),
        )
        styles = (":", "-", BROKEN)
        spots = ((6, 6, 8), (30, 0, 11), (3, 8, -12))
        times = torch.arange(1, len(runs[0]) + 1)
        for level, words in (
            (quoted, text(f"论文：{quoted:.2f}", f"paper: {quoted:.2f}")),
            (bound, text(f"真正的上限：{bound:.2f}", f"the true bound: {bound:.2f}")),
        ):
            axes.axhline(level, color=color("theory"), linestyle="--", linewidth=1.4)
            _note(axes, words, (len(runs[0]), level), (0, 9), "theory", "right")
        for run, name, style, (at, dx, dy) in zip(runs, names, styles, spots, strict=True):
            (line,) = axes.plot(times, run, color=color("adam"), linestyle=style)
            label_end(line, name, at=at, dx=dx, dy=dy)
        axes.set_ylim(0, 1.16 * bound)
        axes.set_xlabel(text("静默之后的第几步", "step after the silence"))
        axes.set_ylabel(text("步长 / 学习率", "step / learning rate"))

    return figure(
        draw,
        alt=both(
            zh="三条线。只来一个梯度的从 3.16 落下去；一直是 1 的升到 6.57 再慢慢落；"
            "每步大 11% 的一路升，贴到上限的虚线上。",
            en="Three lines. With a single gradient the step falls from 3.16; with gradients of 1 "
            "it rises to 6.57 and sinks slowly; with gradients that grow by 11% it climbs to the "
            "dashed line of the bound.",
        ),
        caption=both(
            zh="20,000 步静默之后，三种梯度下 Adam 的步长，带偏差修正。"
            "论文的上限只管第一步；每步大 11% 的梯度走到真正的上限。",
            en="Adam's steps, bias correction included, on three kinds of gradients after 20,000 "
            "steps of silence. The paper's bound covers the first step only; gradients that grow "
            "by 11% reach the true one.",
        ),
    )


def histogram(runs: list[Tensor], quoted: float) -> Bilingual:
    """How long the steps of a training run are.

    Args:
        runs: sizes of all nonzero steps in units of the learning rate, one tensor a seed.
        quoted: the bound of the paper.
    """
    edges = torch.logspace(-3, 1, 61, dtype=torch.float64)
    counts = torch.stack([torch.histogram(run.double(), edges).hist / len(run) for run in runs])

    def draw(axes: Axes, text: Text) -> None:
        low, middle, high = (
            found.numpy() for found in (counts.amin(0), counts.median(0).values, counts.amax(0))
        )
        axes.stairs(middle, edges, color=color("adam"), fill=True, alpha=0.35)
        axes.stairs(high, edges, baseline=low, color=color("adam"), fill=True, alpha=0.6)
        for level, words, shift, align in (
            (1.0, text("学习率", "learning rate"), -5, "right"),
            (quoted, text("论文的上限", "the paper's bound"), 5, "left"),
        ):
            axes.axvline(level, color=color("theory"), linestyle="--", linewidth=1.4)
            axes.annotate(
                words, (level, 1), (shift, 0), xycoords=("data", "axes fraction"), ha=align,
                textcoords="offset points", color=color("theory"), va="top", annotation_clip=False,
            )  # fmt: skip
        axes.set_ylim(0, 1.2 * float(high.max()))
        axes.set_xscale("log")
        axes.set_xlim(1e-3, 10)
        axes.minorticks_off()
        axes.set_xlabel(text("步长 / 学习率（对数）", "step / learning rate (log)"))
        axes.set_ylabel(text("占多少", "share of steps"))

    return figure(
        draw,
        alt=both(
            zh="一座山，峰在 0.4 附近，右边到 1 就陡降，只剩一条矮尾巴，到不了 3.16；"
            "左边拖得很长。",
            en="A hill with its peak near 0.4; on the right it drops steeply at 1 and leaves a low "
            "tail that ends short of 3.16; on the left it trails off slowly.",
        ),
        caption=both(
            zh="真实训练里，Adam 的步子大多不到一个学习率。手写数字，每个权重、每一步，"
            "没动的不算；边上浓的一圈是 5 个种子的范围。",
            en="In real training most of Adam's steps are shorter than one learning rate. Digits, "
            "every weight and every step that moves it; the stronger rim spans 5 seeds.",
        ),
    )


def outlier(run: Tensor) -> Bilingual:
    """Steps after one gradient that is far larger than all others.

    Args:
        run: steps in units of the learning rate, from the outlier on, shape `(T,)`.
    """

    def draw(axes: Axes, text: Text) -> None:
        axes.axhline(1, color=color("theory"), linestyle="--", linewidth=1.4)
        axes.plot(torch.arange(len(run)), run, color=color("adam"))
        axes.fill_between(
            torch.arange(len(run)), run, 1, where=run < 1, color=color("adam"), alpha=0.15,
            linewidth=0,
        )  # fmt: skip
        at = len(run) // 7
        _note(axes, text("赔掉的路", "distance lost"), (at, 0.27), (0, 0), "adam")
        axes.set_ylim(0, 1.05 * float(run.max()))
        axes.set_xlabel(text("大梯度之后的步数", "steps after the large gradient"))
        axes.set_ylabel(text("步长 / 学习率", "step / learning rate"))

    return figure(
        draw,
        alt=both(
            zh="步长先尖尖地冲到 3.3，马上跌到 0.3，然后花几千步慢慢爬回 1。",
            en="The step jumps to 3.3, drops at once to 0.3, and takes thousands of steps to climb "
            "back to 1.",
        ),
        caption=both(
            zh="梯度一直是 1，只有一个是 100。方向几十步就忘了它，大小几千步忘不掉。",
            en="All gradients are 1 but one, which is 100. Direction forgets it in some dozens of "
            "steps, size remembers it for thousands.",
        ),
        height=0.42,
    )


def sparse(shares: list[float], clean: dict[str, Tensor], noisy: dict[str, Tensor]) -> Bilingual:
    """Distance left over by two rules with two lengths of memory, as gradients get rarer.

    Args:
        shares: how often an entry of the features is not 0, P of them.
        clean: name -> distance left without noise, shape `(P, seeds)`; the names are `"rmsprop"`
            and `"adam"`, `"rmsprop_long"` and `"adam_short"`.
        noisy: the same with noise in the targets.
    """
    looks = {
        "rmsprop": ("adaptive", "-", "RMSprop 0.99"),
        "rmsprop_long": ("adaptive", BROKEN, "RMSprop 0.999"),
        "adam_short": ("adam", "-", "Adam 0.99"),
        "adam": ("adam", BROKEN, "Adam 0.999"),
    }

    def panel(found: dict[str, Tensor], zh: str, en: str, places: dict):
        def draw(axes: Axes, text: Text) -> None:
            for name, (token, style, words) in looks.items():
                left = found[name].clamp(min=FLOOR)
                low, high = left.amin(1), left.amax(1)
                axes.fill_between(shares, low, high, color=color(token), alpha=0.08, linewidth=0)
                (line,) = axes.plot(
                    shares, left.median(1).values, color=color(token), linestyle=style, marker="o",
                    markersize=4,
                )  # fmt: skip
                if name in places:
                    at, dx, dy = places[name]
                    label_end(line, words, at=at, dx=dx, dy=dy)
            axes.set_title(text(zh, en))
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.invert_xaxis()
            axes.set_xticks(shares, [f"{share:g}" for share in shares])
            axes.minorticks_off()
            axes.set_ylim(FLOOR, 3)
            axes.set_xlabel(text("非零的比例（对数）", "share of nonzeros (log)"))
            axes.set_ylabel(text("剩下的距离（对数）", "distance left (log)"))

        return draw

    return figure(
        panel(
            clean, "目标没有噪声", "targets without noise",
            {"rmsprop": (0, 0, 18), "adam_short": (0, 6, -13), "adam": (2, 8, -12),
             "rmsprop_long": (1, 9, -9)},
        ),
        panel(noisy, "目标有噪声", "targets with noise", {}),
        alt=both(
            zh="左：记忆短的两条线在上，记忆长的两条线在下，差好几个数量级，越稀疏差得越少。"
            "右：四条线叠在一起。",
            en="Left: the two lines with a short memory lie above, the two with a long one orders "
            "of magnitude below; they come closer as gradients get rarer. Right: all four lines "
            "coincide.",
        ),
        caption=both(
            zh="拉开差距的首先是大小记得多久，其次才是 RMSprop 还是 Adam；有了噪声，四条线叠在"
            "一起。学习率各自调好；线是 5 个种子的中位数，浅色带从最小到最大。",
            en="What counts first is how long size is remembered, and only then whether the rule "
            "is RMSprop or Adam; with noise all four coincide. Each at its best learning rate; "
            "line: median of 5 seeds, band: smallest to largest.",
        ),
    )  # fmt: skip


def _steps_axis(axes: Axes, text: Text) -> None:
    axes.set_xscale("log")
    axes.minorticks_off()
    axes.set_xlabel(text("步（对数）", "step (log)"))


def _note(axes: Axes, words: str, at: tuple, shift: tuple, token: str, align: str = "left") -> None:
    axes.annotate(
        words, at, shift, textcoords="offset points", color=color(token), ha=align, va="center",
        annotation_clip=False,
    )  # fmt: skip
