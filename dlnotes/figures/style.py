"""Type, lines and fonts of every figure."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager

from dlnotes.core.palette import FAMILIES, PAGE

FONT_FILE = Path(__file__).with_name("fonts") / "NotoSansSC-subset.otf"
SIZE = 12.6  # of all letters, in points
INK, MUTED, RULE = (PAGE[name][0] for name in ("ink", "muted", "rule"))


@cache
def _font() -> str:
    font_manager.fontManager.addfont(FONT_FILE)
    return font_manager.FontProperties(fname=FONT_FILE).get_name()


@contextmanager
def style() -> Iterator[None]:
    """Draw inside: the book's settings, and an error for any glyph the font lacks."""
    with matplotlib.rc_context(_settings()), _no_missing_glyph():
        yield


def _settings() -> dict:
    # The Chinese font stands first: a label with $…$ is set in the first family only.
    return {
        "font.family": [_font(), "DejaVu Sans"],
        "font.size": SIZE,
        "mathtext.fontset": "dejavusans",
        "mathtext.default": "it",
        "axes.labelsize": SIZE,
        "axes.titlesize": SIZE,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.linewidth": 0.8,
        "text.color": INK,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": SIZE,
        "ytick.labelsize": SIZE,
        "lines.linewidth": 1.8,
        "lines.color": FAMILIES["plain"][0],
        "lines.markersize": 5,
        "legend.frameon": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "svg.fonttype": "path",
        "svg.hashsalt": "dlnotes",
    }


class _Complaint(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if "does not have a glyph" in record.getMessage():
            raise ValueError(f"A figure uses a glyph its font lacks: {record.getMessage()}")


@contextmanager
def _no_missing_glyph() -> Iterator[None]:
    logger, complaint = logging.getLogger("matplotlib.mathtext"), _Complaint()
    logger.addHandler(complaint)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Glyph .* missing from font")
            yield
    finally:
        logger.removeHandler(complaint)
