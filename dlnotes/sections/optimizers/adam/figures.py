"""Figures of the section on Adam: memories that fill, steps and bounds, rare gradients."""

from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note, threshold
from dlnotes.figures.readings import first
from dlnotes.training.sweeps import Curves

FLOOR = 1e-13  # what lies below is drawn here
FULL, BACK = 0.95, 0.99  # where a memory counts as full, and a step as back at 1


def filling(shares: tuple[Tensor, Tensor], raw: Tensor, fixed: Tensor) -> Bilingual:
    """How full both memories are after each step, and the steps they make of a steady gradient.

    Args:
        shares: what the memory of direction and the root of that of size have reached, 1 when
            full, shape `(T,)` each.
        raw: steps without bias correction, in units of the learning rate, shape `(T,)`.
        fixed: the same with bias correction.
    """
    times = torch.arange(1, len(raw) + 1)
    short, long = (first(share >= FULL, times) for share in shares)
    apart, peak = int(raw.argmax()) + 1, float(raw.max())
    return figure(
        partial(_memories, times=times, shares=shares, raw=raw),
        partial(_lengths, times=times, raw=raw, fixed=fixed),
        alt=both(
            zh="左：方向那条线 {short:.0f} 步到 {full}，大小那条要 {long:,.0f} 步，"
            "第 {apart} 步上两条线隔得很开。"
            "右：不修正的步长先冲到 {peak:.1f}，再慢慢落回 1；修正过的一直是 1。",
            en="Left: the line of direction reaches {full} after {short:.0f} steps, that of size "
            "only after {long:,.0f}; at step {apart} they are far apart. Right: uncorrected steps "
            "shoot up to {peak:.1f} and sink slowly to 1; corrected ones are 1 throughout.",
        ),
        caption=both(
            zh="两份记忆都从空的开始，短的先满，长的后满；步长是两者之商。梯度一直是 1，"
            "横轴取对数。",
            en="Both memories start empty; the short one fills first, and the step is the quotient "
            "of the two. The gradient is always 1; the horizontal axis is logarithmic.",
        ),
        numbers={"short": short, "long": long, "full": FULL, "apart": apart, "peak": peak},
    )


def _memories(axes: Axes, text: Text, times: Tensor, shares: tuple, raw: Tensor) -> None:
    top = int(raw.argmax())
    ends = times[[top, top]], [share[top] for share in shares]
    (short,) = axes.plot(times, shares[0], color=color("momentum"))
    (long,) = axes.plot(times, shares[1], color=color("adaptive"))
    axes.plot(*ends, "o", color=color("theory"))
    axes.plot(*ends, **THEORY)
    label_end(short, text("方向", "direction"), at=4, dx=-64, dy=10)
    label_end(long, text("大小（开方）", "size (root)"), at=140, dx=8, dy=-8)
    middle = float(times[top]), float(shares[0][top] + shares[1][top]) / 2
    note(axes, f"÷ = {float(raw[top]):.2f}", middle, "theory", (7, 0))
    axes.set(title=text("记忆满了几成", "how full the memories are"), ylim=(0, 1.12))
    log_axis(axes.xaxis, text("步（对数）", "step (log)"))


def _lengths(axes: Axes, text: Text, times: Tensor, raw: Tensor, fixed: Tensor) -> None:
    (without,) = axes.plot(times, raw, color=color("adam"), linestyle=BROKEN)
    (with_it,) = axes.plot(times, fixed, color=color("adam"))
    label_end(without, text("不修正", "uncorrected"), at=40, dx=8, dy=8)
    label_end(with_it, text("修正", "corrected"), at=2, dx=-4, dy=-11)
    axes.set_title(text("步长，以学习率为单位", "step, in learning rates"))
    axes.set_ylim(0, 1.08 * float(raw.max()))
    log_axis(axes.xaxis, text("步（对数）", "step (log)"))


