"""The figure of the section: two curves that bounce, and only one net that does."""

from functools import partial

from matplotlib.axes import Axes

from dlnotes.convergence.curves import moving_average
from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, color
from dlnotes.figures.marks import label_end
from dlnotes.sections.convergence.loss_curves.arms import LOOK, Seen

WINDOW = 40


def two_bounces(noisy: Seen, swaying: Seen) -> Bilingual:
    """The batch loss of two runs, and what the loss on all data does beneath it.

    Args:
        noisy: a run whose batches differ while the net slides.
        swaying: one in which the net bounces.
    """
    ends = [max(run.full.tolist()[1:]) / min(run.full.tolist()) for run in (noisy, swaying)]
    return figure(
        partial(_curves, run=noisy, names=True),
        partial(_curves, run=swaying, names=False),
        alt=both(
            zh="两张图，细灰线是一批的损失，都上下乱跳。左边，全部数据上的损失慢慢从 "
            "{first:.2f} 降到 {last:.2f}；右边，它自己也在跳，最高到 {peak:.1f}。",
            en="Two panels. In both the thin gray line, the batch loss, jumps up and down. On the "
            "left the loss on all data creeps down from {first:.2f} to {last:.2f}; on the "
            "right it jumps too, up to {peak:.1f}.",
        ),
        caption=both(
            zh="左：在跳的是批，全部数据上的损失，除去起点，最高只有最低的 {calm:.1f} 倍；"
            "右：在跳的是网络，{wild:.0f} 倍。粗线是 {window} 步的移动平均，"
            "虚线是全部数据上的损失。",
            en="Left: the batches bounce; on all data, the start aside, the highest loss is "
            "only {calm:.1f} times the lowest. Right: the net bounces, {wild:.0f} times. Thick: "
            "moving average over {window} steps; dashed: loss on all data.",
        ),
        numbers={
            "first": noisy.full[0].item(), "last": noisy.full[-1].item(),
            "peak": swaying.full.max().item(), "calm": ends[0], "wild": ends[1], "window": WINDOW,
        },
        height=0.6,
    )  # fmt: skip


def _curves(axes: Axes, text: Text, run: Seen, names: bool) -> None:
    losses = run.batch.tolist()
    axes.plot(losses, color=color("plain"), linewidth=0.6, alpha=0.45)
    thick = axes.plot(moving_average(losses, WINDOW), color=color("plain"))[0]
    looks = [LOOK * place for place in range(len(run.full))]
    dashed = axes.plot(looks, run.full, color=color("theory"), linestyle=BROKEN)[0]
    if names:
        label_end(thick, text("平均", "mean"), dx=4, dy=5)
        label_end(dashed, text("全部数据", "all data"), dx=4, dy=-8)
    axes.set(xlabel=text("步数", "step"), ylabel=text("损失", "loss"), ylim=(0, None))
