"""The symbols that stand in a formula: letters, with an accent or with a subscript that counts."""

import re
from collections.abc import Collection, Iterator

GREEK = (
    "alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|vartheta|iota|kappa|lambda|"
    "mu|nu|xi|pi|rho|varrho|sigma|tau|upsilon|phi|varphi|chi|psi|omega|Gamma|Delta|Theta|"
    "Lambda|Xi|Pi|Sigma|Upsilon|Phi|Psi|Omega|ell"
)
ACCENT = r"\\(?:hat|bar|tilde|dot|widehat|overline|mathcal|mathbb)"
LETTER = rf"(?:\\(?:{GREEK})(?![A-Za-z])|[A-Za-z])"
SYMBOL = re.compile(
    rf"(?P<accented>{ACCENT}(?:\s*\{{\s*{LETTER}\s*\}}|\s+[A-Za-z]|\s*\\(?:{GREEK})(?![A-Za-z])))"
    rf"|(?P<command>(?!{LETTER})\\[A-Za-z]+)|(?P<letter>{LETTER})"
)
SUBSCRIPT = re.compile(r"\s*_\s*(?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9])")
WORDS = re.compile(r"\\(?:begin|end|mathrm|text|operatorname)\*?\s*(?:\{[^{}]*\}|[A-Za-z])")


def normal(symbol: str) -> str:
    r"""One spelling of a symbol: of `\hat{m}` and `\hat m`, of `\beta_{1}` and `\beta_1`."""
    return re.sub(r"[{}\s]", "", symbol)


def symbols(formula: str, known: Collection[str] = ()) -> Iterator[str]:
    r"""Every symbol in a piece of LaTeX, in its normal form.

    Args:
        formula: without its dollar signs.
        known: symbols in their normal form; a subscript is part of a symbol where the two
            together are one of them, as in `\lambda_\max`, and else an index with letters of its
            own, as in `m_t`.

    Example:
        >>> list(symbols(r"\hat{m}_t - \frac{\eta}{2}\,\mathrm{sign}(g)"))
        ['\\hatm', 't', '\\eta', 'g']
    """
    text, place = WORDS.sub(" ", formula), 0
    while found := SYMBOL.search(text, place):
        place = found.end()
        if not found["command"]:
            below = SUBSCRIPT.match(text, place)
            whole = normal(found[0] + below[0]) if below else ""
            place = below.end() if whole in known else place
            yield whole if whole in known else normal(found[0])
