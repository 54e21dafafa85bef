"""The JavaScript of demos: what all share, joined from small files, and then a demo's own.

The files of `shared/` are ES modules, so that each says what it needs. A notebook takes one
script; here they become one, in the order in which they need each other.
"""

import re
from pathlib import Path

from dlnotes.core.widgets import END_OF_SHARED

HERE = Path(__file__).parent
_TAKEN = re.compile(r'^(?:import|export) \{([^}]*)\} from "\./(?:shared/)?(\w+)\.js";\n', re.M)
_GIVEN = re.compile(r"^export (?=async|function|const)", re.M)


def shared() -> str:
    """`globalThis.dlnotesDemo` with the names that `demo.js` gives, as one script, and its end."""
    entry = (HERE / "demo.js").read_text(encoding="utf-8")
    names = ", ".join(sorted(given.strip() for given, _ in _TAKEN.findall(entry)))
    body = "\n".join(_GIVEN.sub("", _TAKEN.sub("", text)) for text in files().values())
    opening, closing = "globalThis.dlnotesDemo ??= (() => {", "})();"
    return "\n".join([opening, body, f"return {{ {names} }};", closing, END_OF_SHARED, ""])


def files() -> dict[str, str]:
    """The files of `shared/` by name, each after those that it takes from."""
    found: dict[str, str] = {}

    def follow(text: str) -> None:
        for _, name in _TAKEN.findall(text):
            if name not in found:
                taken = (HERE / "shared" / f"{name}.js").read_text(encoding="utf-8")
                follow(taken)
                found[name] = taken

    follow((HERE / "demo.js").read_text(encoding="utf-8"))
    return found


def module(own: Path) -> str:
    """The module of one demo: the shared part and its end mark, then the demo's own file."""
    return shared() + own.read_text(encoding="utf-8")
