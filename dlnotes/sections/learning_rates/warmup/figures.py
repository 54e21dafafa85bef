"""Figures of the section: three schedules with a climb, and sharpness pressed down by one.

Book: learning_rates/warmup
"""

from collections.abc import Mapping
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, log_axis, note

DASHES = {"cosine": "-", "linear": BROKEN, "plateau": DOTTED}
NAMES = {
    "cosine": ("余弦", "cosine"), "linear": ("直线降到 0", "linear to 0"),
    "plateau": ("先平后降", "plateau, then down"),
}  # fmt: skip
PLACES = {"cosine": 0.46, "linear": 0.6, "plateau": 0.42}
RUNS = {
    "climb": ("一步步爬", "climb"), "hold": ("小步等着，再跳上去", "hold small, then jump"),
    "none": ("不预热", "no warmup"), "small": ("一直小", "small throughout"),
}  # fmt: skip
DOWN = {"none": -15, "climb": -15}  # points that a name lies above its line
DRAWN = {"climb": "-", "hold": BROKEN, "none": DOTTED, "small": DOTTED}


def shapes(rates: Mapping[str, Tensor], warmup: int) -> Bilingual:
    """Schedules with a climb, against the step.

    Args:
        rates: name -> the rate of every step with a peak of 1, shape `(T,)`.
        warmup: steps of the climb.
    """
    means = {name: values.mean().item() for name, values in rates.items()}
    return figure(
        partial(_shapes, rates=rates),
        alt=both(
            zh="三条线一起从 0 附近直直爬到 1，在第 {warmup} 步分开：一条沿半个余弦下来，"
            "一条直直下来，一条先平着走，最后 {fall} 步才降下来。",
            en="Three lines climb together from near 0 to 1 and part at step {warmup}: one comes "
            "down along half a cosine, one straight, one stays level and falls in the last {fall} "
            "steps.",
        ),
        caption=both(
            zh="前 {warmup} 步都一样，后面三种走法。平均高度：余弦 {cosine:.2f}，"
            "直线 {linear:.2f}，先平后降 {plateau:.2f}。",
            en="The first {warmup} steps are the same, then there are three ways. Mean heights: "
            "cosine {cosine:.2f}, line {linear:.2f}, plateau {plateau:.2f}.",
        ),
        numbers={
            "warmup": warmup, "fall": int((rates["plateau"].diff() < -1e-9).sum()) + 1, **means,
        },
    )  # fmt: skip


def _shapes(axes: Axes, text: Text, rates: Mapping[str, Tensor]) -> None:
    for name, values in rates.items():
        line = axes.plot(values, color=color("plain"), linestyle=DASHES[name])[0]
        label_end(line, text(*NAMES[name]), at=round(PLACES[name] * len(values)), dx=5, dy=7)
    axes.set_xlabel(text("步数", "step"))
    axes.set_ylabel(text("学习率（峰值为 1）", "rate (peak 1)"))
    axes.set_ylim(0, 1.16)


def pressed(
    runs: Mapping[str, Tensor], rates: Tensor, every: int = 1, *, net: bool = False
) -> Bilingual:
    """Sharpness along runs, beside the limit 2 / η that the climbing one draws.

    Args:
        runs: name in `RUNS` -> sharpness, shape `(S, looks)`; not finite where a run has died.
        rates: η of the climb at every step, shape `(T,)`.
        every: steps between two looks.
        net: whether these are nets, with several seeds, and not two weights.
    """
    climb = runs["climb"].median(0).values
    size = {"first": climb[0].item(), "least": climb.min().item(), "peak": rates.max().item()}
    hold = runs["hold"].median(0).values
    size["waited"] = hold[int(rates.argmax()) // every].item()
    who = (
        both(
            zh="{seeds} 个网络的中位数，带从最小到最大。",
            en="Median of {seeds} nets; band: smallest to largest.",
        )
        if net
        else both(
            zh="两个权重，{seeds} 次的中位数，带从最小到最大。",
            en="Two weights, median of {seeds} runs; band: smallest to largest.",
        )
    )
    return figure(
        partial(_pressed, runs=runs, rates=rates, every=every),
        alt=both(
            zh="一条虚线从高处往下压，一步步爬的那条贴着它，从 {first:.0f} 降到 {least:.1f}；"
            "小步等着的那条一直平在 {waited:.0f}，跳上去就断了。",
            en="A dashed line comes down from above; the climbing run goes down along it from "
            "{first:.0f} to {least:.1f}; the one that holds a small rate stays level at "
            "{waited:.0f} and breaks off at the jump.",
        ),
        caption=both(
            zh="锐度随步数变化，虚线是眼下的学习率容许的界。爬到 {peak:.2g} 的路上，"
            f"锐度被它压下来；拿小的等，等不低。{who['zh']}",
            en="Sharpness over the steps; dashed, the limit that the present rate allows. On the "
            "climb to {peak:.2g} it presses the sharpness down; waiting at a small rate does not. "
            f"{who['en']}",
        ),
        numbers=size | {"seeds": len(runs["climb"])},
    )


def _pressed(axes: Axes, text: Text, runs: Mapping[str, Tensor], rates: Tensor, every: int) -> None:
    top = 1.6 * max(values[:, 0].max().item() for values in runs.values())
    limit = 2 / rates
    axes.plot(torch.where(limit < 1.5 * top, limit, torch.nan), **THEORY)
    for name, values in runs.items():
        alive = values.isfinite().all(0) & (values < top).all(0)
        count = len(alive) if alive.all() else int(alive.int().argmin())
        steps = torch.arange(count) * every
        line = band(axes, steps, values[:, :count], "plain", linestyle=DRAWN[name], linewidth=1.5)
        if count < len(alive):
            end = steps[-1].item(), values[:, count - 1].median().item()
            axes.plot(*end, marker="x", color=color("plain"), markersize=7)
        label_end(line, text(*RUNS[name]), at=_place(name, count), dx=4, dy=DOWN.get(name, 8))
    first = int((limit < top / 2.5).int().argmax())
    note(axes, "2/η", (first, limit[first].item()), "theory", shift=(5, 2))
    log_axis(axes.yaxis, text("锐度（对数）", "sharpness (log)"))
    axes.set_xlabel(text("步数", "step"))
    low = min(limit.min().item(), runs["climb"].median(0).values.min().item())
    axes.set_ylim(bottom=0.5 * low, top=top)


def _place(name: str, count: int) -> int:
    return {
        "climb": round(0.5 * count),
        "hold": round(0.3 * count),
        "small": round(0.5 * count),
    }.get(name, 0)
