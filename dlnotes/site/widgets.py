"""Widgets of a built page: their drawings as they are now, the code they share served once."""

import hashlib
import json
import re
from pathlib import Path

from dlnotes.core.scripts import renewed
from dlnotes.core.widgets import END_OF_SHARED

STATE = re.compile(
    r'(<script type="application/vnd\.jupyter\.widget-state\+json">)(.*?)(</script>)', re.DOTALL
)
VIEW = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>', re.DOTALL
)
LOADER = re.compile(r'<script[^>]*src="([^"]*)_static/widgets\.js[^"]*"')


def share_parts(page: str, static: Path) -> str:
    """The page with what its widgets share, script and look, moved to files in `static`.

    The look is there before a script runs; the script before the widgets' own.
    """
    scripts: set[str] = set()
    looks: set[str] = set()
    page = STATE.sub(lambda found: found[1] + _own_part(found[2], scripts, looks) + found[3], page)
    loader = LOADER.search(page)
    if not loader:
        return page
    tags = [
        f'<link rel="stylesheet" href="{loader[1]}_static/{name}">'
        for name in _kept(looks, "css", static)
    ]
    tags += [
        f'<script defer src="{loader[1]}_static/{name}"></script>'
        for name in _kept(scripts, "js", static)
    ]
    return page.replace(loader[0], "\n".join([*tags, loader[0]]), 1)


def _kept(texts: set[str], kind: str, static: Path) -> list[str]:
    """The names of files with these texts."""
    names = []
    for text in sorted(texts):
        names.append(f"demo-{hashlib.sha256(text.encode()).hexdigest()[:8]}.{kind}")
        (static / names[-1]).write_text(text, encoding="utf-8")
    return names


def check_displayed(page: str) -> list[str]:
    """A line for each displayed widget that the page's loader cannot show."""
    models = {}
    for found in STATE.finditer(page):
        models |= json.loads(found[2])["state"]
    shown = [json.loads(found[1])["model_id"] for found in VIEW.finditer(page)]
    return [line for model in shown for line in _unshowable(model, models)]


def _own_part(text: str, scripts: set[str], looks: set[str]) -> str:
    saved = json.loads(text)
    for model in saved["state"].values():
        script = renewed(model["state"].get("_esm", ""))
        common, mark, own = script.partition(END_OF_SHARED)
        if mark:
            scripts.add(common)
            model["state"]["_esm"] = own
            if look := model["state"].pop("_css", ""):
                looks.add(look)
    return json.dumps(saved, ensure_ascii=False).replace("</", r"<\/")


def _unshowable(model_id: str, models: dict) -> list[str]:
    model = models.get(model_id)
    if model is None:
        return ["a widget is shown whose state was not saved; display it in the cell's last line."]
    if model["model_module"] != "anywidget":
        return [f"the page cannot show {model['model_name']} without a kernel; use an anywidget."]
    return []
