"""Code that a page shows and does not run: its blocks, for tests that run them."""

import json
import re
from pathlib import Path

BOOK = Path(__file__).resolve().parents[1] / "book"


def snippets(page: str) -> list[str]:
    """The blocks of Python in the English text of a page, such as `"hyperparameters/halving"`."""
    cells = json.loads((BOOK / f"{page}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = ["".join(c["source"]) for c in cells if "lang-en" in c["metadata"].get("tags", ())]
    return re.findall(r"^```python\n(.+?)^```$", "\n".join(text), re.DOTALL | re.MULTILINE)
