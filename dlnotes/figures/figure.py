"""A figure of the book: drawn once per language, following the theme, with a text alternative."""

import hashlib
import html
import io
import re
from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dlnotes.core.language import LANGUAGES, Bilingual, complete
from dlnotes.core.palette import FAMILIES, PAGE, tokens
from dlnotes.figures.style import style

WIDTH = 400  # points a panel; the page shows it between 358 px (phone) and 560 px
Text = Callable[[str, str], str]
Draw = Callable[[Axes, Text], None]


def figure(
    *draw: Draw, alt: dict[str, str], caption: dict[str, str], height: float = 0.55
) -> Bilingual:
    """Draw a figure in both languages.

    Args:
        *draw: one function a panel, called with the axes and `text(zh, en)`, which gives the
            word in the language being drawn. Panels stand side by side where there is room.
        alt: what one sees, for those who do not see it; both languages.
        caption: first what to see, then how to read it; both languages.
        height: of a panel, as a fraction of its width.

    Raises:
        ValueError: when a language is missing, or a glyph that the font lacks.
    """
    complete(alt, "alt")
    complete(caption, "caption")
    panels = {lang: [_panel(one, lang, height) for one in draw] for lang in LANGUAGES}
    return Bilingual(
        html={lang: _html(panels[lang], alt[lang], caption[lang]) for lang in LANGUAGES},
        svg={lang: _side_by_side(panels[lang], height) for lang in LANGUAGES},
        plain=caption,
    )


def color(token: str) -> str:
    """The colour of a family of methods, or of the page, as matplotlib wants it.

    Args:
        token: `"momentum"`, `"plain"`, `"theory"`, …, or `"ink"`, `"muted"`, `"rule"` …

    Raises:
        ValueError: for an unknown token.

    Example:
        >>> color("momentum")
        '#0439e7'
    """
    pair = FAMILIES.get(token) or PAGE.get(token)
    if pair is None:
        known = ", ".join((*FAMILIES, *PAGE))
        raise ValueError(f"`token` must be one of {known}, got {token!r}.")
    return pair[0]


def label_end(line: Line2D, text: str, *, dx: float = 5, dy: float = 0, at: int = -1) -> None:
    """Write a line's name at its end (or at point `at`), in its colour, instead of a legend."""
    x, y = line.get_xdata()[at], line.get_ydata()[at]
    line.axes.annotate(
        text,
        (x, y),
        (dx, dy),
        textcoords="offset points",
        color=line.get_color(),
        va="center",
        annotation_clip=False,
    )


def _panel(draw: Draw, lang: str, height: float) -> str:
    with style():
        canvas = Figure(figsize=(WIDTH / 72, WIDTH * height / 72), layout="constrained")
        FigureCanvasSVG(canvas)
        draw(canvas.subplots(), lambda zh, en: {"zh": zh, "en": en}[lang])
        file = io.StringIO()
        canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _own_ids(_themed(_bare(file.getvalue())))


def _bare(svg: str) -> str:
    """The <svg> element alone, without prologue, metadata and fixed size."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.S)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.S)
    # matplotlib's rule for `*` would reach every other element of the page
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.S)
    svg = svg.replace("<svg", '<svg stroke-linejoin="round"', 1)
    return re.sub(r'(<svg[^>]*?) width="[^"]*pt"', r"\1", re.sub(r' height="[^"]*pt"', "", svg))


def _themed(svg: str) -> str:
    for name, (light, _) in tokens().items():
        svg = svg.replace(light, f"var({name}, {light})")
    return svg


def _own_ids(svg: str) -> str:
    """Ids that no other figure on the page has."""
    mark = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8] + "-"
    svg = re.sub(r'\bid="', f'id="{mark}', svg)
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}", svg)


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


def _side_by_side(panels: list[str], height: float) -> str:
    """One picture of all panels on paper, for places without the page's style sheet."""
    size = f"0 0 {WIDTH * len(panels)} {WIDTH * height:.0f}"
    placed = "".join(
        panel.replace("<svg", f'<svg x="{i * WIDTH}" width="{WIDTH}"', 1)
        for i, panel in enumerate(panels)
    )
    paper = f'<rect width="100%" height="100%" fill="{PAGE["paper"][0]}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{size}" '
        f'width="{560 if len(panels) == 1 else 900}">{paper}{placed}</svg>'
    )
