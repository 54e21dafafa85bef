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


def share_scripts(page: str, static: Path) -> str:
    """The page with each widget's shared part moved to a file in `static`, loaded before it."""
    shared: set[str] = set()
    page = STATE.sub(lambda found: found[1] + _own_part(found[2], shared) + found[3], page)
    for script in sorted(shared):
        name = f"demo-{hashlib.sha256(script.encode()).hexdigest()[:8]}.js"
        (static / name).write_text(script, encoding="utf-8")
        page = LOADER.sub(
            lambda tag, name=name: (
                f'<script defer src="{tag[1]}_static/{name}"></script>\n{tag[0]}'
            ),
            page,
            count=1,
        )
    return page


def check_displayed(page: str) -> list[str]:
    """A line for each displayed widget that the page's loader cannot show."""
    models = {}
    for found in STATE.finditer(page):
        models |= json.loads(found[2])["state"]
    shown = [json.loads(found[1])["model_id"] for found in VIEW.finditer(page)]
    return [line for model in shown for line in _unshowable(model, models)]


def _own_part(text: str, shared: set[str]) -> str:
    saved = json.loads(text)
    for model in saved["state"].values():
        script = renewed(model["state"].get("_esm", ""))
        common, mark, own = script.partition(END_OF_SHARED)
        if mark:
            shared.add(common)
            model["state"]["_esm"] = own
    return json.dumps(saved, ensure_ascii=False).replace("</", r"<\/")


def _unshowable(model_id: str, models: dict) -> list[str]:
    model = models.get(model_id)
    if model is None:
        return ["a widget is shown whose state was not saved; display it in the cell's last line."]
    if model["model_module"] != "anywidget":
        return [f"the page cannot show {model['model_name']} without a kernel; use an anywidget."]
    return []
