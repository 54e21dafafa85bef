"""The frame in which a notebook shows verdicts, solutions and scores, in light and dark."""

import html
import re

from dlnotes.core.palette import notebook

_THEME = notebook(".dlnotes") + ".dlnotes code { background: none; color: inherit }"
_LINE = "margin:.25em 0;line-height:1.6"
_CODE = (
    "margin:.5em 0;padding:.6em .9em;overflow-x:auto;background:var(--raised);color:var(--ink);"
    "line-height:1.5"
)


def card(head: str, body: str, *, lang: str, color: str = "muted") -> str:
    """A card in one language: a line in bold, then what belongs to it.

    Args:
        head: plain text, `code` between backticks.
        body: HTML.
        lang: `"zh"` or `"en"`.
        color: name of the palette's color for the bar at its side.
    """
    return (
        f'<div class="dlnotes" lang="{lang}" style="border-left:3px solid var(--{color});'
        f'padding:.4em 1em;margin:.4em 0;max-width:46em"><style>{_THEME}</style>'
        f'<p style="{_LINE};color:var(--ink)"><strong>{with_code(head)}</strong></p>{body}</div>'
    )


def line(text: str, *, quiet: bool = False) -> str:
    """A paragraph; `quiet` says it in a low voice."""
    color = "var(--muted)" if quiet else "var(--ink)"
    return f'<p style="{_LINE};color:{color}">{with_code(text)}</p>'


def code(text: str) -> str:
    """Lines of code, as they are."""
    return f'<pre style="{_CODE}"><code>{html.escape(text)}</code></pre>'


def with_code(text: str) -> str:
    """Text as HTML, `code` between backticks set as code.

    Example:
        >>> with_code("`lr` < 0")
        '<code>lr</code> &lt; 0'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))
