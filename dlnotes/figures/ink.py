"""How a line looks: its colour, its dash."""

from dlnotes.core.palette import FAMILIES, PAGE

# the second and the third member of a family, which share its colour
BROKEN = (0, (4, 1.6))
DOTTED = (0, (1, 1.4))


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


# of a line that was computed and not measured: axes.axhline(1, **THEORY)
THEORY = {"color": color("theory"), "linestyle": "--", "linewidth": 1.4}
