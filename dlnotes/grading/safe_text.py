"""Text that others have written, made safe to show: on a page, in a table, in a terminal."""

import hashlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

_LETTERS = "alpha beta gamma delta epsilon eta theta kappa lambda mu nu pi rho sigma tau phi omega"
_SIGNS = dict(zip(_LETTERS.split(), "αβγδεηθκλμνπρστφω", strict=True)) | {
    "ge": "≥",
    "le": "≤",
    "ne": "≠",
    "approx": "≈",
    "cdot": "·",
    "times": "×",
    "to": "→",
    "infty": "∞",
    "ldots": "…",
    "nabla": "∇",
    "sum": "∑",
}
_WORDS = ("min", "max", "ln", "log", "exp", "sin", "cos", "mathrm", "text")
_MARKED = re.compile(r"`([^`]+)`|\$([^$]+)\$")
_INNERMOST = (
    (re.compile(r"\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}"), r"(\1)/(\2)"),
    (re.compile(r"\\sqrt\{([^{}]*)\}"), r'√<span class="root">\1</span>'),
    (re.compile(r"_\{([^{}]*)\}"), r"<sub>\1</sub>"),
    (re.compile(r"\^\{([^{}]*)\}"), r"<sup>\1</sup>"),
)
MOST_FORMULA = 300


def visible(text: str) -> str:
    """The text with everything that has no glyph of its own written out.

    Example:
        >>> visible("\\x1b[31mred\\u202e")
        '\\\\x1b[31mred\\\\u202e'
    """
    return "".join(_written_out(mark) for mark in text)


def _written_out(mark: str) -> str:
    if mark != " " and unicodedata.category(mark)[0] in "CZ":
        return mark.encode("unicode_escape").decode("ascii")
    return mark


def marked_up(text: str) -> str:
    """A message as HTML: `code` and simple formulas set as such, everything else escaped.

    Example:
        >>> marked_up("`lr` < $x_1$ <script>")
        '<code>lr</code> &lt; <i class="formula">x<sub>1</sub></i> &lt;script&gt;'
    """
    return _MARKED.sub(_set, html.escape(visible(text), quote=True))


def _set(found: re.Match) -> str:
    return f"<code>{found[1]}</code>" if found[1] else formula(found[2])


def formula(text: str) -> str:
    """A short LaTeX formula, already escaped, as HTML; one that is not simple stays as it is."""
    if len(text) > MOST_FORMULA:
        return f"<code>{text}</code>"
    shown = re.sub(r"\\([A-Za-z]+)", _sign, text)
    shown = re.sub(r"\\[,;:! ]", "\N{THIN SPACE}", shown)
    for _ in range(8):
        for pattern, replacement in _INNERMOST:
            shown = pattern.sub(replacement, shown)
    shown = re.sub(r"(?<!\w)\{([^{}]*)\}", r"\1", shown)
    shown = re.sub(r"_(\w)", r"<sub>\1</sub>", shown)
    shown = re.sub(r"\^(\w)", r"<sup>\1</sup>", shown)
    simple = not re.search(r"[\\{}^_]", shown)
    return f'<i class="formula">{shown.replace("-", "−")}</i>' if simple else f"<code>{text}</code>"


def _sign(found: re.Match) -> str:
    name = found[1]
    if name in ("left", "right"):
        return ""
    return name if name in _WORDS else _SIGNS.get(name, found[0])


def file_names(students: Iterable[str]) -> dict[str, str]:
    """A name for each student's file: harmless anywhere, and different for different students.

    Example:
        >>> file_names(["王小明", "s7", "../etc"])
        {'王小明': '王小明', 's7': 's7', '../etc': 'etc-f7f9121f'}
    """
    students = list(dict.fromkeys(students))
    counts = Counter(_safe(student).casefold() for student in students)
    return {student: _named(student, counts) for student in students}


def _named(student: str, counts: Counter[str]) -> str:
    safe = _safe(student)
    alone = counts[safe.casefold()] == 1 and safe.casefold().split(".")[0] not in _RESERVED
    if safe == student and alone:
        return safe
    mark = hashlib.sha256(student.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{safe}-{mark}".lstrip("-")


def _safe(student: str) -> str:
    kept = "".join(mark if mark.isalnum() or mark in "._-@" else "_" for mark in student)
    return kept.strip("._-")[:60]


_PORTS = {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
_RESERVED = {"con", "prn", "aux", "nul", *_PORTS}
