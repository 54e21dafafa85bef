"""The SVG of a panel, made fit for a page: bare, in the colours of the theme, with own ids."""

import hashlib
import io
import re

from matplotlib.figure import Figure

from dlnotes.core.palette import PAGE, tokens

_FINE = re.compile(r"-?\d+\.\d+")


def written(canvas: Figure, lang: str) -> str:
    """The <svg> element of a panel in a language, as a page can hold it."""
    file = io.StringIO()
    canvas.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return _own_ids(_themed(_bare(file.getvalue())), lang)


def side_by_side(panels: list[str], width: float, height: float) -> str:
    """One picture of all panels on paper, for places without the page's style sheet.

    Args:
        panels: <svg> elements.
        width: of a panel, in points.
        height: of a panel, in points.
    """
    placed = "".join(
        panel.replace("<svg", f'<svg x="{i * width}" width="{width}"', 1)
        for i, panel in enumerate(panels)
    )
    paper = f'<rect width="100%" height="100%" fill="{PAGE["paper"][0]}"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {width * len(panels)} {height:.0f}" '
        f'width="{560 if len(panels) == 1 else 900}">{paper}{placed}</svg>'
    )


def _bare(svg: str) -> str:
    """The <svg> element alone, without prologue, metadata and fixed size, to a 100th of a point."""
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.S)
    svg = re.sub(r"<!--.*?-->\s*", "", svg, flags=re.S)
    # matplotlib's rule for `*` would reach every other element of the page
    svg = re.sub(r"\s*<defs>\s*<style.*?</style>\s*</defs>", "", svg, flags=re.S)
    svg = re.sub(r' d="[^"]*"', lambda path: _FINE.sub(_rounded, path[0]), svg)
    svg = svg.replace("<svg", '<svg stroke-linejoin="round"', 1)
    return re.sub(r'(<svg[^>]*?) width="[^"]*pt"', r"\1", re.sub(r' height="[^"]*pt"', "", svg))


def _rounded(number: re.Match) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _themed(svg: str) -> str:
    for name, (light, _) in tokens().items():
        svg = svg.replace(light, f"var({name}, {light})")
    return svg


def _own_ids(svg: str, lang: str) -> str:
    """Ids that no other figure has, nor the twin of a panel without words."""
    mark = "f" + hashlib.sha256((lang + svg).encode()).hexdigest()[:8] + "-"
    svg = re.sub(r'\bid="', f'id="{mark}', svg)
    return re.sub(r'(href="#|url\(#)', rf"\g<1>{mark}", svg)
