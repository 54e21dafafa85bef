"""A figure of the book: drawn once per language, following the theme, with a text alternative."""

import html
import re
from collections.abc import Callable, Mapping

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from dlnotes.core.language import LANGUAGES, Bilingual
from dlnotes.figures import words
from dlnotes.figures.style import style
from dlnotes.figures.svg import side_by_side, written
from dlnotes.figures.words import Number, Text, filled, text_in

# points a panel: alone the page shows it from 350 px (phone) on, beside another from 320 px on;
# the letters of style.py are then 11 px high
ALONE, PAIRED = 400, 360
Draw = Callable[[Axes, Text], None]


def figure(
    *draw: Draw,
    alt: dict[str, str],
    caption: dict[str, str],
    numbers: Mapping[str, Number] | None = None,
    height: float = 0.55,
) -> Bilingual:
    """Draw a figure in both languages.

    Args:
        *draw: one function a panel, called with the axes and `text(zh, en)`, which gives the
            word in the language being drawn. Panels stand side by side where there is room.
        alt: what one sees, for those who do not see it; both languages, its numbers as fields
            such as `{peak:.1f}`.
        caption: first what to see, then how to read it; both languages, with fields as well.
        numbers: one for every field, taken from what is drawn; where it is a word, that in both
            languages.
        height: of a panel, as a fraction of its width.

    Raises:
        ValueError: when a language is missing, a field or its number, or a glyph that the font
            lacks.
    """
    numbers = numbers or {}
    told, said = filled(alt, "alt", numbers), filled(caption, "caption", numbers)
    if unused := sorted(set(numbers) - words.names(alt) - words.names(caption)):
        raise ValueError(f"Neither alt nor caption has a field for {', '.join(unused)}.")
    width = ALONE if len(draw) == 1 else PAIRED
    size = width, width * height
    panels = {lang: [_panel(one, lang, size) for one in draw] for lang in LANGUAGES}
    return Bilingual(
        html={lang: _html(panels[lang], told[lang], said[lang]) for lang in LANGUAGES},
        svg={lang: side_by_side(panels[lang], *size) for lang in LANGUAGES},
        plain=said,
    )


def _panel(draw: Draw, lang: str, size: tuple[float, float]) -> str:
    with style():
        canvas = Figure(figsize=[side / 72 for side in size], layout="constrained")
        FigureCanvasSVG(canvas)
        draw(canvas.subplots(), text_in(lang))
        return written(canvas, lang)


def _html(panels: list[str], alt: str, caption: str) -> str:
    hidden = "".join(panel.replace("<svg", '<svg aria-hidden="true"', 1) for panel in panels)
    return (
        f'<figure class="book-figure panels-{len(panels)}">'
        f'<div class="panels" role="img" aria-label="{html.escape(alt)}">{hidden}</div>'
        f"<figcaption>{_caption(caption)}</figcaption></figure>"
    )


def _caption(text: str) -> str:
    """Escaped text in which `code` is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))