def network(nets: dict[tuple[str, float], Curves]) -> Bilingual:
    """Loss of a net with bias correction and without, a line for every learning rate.

    Args:
        nets: (`"adam"` or `"bare"`, learning rate) → its curves; three learning rates.
    """
    _, mid, high = sorted({lr for _, lr in nets})
    ends = {key: run.train_loss[:, -1].median() for key, run in nets.items()}
    return figure(
        partial(_trained, nets=nets, name="adam"),
        partial(_trained, nets=nets, name="bare"),
        alt=both(
            zh="修正：学习率越大，降得越快，{high:g} 最后到 {fixed:.3f}。"
            "不修正：{mid:g} 最快，到 {raw:.4f}；{high:g} 是平的，停在 {flat:.2f}。",
            en="Corrected: the larger the learning rate, the faster the fall; {high:g} ends at "
            "{fixed:.3f}. Uncorrected: {mid:g} is the fastest and ends at {raw:.4f}; {high:g} "
            "stays flat at {flat:.2f}.",
        ),
        caption=both(
            zh="不修正也能训练，只是 {high:g} 不行。手写数字的训练损失，纵轴取对数；"
            "线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="Without correction the net trains too, but not at {high:g}. "
            "Training loss on digits, log scale; line: median of {seeds} seeds, "
            "band: smallest to largest.",
        ),
        numbers={"mid": mid, "high": high, "seeds": len(nets["bare", mid][2])}
        | {"fixed": ends["adam", high], "raw": ends["bare", mid], "flat": ends["bare", high]},
    )


def _trained(axes: Axes, text: Text, nets: dict, name: str) -> None:
    for lr, dash in zip(sorted({lr for _, lr in nets}), (DOTTED, BROKEN, "-"), strict=True):
        run = nets[name, lr]
        line = band(axes, run.updates, run.train_loss, "adam", fill=0.12, linestyle=dash)
        label_end(line, f"{lr:g}", at=-1, dx=4)
    bottom = min(float(run.train_loss.min()) for run in nets.values())
    words = text("修正", "corrected") if name == "adam" else text("不修正", "uncorrected")
    axes.set(ylim=(0.7 * bottom, 5), title=words, xlabel=text("步", "step"))
    log_axis(axes.yaxis, text("训练损失（对数）", "training loss (log)"))


def after_silence(
    runs: tuple[Tensor, Tensor, Tensor], quoted: float, bound: float, *, quiet: int, growth: float
) -> Bilingual:
    """Steps on the first gradients after a long silence, between the two bounds.

    Args:
        runs: steps on a single gradient, on a steady one and on a growing one, in units of the
            learning rate, shape `(T,)` each.
        quoted: the bound of the paper.
        bound: the bound by Cauchy and Schwarz.
        quiet: how many steps the silence lasted.
        growth: how many times as large every growing gradient is as the one before.
    """
    single, steady, more = float(runs[0][0]), float(runs[1].max()), growth - 1
    return figure(
        partial(_awakened, runs=runs, levels=(quoted, bound), more=more),
        alt=both(
            zh="三条线。只来一个梯度的从 {single:.2f} 落下去；一直是 1 的升到 {steady:.2f} "
            "再慢慢落；每步大 {more:.0%} 的一路升，贴到上限的虚线上。",
            en="Three lines. With a single gradient the step falls from {single:.2f}; with "
            "gradients of 1 it rises to {steady:.2f} and sinks slowly; with gradients that grow by "
            "{more:.0%} it climbs to the dashed line of the bound.",
        ),
        caption=both(
            zh="{quiet:,} 步静默之后，三种梯度下 Adam 的步长，带偏差修正。"
            "论文的上限只管第一步；每步大 {more:.0%} 的梯度逼近真正的上限。",
            en="Adam's steps, bias correction included, on three kinds of gradients after "
            "{quiet:,} steps of silence. The paper's bound covers the first step only; gradients "
            "that grow by {more:.0%} approach the true one.",
        ),
        numbers={"single": single, "steady": steady, "more": more, "quiet": quiet},
    )


