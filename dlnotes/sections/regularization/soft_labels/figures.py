"""The figures of the section: accuracy over ε, confidence against accuracy, and mixed rings.

Book: regularization/soft_labels
"""

from collections.abc import Mapping, Sequence
from functools import partial

import torch
from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED, THEORY, color
from dlnotes.figures.marks import band, label_end, note, threshold
from dlnotes.regularization.calibration import Bins

LABELS = {"wrong": ("15% 错标签", "15% wrong labels"), "clean": ("标签全对", "right labels")}
COOLED = ("除以温度", "cooled")
HIGH = -2  # of the bins: the one that the caption tells of
FEW = 30  # predictions; a bin with fewer is not drawn


def smoothing(found: Mapping[str, dict]) -> Bilingual:
    """What ε adds to test accuracy, alone and beside a penalty, wrong labels and right ones.

    Args:
        found: `"wrong"` and `"clean"` -> `alone` and `paid`, each (ε's, accuracies less those of
            doing nothing, `(ε's, seeds)`); `alpha`: the penalty of `paid`; `best`: the mean gain of
            the best penalty alone.
    """
    ends = {name: each["alone"][1].mean(1) for name, each in found.items()}
    tops = {name: each["paid"][1].mean(1).max() for name, each in found.items()}
    return figure(
        *(partial(_smoothing, found=each, name=name) for name, each in found.items()),
        alt=both(
            zh="两幅图。单用标签平滑，左图准确率随 ε 一路往下，右图先贴着零，再往下。"
            "加惩罚的都在零以上："
            "左图标签有错，线往上走，越过虚线；右图标签全对，线几乎是平的，贴着虚线。",
            en="Two panels. With smoothing alone, accuracy falls all the way on the left; on "
            "the right it stays near zero, then falls. With a penalty it is above zero: in the "
            "left panel, where labels are wrong, it "
            "rises past the dashed line, in the right one, where they are right, it is almost flat "
            "along it.",
        ),
        caption=both(
            zh="测试准确率比什么也不做多多少，随 ε 变化：只用标签平滑，和旁边加一份惩罚（左 α = "
            "{wrong_alpha:g}，右 {clean_alpha:g}）；虚线是只用惩罚，强度按验证图挑，多 "
            "{wrong_best:.3f} 和 {clean_best:.3f}。单用，到头是 {wrong_end:+.3f} 和 "
            "{clean_end:+.3f}；合用，最多 {wrong_top:+.3f} 和 {clean_top:+.3f}。线是 {seeds} 个"
            "种子的中位数，带从最小到最大；写出的数是平均。",
            en="Test accuracy above that of doing nothing, over ε: smoothing alone, and beside a "
            "penalty (left α = {wrong_alpha:g}, right {clean_alpha:g}); dashed: the penalty alone, "
            "its strength chosen on validation images, {wrong_best:.3f} and {clean_best:.3f}. "
            "Alone it ends at {wrong_end:+.3f} and {clean_end:+.3f}; together they reach "
            "{wrong_top:+.3f} and {clean_top:+.3f}. Line: median of {seeds} seeds, band: smallest "
            "to largest; the numbers here are means.",
        ),
        numbers={
            "seeds": found["wrong"]["alone"][1].shape[1],
            **{f"{name}_alpha": each["alpha"] for name, each in found.items()},
            **{f"{name}_best": each["best"] for name, each in found.items()},
            **{f"{name}_end": end[-1].item() for name, end in ends.items()},
            **{f"{name}_top": top.item() for name, top in tops.items()},
        },
        height=0.8,
    )


