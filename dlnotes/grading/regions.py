"""Solution regions: what stands between two marks is the teacher's, `...` is the learner's."""

import re

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_REGION = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}$", re.MULTILINE | re.DOTALL)


def without_solutions(text: str) -> str:
    """The text with `...` in place of every solution region.

    Works on a cell, and on the file of a declaration, which the package carries in this form.

    Example:
        >>> without_solutions("def f():\\n    ### BEGIN SOLUTION\\n    x\\n    ### END SOLUTION")
        'def f():\\n    ...'

    Raises:
        ValueError: when a mark stands alone.
    """
    stripped = _REGION.sub(r"\1...", text)
    if BEGIN in stripped or END in stripped:
        raise ValueError(f"`{BEGIN}` and `{END}` must come in pairs, each on a line of its own.")
    return stripped


def without_marks(text: str) -> str:
    """The text with its solutions, the marks taken out."""
    lines = [line for line in text.split("\n") if line.strip() not in (BEGIN, END)]
    return "\n".join(lines)
