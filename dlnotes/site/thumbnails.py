"""A thumbnail of a page: its first figure without words and ticks, small enough for a list.

Of figures alone: they carry their colors with them; the drawing of a demo needs its style sheet.
"""

import re

PICTURE = re.compile(r'<figure class="book-figure.*?</svg>', re.DOTALL)
LARGEST = 18_000  # letters of a thumbnail
MOST = 150  # points of a line: a thumbnail is about as many pixels wide
LINE = re.compile(r' d="([MLz\d\s.-]+)"')  # a path of straight pieces
POINT = re.compile(r"[MLz][^MLz]*")
GROUP = re.compile(r"<g\b[^>]*(?<!/)>|</g>")
WORDS = re.compile(r'id="[\w-]*(?:text_\d+|matplotlib\.axis_\d+|legend_\d+)"')
TEXT = re.compile(r"<text\b.*?</text>", re.DOTALL)
NUMBER = re.compile(r"(-?\d+\.\d)\d+")
FRAME = re.compile(r'id="[\w-]*axes_1".*?<path d="([^"]+)"', re.DOTALL)


def thumbnail(page: str) -> str:
    """The first figure of a built page that is small enough; empty where there is none.

    Args:
        page: its HTML.
    """
    found = (figure[0] for figure in PICTURE.finditer(page))
    thin = (thinned(figure[figure.index("<svg") :]) for figure in found)
    return next((svg for svg in thin if len(svg) <= LARGEST), "")


def thinned(svg: str) -> str:
    """A picture without its words and axes, cut to what it shows, its numbers rounded."""
    view = _view(svg)
    body = TEXT.sub("", _without(svg[svg.index(">") + 1 : svg.rindex("</svg>")]))
    body = LINE.sub(_sparse, re.sub(r"\s+", " ", NUMBER.sub(r"\1", body)))
    return f'<svg viewBox="{view}" preserveAspectRatio="none" aria-hidden="true">{body}</svg>'


def _sparse(path: re.Match) -> str:
    """A line with every so many of its points; where it begins anew and where it ends, it does."""
    points = POINT.findall(path[1])
    every, last = len(points) // MOST + 1, len(points) - 1
    kept = (p for i, p in enumerate(points) if p[0] != "L" or i % every == 0 or i == last)
    return f' d="{"".join(kept)}"'


def _view(svg: str) -> str:
    """The frame of the axes; the whole of a picture that has none."""
    frame = FRAME.search(svg)
    if not frame:
        return re.search(r'viewBox="([^"]+)"', svg)[1]
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", frame[1])]
    (left, right), (top, bottom) = ((min(n), max(n)) for n in (numbers[::2], numbers[1::2]))
    return f"{left:g} {top:g} {right - left:g} {bottom - top:g}"


def _without(body: str) -> str:
    """The same without the groups that hold words: brackets are counted, for groups nest."""
    kept, depth, start = [], 0, 0
    for tag in GROUP.finditer(body):
        if depth:
            depth += 1 if tag[0] != "</g>" else -1
            start = tag.end()
        elif WORDS.search(tag[0]):
            kept.append(body[start : tag.start()])
            depth, start = 1, tag.end()
    return "".join([*kept, body[start:]])