def _awakened(axes: Axes, text: Text, runs: tuple, levels: tuple, more: float) -> None:
    quoted, bound = levels
    paper = text("论文：{quoted:.2f}", "paper: {quoted:.2f}", quoted=quoted)
    ours = text("真正的上限：{bound:.2f}", "the true bound: {bound:.2f}", bound=bound)
    for level, words in ((quoted, paper), (bound, ours)):
        threshold(axes, level, words, len(runs[0]), shift=(0, 9), ha="right")
    grown = text("每步大 {more:.0%}", "{more:.0%} more a step", more=more)
    for run, name, dash, (at, dx, dy) in (
        (runs[0], text("只来一个", "single"), DOTTED, (6, 6, 8)),
        (runs[1], text("一直是 1", "always 1"), "-", (30, 0, 11)),
        (runs[2], grown, BROKEN, (3, 8, -12)),
    ):
        (line,) = axes.plot(range(1, len(run) + 1), run, color=color("adam"), linestyle=dash)
        label_end(line, name, at=at, dx=dx, dy=dy)
    axes.set(ylim=(0, 1.16 * bound), xlabel=text("静默之后的第几步", "step after the silence"))
    axes.set_ylabel(text("步长 / 学习率", "step / learning rate"))


def histogram(runs: list[Tensor], quoted: float) -> Bilingual:
    """How long the steps of a training run are.

    Args:
        runs: sizes of all nonzero steps in units of the learning rate, one tensor a seed.
        quoted: the bound of the paper.
    """
    edges = torch.logspace(-3, 1, 61, dtype=torch.float64)
    counts = torch.stack([torch.histogram(run.double(), edges).hist / len(run) for run in runs])
    top = int(counts.median(0).values.argmax())
    peak, longest = edges[top : top + 2].log().mean().exp(), max(run.max() for run in runs)
    return figure(
        partial(_hill, edges=edges, counts=counts, quoted=quoted),
        alt=both(
            zh="一座山，峰在 {peak:.1f} 附近；左边拖得很长，右边到 1 就陡降，只剩一条矮尾巴，"
            "伸到 {longest:.1f}，不到 {quoted:.2f}。",
            en="A hill with its peak near {peak:.1f}. On the left it trails off slowly; on the "
            "right it drops at 1, with a low tail to {longest:.1f}, short of {quoted:.2f}.",
        ),
        caption=both(
            zh="真实训练里，Adam 的步子大多不到一个学习率。手写数字，每个权重、每一步，"
            "没动的不算；边上浓的一圈是 {seeds} 个种子的范围。",
            en="In real training most of Adam's steps are shorter than one learning rate. Digits, "
            "every weight and every step that moves it; the stronger rim spans {seeds} seeds.",
        ),
        numbers={"peak": peak, "longest": longest, "quoted": quoted, "seeds": len(runs)},
    )


def _hill(axes: Axes, text: Text, edges: Tensor, counts: Tensor, quoted: float) -> None:
    low, high = counts.amin(0).numpy(), counts.amax(0).numpy()
    axes.stairs(counts.median(0).values, edges, color=color("adam"), fill=True, alpha=0.35)
    axes.stairs(high, edges, baseline=low, color=color("adam"), fill=True, alpha=0.6)
    top = {"xycoords": ("data", "axes fraction"), "va": "top"}
    rate, paper = text("学习率", "learning rate"), text("论文的上限", "the paper's bound")
    for level, words, shift, side in ((1.0, rate, -5, "right"), (quoted, paper, 5, "left")):
        axes.axvline(level, **THEORY)
        note(axes, words, (level, 1), "theory", (shift, 0), ha=side, **top)
    log_axis(axes.xaxis, text("步长 / 学习率（对数）", "step / learning rate (log)"))
    axes.set(xlim=(1e-3, 10), ylim=(0, 1.2 * high.max()), ylabel=text("占多少", "share of steps"))


def outlier(run: Tensor, *, size: float) -> Bilingual:
    """Steps after one gradient that is far larger than all others.

    Args:
        run: steps in units of the learning rate, from the outlier on, shape `(T,)`.
        size: of the outlier; the others are 1.
    """
    low, times = int(run.argmin()), torch.arange(len(run))
    steps = first((run >= BACK) & (times > low), times)
    return figure(
        partial(_jolt, run=run),
        alt=both(
            zh="步长先尖尖地冲到 {top:.1f}，马上跌到 {low:.1f}，再慢慢爬，"
            "{steps:,.0f} 步才回到 {back}。",
            en="The step jumps to {top:.1f}, drops at once to {low:.1f}, then climbs slowly and "
            "takes {steps:,.0f} steps to be back at {back}.",
        ),
        caption=both(
            zh="梯度一直是 1，只有一个是 {size:g}。方向几十步就忘了它，大小几千步忘不掉。",
            en="All gradients are 1 but one, which is {size:g}. Direction forgets it in some "
            "dozens of steps, size remembers it for thousands.",
        ),
        height=0.42,
        numbers={"top": run.max(), "low": run[low], "steps": steps, "back": BACK, "size": size},
    )