def _smoothing(axes: Axes, text: Text, found: dict, name: str) -> None:
    alone = band(axes, found["alone"][0], found["alone"][1].T, "plain", linewidth=2)
    paid = band(axes, found["paid"][0], found["paid"][1].T, "momentum", linestyle=BROKEN)
    label_end(alone, text("单用", "alone"), at=-2, dx=8, dy=12)
    label_end(paid, text("加惩罚", "and a penalty"), at=1, dx=-12, dy=34)
    axes.axhline(0, color=color("muted"), linewidth=0.8)
    shift = (0, -9 if name == "wrong" else 12)  # clear of the line beside it
    threshold(axes, found["best"], text("只罚", "penalty alone"), 0.62, ha="right", shift=shift)
    note(axes, text(*LABELS[name]), (0.03, 0.08), xycoords="axes fraction")
    axes.set(xlabel="ε", ylabel=text("多对多少", "gain"), ylim=(-0.14, 0.14))
    axes.set_xticks([0, 0.2, 0.4, 0.6])


def reliability(found: Mapping[str, Mapping[str, Bins]], usual: float) -> Bilingual:
    """How often a net is right where it says so much, for three nets, wrong labels and right ones.

    Args:
        found: `"wrong"` and `"clean"` -> `"hard"`, `"smooth"` and `"cooled"` -> bins.
        usual: ε of `"smooth"`.
    """
    hits = {
        f"{name}_{kind}": bins.accuracy[HIGH].item()
        for name, kinds in found.items()
        for kind, bins in kinds.items()
    }
    drawn = partial(_reliability, usual=usual)
    return figure(
        *(partial(drawn, found=kinds, name=name) for name, kinds in found.items()),
        alt=both(
            zh="两幅图，对角线是说几成就对几成。硬标签的点在线下，把握太大；抽过的大多远在线上，"
            "把握太小；除过温度的离线最近。",
            en="Two panels; the diagonal is where a net is right as often as it says. Hard labels "
            "lie below it, too sure; the smoothed ones mostly far above, not sure enough; the ones "
            "over a temperature are closest to it.",
        ),
        caption=both(
            zh="横轴是网络自己说的把握，纵轴是真对了几成，全部种子合在一起；虚线上两者相等。说约 "
            "{says:.2f} 的那一箱，左边硬标签对 {wrong_hard:.2f}，ε = {usual:g} 对 "
            "{wrong_smooth:.2f}，硬标签除以温度对 {wrong_cooled:.2f}；右边 {clean_hard:.2f}，"
            "{clean_smooth:.2f}，{clean_cooled:.2f}。",
            en="Across, how sure the net says it is; up, how often it is right, all seeds "
            "together; equal on the dashed line. In the bin of about {says:.2f}, the share "
            "right is, in the left panel, {wrong_hard:.2f} with hard labels, {wrong_smooth:.2f} "
            "with ε = {usual:g} and {wrong_cooled:.2f} with hard labels over a temperature; in the "
            "right panel, {clean_hard:.2f}, {clean_smooth:.2f} and {clean_cooled:.2f}.",
        ),
        numbers={
            "usual": usual, "says": found["wrong"]["hard"].confidence[HIGH].item(), **hits,
        },
        height=0.85,
    )  # fmt: skip


def _reliability(
    axes: Axes, text: Text, found: Mapping[str, Bins], name: str, usual: float
) -> None:
    axes.plot([0, 1], [0, 1], **THEORY)
    soft = f"ε = {usual:g}"
    looks = {
        "hard": ("plain", {"linewidth": 2, "marker": "o"}, ("硬标签", "hard"), (10, -12)),
        "smooth": ("momentum", {"linestyle": BROKEN, "marker": "s"}, (soft, soft), (-62, 6)),
        "cooled": ("curvature", {"linestyle": DOTTED, "marker": "^"}, COOLED, (6, -9)),
    }  # fmt: skip
    places = {"hard": 3, "smooth": 3, "cooled": 0}
    for kind, (token, look, words, (dx, dy)) in looks.items():
        bins = found[kind]
        full = bins.count >= FEW
        (line,) = axes.plot(
            bins.confidence[full], bins.accuracy[full], color=color(token), markersize=4, **look
        )
        label_end(line, text(*words), at=min(places[kind], int(full.sum()) - 1), dx=dx, dy=dy)
    note(axes, text(*LABELS[name]), (0.03, 0.95), xycoords="axes fraction")
    axes.set(
        xlabel=text("网络说的把握", "confidence it states"),
        ylabel=text("真对了几成", "share right"),
        xlim=(0.15, 1.02), ylim=(0, 1.04), xticks=[0.2, 0.4, 0.6, 0.8, 1], yticks=[0, 0.5, 1],
    )  # fmt: skip


