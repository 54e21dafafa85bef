"""The figures of the section: a loss on few images and on all, and error by number of images.

Book: hyperparameters/remedies
"""

from collections.abc import Mapping, Sequence
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN
from dlnotes.figures.marks import band, label_end, log_axis, note
from dlnotes.sections.hyperparameters.remedies.experiments import line_through

RUNS = {"narrow": ("太窄", "too narrow"), "hot": ("学习率太大", "rate too high")}


def jumps(found: Mapping[str, tuple[Tensor, Tensor]], asked: int) -> Bilingual:
    """The test loss step by step, on a few images and on all.

    Args:
        found: `"narrow"` and `"hot"` -> loss on a batch and on all test images, `(T,)` each.
        asked: images in a batch.
    """
    spread = {name: [part.std().item() for part in pair] for name, pair in found.items()}
    return figure(
        *(partial(_jumps, found=pair, name=name) for name, pair in found.items()),
        alt=both(
            zh="两幅图，横轴是最后几步，纵轴是测试损失。左图细线上下跳，粗线几乎是平的；"
            "右图两条线一起跳，跳得高得多。",
            en="Two panels, test loss over the last steps. Left, a thin line jumps and a thick one "
            "is almost flat; right, both jump together, and much higher.",
        ),
        caption=both(
            zh="一个种子，最后 {steps} 步的测试损失：细线每步换 {asked} 张图，粗线是全部。"
            "标准差，左 "
            "{narrow_batch:.3f} 和 {narrow_whole:.3f}，右 {hot_batch:.2f} 和 {hot_whole:.2f}。"
            "两边的纵轴不同。",
            en="One seed, test loss over the last {steps} steps: thin, {asked} images a step; "
            "thick, all of them. Standard deviations, left {narrow_batch:.3f} and "
            "{narrow_whole:.3f}, right {hot_batch:.2f} and {hot_whole:.2f}. The vertical axes "
            "differ.",
        ),
        numbers={
            "steps": len(found["narrow"][0]), "asked": asked,
            "narrow_batch": spread["narrow"][0], "narrow_whole": spread["narrow"][1],
            "hot_batch": spread["hot"][0], "hot_whole": spread["hot"][1],
        },
        height=0.6,
    )  # fmt: skip


def _jumps(axes: Axes, text: Text, found: tuple[Tensor, Tensor], name: str) -> None:
    batch, whole = found
    steps = range(1 - len(batch), 1)
    band(axes, steps, batch[None], "plain", linewidth=1)
    band(axes, steps, whole[None], "momentum", linewidth=2.2)
    note(axes, text(*RUNS[name]), (0.97, 0.93), xycoords="axes fraction", ha="right")
    axes.set(
        xlabel=text("离结束的步数", "steps from the end"), ylabel=text("测试损失", "test loss"),
        ylim=(0, 1.25 * batch.max().item()),
    )  # fmt: skip


def learning(found: Mapping[str, Tensor], counts: Sequence[int], known: int) -> Bilingual:
    """Test error by number of images, and where the line of the first few would lead.

    Args:
        found: `"right"` and `"wrong"` labels -> errors, `(counts, seeds)`.
        counts: images to learn from, growing.
        known: how many of them the line is fitted to.
    """
    lines = {n: line_through(counts[:known], e.mean(1)[:known]) for n, e in found.items()}
    ends = {name: a * counts[-1] ** -p for name, (a, p) in lines.items()}
    return figure(
        partial(_learning, found=found, counts=counts, lines=lines),
        alt=both(
            zh="两个轴都取对数，两条线从左上往右下。标签全对的靠下，到右边高过它的虚线；标错三成的"
            "靠上，到右边弯到它的虚线下面去。",
            en="Both axes logarithmic, two lines fall to the right. The one of right labels is "
            "lower and ends above its dashed line; the one of wrong labels is higher and bends "
            "below its dashed line at the right.",
        ),
        caption=both(
            zh="测试错误率和训练图的张数，两轴取对数；线是 {seeds} 份数据的中位数，带从最小到最大。"
            "虚线照前 {known} 点的平均画。{last} 张的平均：标签全对，虚线上 {right_line:.3f}，"
            "量出来 {right_end:.3f}；标错三成，{wrong_line:.3f} 和 {wrong_end:.3f}。",
            en="Test error by number of training images, both axes log; line: median, band: "
            "smallest to largest, of {seeds} data sets. Dashed: through the means of the first "
            "{known} points. Means at {last}: right labels, {right_line:.3f} by the line and "
            "{right_end:.3f} measured; three in ten wrong, {wrong_line:.3f} and {wrong_end:.3f}.",
        ),
        numbers={
            "seeds": found["right"].shape[1], "known": known, "last": counts[-1],
            "right_line": ends["right"], "right_end": found["right"][-1].mean().item(),
            "wrong_line": ends["wrong"], "wrong_end": found["wrong"][-1].mean().item(),
        },
    )  # fmt: skip


def _learning(
    axes: Axes,
    text: Text,
    found: Mapping[str, Tensor],
    counts: Sequence[int],
    lines: Mapping[str, tuple[float, float]],
) -> None:
    names = {"right": ("标签全对", "right labels"), "wrong": ("标错三成", "three in ten wrong")}
    for name, family in (("wrong", "adaptive"), ("right", "plain")):
        drawn = band(axes, counts, found[name].T, family)
        a, p = lines[name]
        axes.plot(counts, [a * n**-p for n in counts], color=drawn.get_color(), linestyle=BROKEN)
        label_end(drawn, text(*names[name]), at=2, dx=4, dy=12)
    log_axis(axes.xaxis, text("训练图的张数（对数）", "training images (log)"))
    log_axis(axes.yaxis, text("测试错误率（对数）", "test error (log)"))
    axes.set_xticks(list(counts), [f"{count}" for count in counts])
    axes.set_yticks([0.03, 0.1, 0.3], ["0.03", "0.1", "0.3"])
