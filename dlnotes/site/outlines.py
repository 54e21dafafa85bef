"""The outlines of letters in figures: each stands once on a page, no finer than an eye sees."""

import re
from functools import cache

# of a figure, of a letter: f3a91c02e-dlnotesSansSC-Regular-11
_OUTLINE = re.compile(
    r'<path id="(f\w{8}-(\w+-\w+-[0-9a-f]+))"(?: d="([^"]*)")? transform="scale\(0\.015625\)"\s*'
    r"(?:/>|></path>)"
)
_USED = re.compile(r'href="#(f\w{8}-[^"]+)"')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COARSER = 16  # matplotlib's grid for a letter of 12 points has steps of a 500th of a point


def once(page: str) -> str:
    """The page with every letter of its figures drawn where it is first used, and nowhere else.

    Args:
        page: HTML with figures of matplotlib, each of which brings all its letters.
    """
    known, shared = {}, {}

    def kept(found: re.Match) -> str:
        own, name, outline = found.groups(default="")
        fresh = name not in known
        if known.setdefault(name, outline) != outline:
            return found[0]  # another font of that name
        shared[own] = name
        return f'<path id="{name}" d="{_coarse(outline)}" transform="scale(.25)"></path>' * fresh

    lighter = _OUTLINE.sub(kept, page)
    return _USED.sub(lambda used: f'href="#{shared.get(used[1], used[1])}"', lighter)


@cache
def _coarse(outline: str) -> str:
    rounded = _NUMBER.sub(lambda number: str(round(float(number[0]) / _COARSER)), outline)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).replace(" -", "-")