def rings(
    points: Tensor, y: Tensor, mixes: Tensor, spreads: Sequence[float], found: Mapping[str, Tensor]
) -> Bilingual:
    """Two rings with mixes of the outer one, and what mixing does to accuracy on them.

    Args:
        points: `(N, 2)`, of which y says 1 for the inner ring.
        y: their classes.
        mixes: of two points of the outer ring, `(M, 2)`.
        spreads: a's, the first one 0.
        found: `"clear"` and `"blurred"` -> accuracy `(spreads, seeds)`.
    """
    gains = {name: (each - each[0]).mean(1) for name, each in found.items()}
    return figure(
        partial(_points, points=points, y=y, mixes=mixes),
        partial(_gains, spreads=spreads, found=found),
        alt=both(
            zh="左图：外圈一圈点，里圈一圈点，外圈两点混出来的叉散满了里圈。右图：噪声小，准确率"
            "随 a 往下掉；噪声大，线在零上下不远。",
            en="Left: points on an outer and an inner ring, and crosses, mixes of two outer "
            "points, all over the inner ring. Right: with little noise accuracy falls as a grows; "
            "with much noise the line stays near zero.",
        ),
        caption=both(
            zh="左：实心是外圈，空心是里圈，叉是外圈的两点混成的，标签算外圈，有些正落在里圈上。"
            "右：测试准确率比不混多多少；噪声小，a = {last:g} 时 {clear:+.3f}；噪声大，a = "
            "{first:g} 时 {blurred:+.3f}。线是 {seeds} 个种子的中位数，带从最小到最大；"
            "写出的数是平均。",
            en="Left: filled the outer ring, hollow the inner, crosses mixes of two outer points, "
            "labeled outer, some right on the inner ring. Right: test accuracy above that without "
            "mixing: {clear:+.3f} at a = {last:g} with little noise, {blurred:+.3f} at a = "
            "{first:g} with much. Line: median of {seeds} seeds, band: smallest to largest; the "
            "numbers here are means.",
        ),
        numbers={
            "first": spreads[1], "last": spreads[-1], "seeds": found["clear"].shape[1],
            "clear": gains["clear"][-1].item(), "blurred": gains["blurred"][1].item(),
        },
        height=0.8,
    )  # fmt: skip


def _points(axes: Axes, text: Text, points: Tensor, y: Tensor, mixes: Tensor) -> None:
    inner, outer = points[y == 1], points[y == 0]
    axes.scatter(*mixes.T, marker="x", s=12, color=color("momentum"), linewidth=0.9)
    axes.scatter(*outer.T, s=14, color=color("plain"))
    axes.scatter(*inner.T, s=16, facecolor="none", edgecolor=color("plain"))
    axes.set(xticks=[], yticks=[], aspect="equal")


def _gains(axes: Axes, text: Text, spreads: Sequence[float], found: Mapping[str, Tensor]) -> None:
    places = torch.arange(len(spreads), dtype=torch.float64)
    looks = {"clear": {"linewidth": 2}, "blurred": {"linestyle": BROKEN}}
    words = {"clear": ("噪声小", "little noise"), "blurred": ("噪声大", "much noise")}
    for (name, look), token in zip(looks.items(), ("plain", "momentum"), strict=True):
        gain = found[name] - found[name][0]
        line = band(axes, places, gain.T, token, **look)
        label_end(line, text(*words[name]), at=2, dx=-8, dy=-26 if name == "clear" else 22)
    axes.axhline(0, **THEORY)
    axes.set_xticks(places, [f"{a:g}" for a in spreads])
    axes.set(xlabel=text("混得多匀，a", "how evenly mixed, a"), ylabel=text("多对多少", "gain"))
