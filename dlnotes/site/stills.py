"""Every demo of a page drawn as it opens, by its own program, before a script has run.

Nothing shifts when the live demo takes its place; without scripts, on paper and for a search engine
there is a picture.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dlnotes.core.scripts import renewed
from dlnotes.site.widgets import STATE, VIEW

PROGRAM = Path(__file__).with_suffix(".mjs")
WIDTHS = (684, 350)  # of a picture on a page of 1280 and of 390 pixels


class Stills:
    """Draws demos with Node and keeps what was drawn.

    Args:
        node: the program.
        modules: packages of npm, `linkedom` among them.
        folder: where to keep the drawings.
    """

    def __init__(self, node: Path, modules: Path, folder: Path) -> None:
        self.node, self.modules, self.folder = node, modules, folder

    def put(self, pages: dict[Path, str], lang: str) -> dict[Path, str]:
        """The pages of an edition, each with a still behind every demo's place."""
        wanted = {
            (path, found[0]): demo
            for path, page in pages.items()
            for found, demo in demos(page, lang)
        }
        drawn = self._drawn(list(wanted.values()))
        for ((path, place), _), still in zip(wanted.items(), drawn, strict=True):
            holder = f'{place}<div class="dlnotes-widget" data-still>{still}</div>'
            pages[path] = pages[path].replace(place, holder, 1)
        return pages

    def _drawn(self, demos: list[dict]) -> list[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = [self.folder / f"{_key(demo)}.html" for demo in demos]
        fresh = [i for i, path in enumerate(kept) if not path.is_file()]
        for i, still in zip(fresh, self._run([demos[i] for i in fresh]), strict=True):
            kept[i].write_text(still, encoding="utf-8")
        return [path.read_text(encoding="utf-8") for path in kept]

    def _run(self, demos: list[dict]) -> list[str]:
        if not demos:
            return []
        given = json.dumps({"modules": str(self.modules), "demos": demos})
        done = subprocess.run(
            [str(self.node), str(PROGRAM)], input=given, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"A demo cannot be drawn for its page: {done.stderr.strip()}")
        return json.loads(done.stdout)


def demos(page: str, lang: str) -> Iterator[tuple]:
    """Every place of a demo in a page, a match of `VIEW`, with what is needed to draw it."""
    models: dict = {}
    for found in STATE.finditer(page):
        models |= json.loads(found[2])["state"]
    for found in VIEW.finditer(page):
        state = models.get(json.loads(found[1])["model_id"], {}).get("state", {})
        if "program" in state and "frame" in state:
            traits = ("program", "text", "ranges", "frame", "controls")
            held = {name: state[name] for name in traits} | {"language": lang}
            yield found, {"esm": renewed(state["_esm"]), "state": held, "widths": WIDTHS}


def _key(demo: dict) -> str:
    made = PROGRAM.read_text("utf-8") + json.dumps(demo, sort_keys=True)
    return hashlib.sha256(made.encode()).hexdigest()[:16]
