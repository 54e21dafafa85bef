"""The figure of the section: how near to the best cell searches are after every trial.

Book: hyperparameters/bayesian
"""

from collections.abc import Mapping
from functools import partial

from matplotlib.axes import Axes
from torch import Tensor

from dlnotes.core.language import Bilingual, both
from dlnotes.figures.figure import Text, figure
from dlnotes.figures.ink import BROKEN, DOTTED
from dlnotes.figures.marks import band, label_end, note

FROM = 5  # trials: before that there is no telling them apart
PANELS = {"mean": ("没有噪声", "without noise"), "one": ("一个起点", "one start")}


def race(found: Mapping[str, Mapping[str, Tensor]], trials: int) -> Bilingual:
    """How much worse than the best cell what looks best is, after every trial.

    Args:
        found: `"mean"` and `"one"` -> `"random"`, `"sobol"` and `"bayes"` -> regrets of shape
            `(seeds, trials)` or longer.
        trials: up to which they are drawn.
    """
    last = {name: races["bayes"][:, trials - 1].median().item() for name, races in found.items()}
    chance = {name: races["random"][:, trials - 1].median().item() for name, races in found.items()}
    return figure(
        *(partial(_race, races=races, trials=trials, name=name) for name, races in found.items()),
        alt=both(
            zh="两幅图，三条线都往右下走：虚线是随机，点线是 Sobol 点，粗实线是贝叶斯优化，右边落得"
            "最低，靠左的带子最宽。",
            en="Two panels with three falling lines each: dashed random, dotted Sobol points, "
            "and thick Bayesian optimization, lowest on the right, with wide bands on the left.",
        ),
        caption=both(
            zh="损失比最好的一格高多少。{trials} 次试验，中位数：没有噪声，贝叶斯优化 "
            "{mean:.4f}，随机 {mean_chance:.4f}；一个起点，{one:.4f} 和 "
            "{one_chance:.4f}。线是 {seeds} 个种子的中位数，带子装中间一半。",
            en="Loss above that of the best cell. Medians after {trials} trials: without noise "
            "{mean:.4f} for Bayesian optimization and {mean_chance:.4f} for random; with one start "
            "{one:.4f} and {one_chance:.4f}. Line: median of {seeds} seeds; the band holds the "
            "middle half.",
        ),
        numbers={
            "trials": trials, "seeds": len(found["mean"]["bayes"]),
            "mean": last["mean"], "mean_chance": chance["mean"],
            "one": last["one"], "one_chance": chance["one"],
        },
        height=0.72,
    )  # fmt: skip


def _race(axes: Axes, text: Text, races: Mapping[str, Tensor], trials: int, name: str) -> None:
    x = range(FROM, trials + 1)

    def way(search: str, token: str, fill: float, **line):
        runs = races[search][:, FROM - 1 : trials]
        return band(axes, x, runs, token, share=0.5, fill=fill, **line)

    random = way("random", "plain", 0.1, linestyle=BROKEN)
    sobol = way("sobol", "plain", 0, linestyle=DOTTED)
    bayes = way("bayes", "momentum", 0.15, linewidth=2)
    label_end(random, text("随机", "random"), at=1, dx=8, dy=14)
    label_end(sobol, "Sobol", at=-1, dx=-30, dy=16)
    label_end(bayes, text("贝叶斯优化", "Bayesian optimization"), at=-1, dx=-96, dy=-10)
    note(axes, text(*PANELS[name]), (0.97, 0.95), xycoords="axes fraction", ha="right")
    axes.set(
        xlim=(FROM, trials),
        ylim=(-0.03, 0.42),
        yticks=[0, 0.1, 0.2, 0.3, 0.4],
        xlabel=text("试验次数", "trials"),
        ylabel=text("比最好的一格高", "above the best cell"),
    )
