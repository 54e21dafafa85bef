"""What figures draw again and again: a band over seeds, a note, a threshold, a log axis."""

import torch
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, NullLocator
from torch import Tensor

from dlnotes.figures.ink import THEORY, color


def band(
    axes: Axes, x, runs: Tensor, token: str, *, share: float = 1.0, fill: float = 0.15, **line
) -> Line2D:
    """Draw runs over several seeds as their median, on a band that holds most of them.

    Args:
        axes: where.
        x: shape `(T,)`.
        runs: one a seed, shape `(seeds, T)`.
        token: of the colour.
        share: of the runs that the band holds: 1 from the smallest to the largest, 0.95 without
            2.5 % at either end.
        fill: opacity of the band.
        **line: how the median is drawn, as `axes.plot` takes it.
    """
    low, high = _ends(runs, share)
    axes.fill_between(x, low, high, color=color(token), alpha=fill, linewidth=0)
    middle = runs.contiguous().median(0).values  # torch's median errs on an expanded tensor
    return axes.plot(x, middle, color=color(token), **line)[0]


def _ends(runs: Tensor, share: float) -> tuple[Tensor, Tensor]:
    if share == 1:  # a quantile makes NaN of an infinite end
        return runs.amin(0), runs.amax(0)
    tail = (1 - share) / 2
    return torch.quantile(runs, tail, 0), torch.quantile(runs, 1 - tail, 0)


def note(
    axes: Axes, words: str, at: tuple, token: str = "ink", shift: tuple = (0, 0), **more
) -> None:
    """Write words at a point of the picture.

    Args:
        axes: where.
        words: in the language being drawn.
        at: the point, in units of the axes; `xycoords="axes fraction"` for those of the panel.
        token: of the colour.
        shift: from there, in points.
        **more: as `axes.annotate` takes it, such as `ha="right"`.
    """
    kind = {"color": color(token), "va": "center", "annotation_clip": False} | more
    axes.annotate(words, at, shift, textcoords="offset points", **kind)


def threshold(axes: Axes, level: float, words: str, x: float, **kind) -> None:
    """Draw a level that theory gives, with its name at `x`; `kind` as `note` takes it."""
    axes.axhline(level, **THEORY)
    note(axes, words, (x, level), "theory", **kind)


def label_end(line: Line2D, words: str, *, dx: float = 5, dy: float = 0, at: int = -1) -> None:
    """Write a line's name at its end (or at point `at`), in its colour, instead of a legend."""
    end = line.get_xdata()[at], line.get_ydata()[at]
    note(line.axes, words, end, shift=(dx, dy), color=line.get_color())


def log_axis(axis: Axis, label: str) -> None:
    """Make an axis logarithmic, few ticks, and name it; the name says that it is.

    Args:
        axis: `axes.xaxis` or `axes.yaxis`.
        label: in the language being drawn, such as `text("步（对数）", "step (log)")`.
    """
    axis.axes.set(**{f"{axis.axis_name}scale": "log"})
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(_tick))
    axis.set_label_text(label)


def _tick(value: float, place: int | None = None) -> str:
    """A number of a log axis at the height of all letters: a raised exponent is lost on a phone.

    Example:
        >>> [_tick(value) for value in (0.001, 1, 10_000, 1e-6)]
        ['0.001', '1', '10,000', '1e−6']
    """
    if 1e-3 <= value < 1e5:
        return f"{value:,g}"
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits}e{int(exponent)}".replace("-", "−")
