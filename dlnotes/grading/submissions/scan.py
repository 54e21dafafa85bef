"""What the text of a cell says, read without parsing it as Python.

A parser can be driven into deep recursion by hostile text; these patterns take one pass.
"""

import re

_STRING = (
    r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\Z)'
    r"|\'\'\'[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:\'\'\'|\Z)"
    r'|"[^"\\\n]*(?:\\.[^"\\\n]*)*(?:"|$)'
    r"|'[^'\\\n]*(?:\\.[^'\\\n]*)*(?:'|$)"
).replace(r"\'", "'")
_PART = re.compile(rf"{_STRING}|#[^\n]*|\\\n|[\[({{]|[\])}}]|\n", re.DOTALL | re.MULTILINE)
_MAGIC = re.compile(
    r"([ \t]*)(?:[%!?][^\n]*|[\w.]+\?{1,2}[ \t]*(?=\n|\Z)|\w+[ \t]*=[ \t]*[%!][^\n]*)"
)
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_RUNS_PYTHON = {"time", "timeit", "capture", "prun"}
_OPTIMIZER = re.compile(  # every repetition is bounded: hostile text takes one pass too
    r"\btorch\s*\.\s*optim\b(?:\s*\.\s*\w{1,40})?"
    r"|\bfrom\s+torch\s*\.\s*(?:optim|nn\s*\.\s*utils)\b[^\n]{0,200}"
    r"|\bfrom\s+torch\s+import\b[^\n]{0,200}\boptim\b"
    r"|\boptim\s*\.\s*[A-Z]\w{0,40}|\blr_scheduler\s*\.\s*\w{1,40}"
    r"|\.\s*clip_grad\w{0,40}"
)


def without_magics(source: str) -> tuple[str, bool]:
    """The cell as plain Python, and whether a line of IPython's own was taken out.

    Such a line becomes `pass`, so that the others keep their numbers; a cell for another program
    (`%%bash`) becomes empty.

    Example:
        >>> without_magics("%matplotlib inline\\nx = (7\\n%2)")
        ('pass\\nx = (7\\n%2)', True)
    """
    whole = _CELL_MAGIC.match(source)
    if whole and whole[1] not in _RUNS_PYTHON:
        return "", True
    lines, start, found = [], 0, False
    while start < len(source):
        magic = _MAGIC.match(source, start)
        end = magic.end() if magic else _statement_end(source, start)
        lines.append(f"{magic[1]}pass" if magic else source[start:end])
        found = found or bool(magic)
        lines.append(source[end : end + 1] if magic else "")
        start = end + 1 if magic else end
    return "".join(lines), found


def _statement_end(source: str, start: int) -> int:
    """Where the next statement can begin: after a line end outside brackets and strings."""
    depth = 0
    for part in _PART.finditer(source, start):
        mark = part[0]
        depth += (mark in "([{") - (mark in ")]}" and depth > 0)
        if mark == "\n" and depth == 0:
            return part.end()
    return len(source)


def optimizer_calls(source: str) -> list[str]:
    """Where a cell leans on torch's own optimizers, schedules or clipping.

    Advisory: names in strings and comments do not count, and nothing stops a determined disguise.

    Example:
        >>> optimizer_calls("import torch\\nopt = torch.optim.SGD([w])  # torch.optim.Adam")
        ['torch.optim.SGD']
    """
    code = _PART.sub(lambda part: part[0] if part[0] in "([{}])\n" else " ", source)
    found = (" ".join(match[0].split())[:80] for match in _OPTIMIZER.finditer(code))
    return list(dict.fromkeys(text for text in found if _names_one(text)))


def _names_one(text: str) -> bool:
    """Whether an import from `torch.nn.utils` is about clipping; all else counts as it stands."""
    return "utils" not in text.replace(" ", "") or "clip_grad" in text


def bare(source: str) -> str:
    """What a cell does, without its comments and blanks.

    Example:
        >>> bare("x = 1  # one\\n")
        'x=1'
    """
    code = _PART.sub(lambda part: "" if part[0].startswith("#") else part[0], source)
    return "".join(code.split())
