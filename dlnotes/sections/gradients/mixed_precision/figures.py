"""Figures of the section: how far a gradient is off in few bits, and what that does to training.

Book: gradients/mixed_precision
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, label_end, log_axis

FORMATS = {"full": "float32", "half": "fp16", "brain": "bf16"}
LOOKS = {
    "float32": ("plain", "-"), "fp16": ("adaptive", "-"), "scaled": ("momentum", BROKEN),
    "bf16": ("curvature", DOTTED),
}  # fmt: skip


def errors(found: Mapping[str, Tensor], exponents: Sequence[int]) -> Bilingual:
    """How far the gradient is off against how many losses a step averages over.

    Args:
        found: `"fp16"`, `"scaled"`, `"bf16"` -> relative errors, `(exponents, seeds)` each.
        exponents: of N, powers of 2.
    """
    first, last = (
        {name: values[at].median().item() for name, values in found.items()} for at in (0, -1)
    )
    return figure(
        partial(_errors, found=found, counts=2.0 ** torch.tensor(exponents, dtype=torch.float64)),
        alt=both(
            zh="三条线。{brain} 是平的，约 {flat:.1%}；{half} 起先低得多，约 {before:.2%}，后来一路"
            "升到 {after:.0%}；乘了再除的 {half} 一直留在低处。",
            en="Three lines. {brain} is flat at about {flat:.1%}; {half} begins far lower, near "
            "{before:.2%}, and climbs to {after:.0%}; {half} with a scaled loss stays low.",
        ),
        caption=both(
            zh="没训练的网络，第一个梯度的误差。平均的损失越多，信号越小：{half} 从比 {brain} 准，"
            "变成全错。两轴取对数，线是 {seeds} 个种子的中位数，带从最小到最大。",
            en="The error of the first gradient of an untrained net. The more losses a step "
            "averages over, the smaller the signals: {half} goes from better than {brain} to "
            "all wrong. Both axes log; median of {seeds} seeds, band from smallest to largest.",
        ),
        numbers={"half": "fp16", "brain": "bf16"} | {
            "flat": first["bf16"], "before": first["fp16"], "after": last["fp16"],
            "seeds": found["fp16"].shape[1],
        },
        height=0.7,
    )  # fmt: skip


def _errors(axes: Axes, text: Text, found: Mapping[str, Tensor], counts: Tensor) -> None:
    names = _names(text)
    for name, values in found.items():
        family, dash = LOOKS[name]
        line = band(axes, counts, values.T, family, fill=0.15, linestyle=dash)
        label_end(line, names[name])
    log_axis(
        axes.xaxis, text("一步平均多少个损失（对数）", "losses that a step averages over (log)")
    )
    log_axis(axes.yaxis, text("梯度的相对误差（对数）", "relative error of the gradient (log)"))


def training(
    many: Mapping[str, Tensor], small: Mapping[str, Tensor], rates: tuple[float, float]
) -> Bilingual:
    """Two trainings: of steps that average over many losses, and with weights in bf16.

    Args:
        many: `"float32"`, `"fp16"`, `"scaled"`, `"bf16"` -> loss of every 10 steps,
            `(steps / 10, seeds)`, each at its best learning rate.
        small: `"copy"`, `"alone"` -> the same at two rates, `(steps / 10, 2, seeds)`.
        rates: the small learning rate and the large one.
    """
    end = {name: values[-2:].mean().item() for name, values in many.items()}
    left = {name: values[-2:].mean((0, 2)) for name, values in small.items()}
    return figure(
        partial(_many, many=many),
        partial(_small, small=small, rates=rates),
        alt=both(
            zh="左图：{full}、{brain} 和乘了再除的 {half} 三条线叠在一起，降到 {good:.4f}；不乘的 "
            "{half} 停在 {bad:.2f}。右图：大的学习率，两条线差得不多；小的学习率，只用 {brain} "
            "存权重的停在 {alone:.2f}，有 {full} 副本的到 {copy:.2f}。",
            en="Left: {full}, {brain} and {half} with a scaled loss lie on one line and fall to "
            "{good:.4f}; {half} without it stays at {bad:.2f}. Right: at the large learning rate "
            "two lines are close; at the small one, weights in {brain} alone stay at {alone:.2f}, "
            "and with a {full} copy they get to {copy:.2f}.",
        ),
        caption=both(
            zh="左：一步平均约四百万个损失，各用各最好的学习率。右：权重只用 {brain} 存，还是另有 "
            "{full} 副本，学习率 {low} 和 {high}。纵轴取对数，线是中位数，带从最小到最大，"
            "左图 {seeds} 个种子，右图 {more} 个。",
            en="Left: a step averages over some four million losses, each at its best learning "
            "rate. Right: weights in {brain} alone or with a {full} copy, at learning rates of "
            "{low} and {high}. Vertical axes log; median, band from smallest to largest, of "
            "{seeds} seeds on the left and {more} on the right.",
        ),
        numbers=FORMATS | {
            "good": end["float32"], "bad": end["fp16"], "copy": left["copy"][0].item(),
            "alone": left["alone"][0].item(), "low": f"{rates[0]:g}", "high": f"{rates[1]:g}",
            "seeds": many["fp16"].shape[1], "more": small["copy"].shape[2],
        },
        height=0.8,
    )  # fmt: skip


def _many(axes: Axes, text: Text, many: Mapping[str, Tensor]) -> None:
    names = _names(text)
    for name, values in many.items():
        family, dash = LOOKS[name]
        line = band(axes, _steps(values), values.T, family, fill=0.1, linestyle=dash)
        label_end(line, names[name], dy={"float32": 14, "bf16": -14}.get(name, 0))
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))


def _small(axes: Axes, text: Text, small: Mapping[str, Tensor], rates: tuple[float, float]) -> None:
    names = {"copy": text("副本", "copy"), "alone": "bf16"}
    for name, family, dash in (("copy", "plain", "-"), ("alone", "curvature", DOTTED)):
        for at, rate in enumerate(rates):
            values = small[name][:, at]
            line = band(axes, _steps(values), values.T, family, fill=0.1, linestyle=dash)
            label_end(line, f"{names[name]}, {rate:g}", dy=7 if name == "alone" else -7)
    axes.set_xlabel(text("步数", "step"))
    log_axis(axes.yaxis, text("损失（对数）", "loss (log)"))


def _steps(values: Tensor) -> Tensor:
    return 10 * torch.arange(1, len(values) + 1)


def _names(text: Text) -> dict[str, str]:
    return {
        "float32": "float32", "fp16": "fp16", "bf16": "bf16",
        "scaled": text("fp16，乘了再除", "fp16, scaled"),
    }  # fmt: skip