def _jolt(axes: Axes, text: Text, run: Tensor) -> None:
    axes.axhline(1, **THEORY)
    axes.plot(run, color=color("adam"))
    few = torch.cat([torch.arange(100), torch.arange(100, len(run), max(1, len(run) // 200))])
    lost = {"where": run[few] < 1, "color": color("adam"), "alpha": 0.15, "linewidth": 0}
    axes.fill_between(few, run[few], 1, **lost)
    note(axes, text("赔掉的路", "distance lost"), (len(run) // 7, 0.27), "adam")
    axes.set(
        ylim=(0, 1.05 * float(run.max())), ylabel=text("步长 / 学习率", "step / learning rate")
    )
    axes.set_xlabel(text("大梯度之后的步数", "steps after the large gradient"))


def sparse(shares: list[float], clean: dict[str, Tensor], noisy: dict[str, Tensor]) -> Bilingual:
    """Distance left over on the way from RMSprop to Adam, as gradients get rarer.

    Args:
        shares: how often an entry of the features is not 0, P of them.
        clean: name -> distance left without noise, shape `(P, seeds)`; drawn are `"rmsprop"`,
            `"longer"`, `"corrected"` and `"adam"`.
        noisy: the same with noise in the targets.
    """
    return figure(
        partial(_left_over, shares=shares, found=clean),
        partial(_left_over, shares=shares, found=noisy, noise=True),
        alt=both(
            zh="左：记忆短的一条线在上，记忆长的三条在下，差好几个数量级，越稀疏差得越少；"
            "三条里带修正、不带动量的最低。右：四条线几乎叠在一起。",
            en="Left: the line with a short memory lies orders of magnitude above the three with a "
            "long one, the less so the rarer gradients are; lowest of the three is the one with "
            "correction and without momentum. Right: all four nearly coincide.",
        ),
        caption=both(
            zh="从 RMSprop 到 Adam，一次只换一样：加长记忆，添上修正，添上动量。拉开差距的首先是"
            "长度。学习率各取格子里最好的；线是 {seeds} 个种子的中位数，浅色带从最小到最大。",
            en="From RMSprop to Adam, one change at a time: a longer memory, the correction, "
            "momentum. The length counts most. Each at the best rate of the grid; line: median of "
            "{seeds} seeds, band: smallest to largest.",
        ),
        numbers={"seeds": clean["adam"].shape[1]},
    )


def _left_over(axes: Axes, text: Text, shares: list, found: dict, noise: bool = False) -> None:
    for name, token, dash, words, (at, dx, dy) in (
        ("rmsprop", "adaptive", "-", "RMSprop 0.99", (0, 0, 18)),
        ("longer", "adaptive", BROKEN, "RMSprop 0.999", (1, -9, 46)),
        ("corrected", "adam", DOTTED, text("0.999，修正", "0.999, corrected"), (2, 10, -14)),
        ("adam", "adam", "-", "Adam", (0, 4, 22)),
    ):
        left, kind = found[name].clamp(min=FLOOR).T, {"marker": "o", "markersize": 4}
        line = band(axes, shares, left, token, fill=0.08, linestyle=dash, **kind)
        if not noise:
            label_end(line, words, at=at, dx=dx, dy=dy)
    quiet = text("标签没有噪声", "targets without noise")
    axes.set_title(text("标签有噪声", "targets with noise") if noise else quiet)
    log_axis(axes.xaxis, text("非零的比例（对数）", "share of nonzeros (log)"))
    log_axis(axes.yaxis, text("剩下的距离（对数）", "distance left (log)"))
    axes.invert_xaxis()
    axes.set_xticks(shares, [f"{share:g}" for share in shares])
    axes.set_ylim(FLOOR, 3)
