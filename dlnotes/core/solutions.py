"""Solution regions: what stands between two marks is the teacher's, `...` is the learner's."""

import ast
import base64
import json
import re
import zlib

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


def student(notebook: str) -> str:
    """A learner's notebook from the text of the source notebook: `...` for every solution."""
    found = json.loads(notebook)
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            text = without_solutions("".join(cell["source"]))
            cell["source"] = text.splitlines(keepends=True)
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def without_marks(text: str) -> str:
    """The text with its solutions, the marks taken out."""
    lines = [line for line in text.split("\n") if line.strip() not in (BEGIN, END)]
    return "\n".join(lines)


def sealed(declaration: str) -> str:
    """The worked solutions of a declaration in a form that nobody reads by accident.

    It is no secret: whoever wants to open it can. What must stay secret in a class are the seeds.

    Args:
        declaration: text of the file that declares the tasks; it is read, not run.
    """
    data = json.dumps(_solutions(declaration), sort_keys=True).encode("ascii")
    return base64.b64encode(zlib.compress(data, 9)).decode("ascii") + "\n"


def unsealed(text: str) -> dict[str, str]:
    """The solutions that `sealed` wrote, marks included, by task id."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def _solutions(declaration: str) -> dict[str, str]:
    found = {}
    for node in ast.walk(ast.parse(declaration)):
        if isinstance(node, ast.Call):
            words = {word.arg: word.value for word in node.keywords}
            if {"id", "solution"} <= set(words):
                found[words["id"].value] = words["solution"].value
    return found
