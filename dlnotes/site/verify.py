"""Looks at the built site once more: nothing from elsewhere, no dead link, no broken formula."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dlnotes.site.widgets import check_displayed

EXTERNAL = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
STYLE_URL = re.compile(
    r"(?:url\(\s*['\"]?|@import\s+['\"])((?:https?:)?//[^'\")\s]+)", re.IGNORECASE
)
KATEX_RED = "#cc0000"  # what KaTeX does not know
FETCHED_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "prefetch", "manifest"}


class Page(HTMLParser):
    """What a page fetches, where it links to, and which anchors it offers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.twins: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.broken_formula = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = {name: value or "" for name, value in attrs}
        classes = values.get("class", "").split()
        if "id" in values:
            self.ids.append(values["id"])
            self.twins += [values["id"]] if "twin" in classes else []
        broken = "katex-error" in classes or KATEX_RED in values.get("style", "")
        self.broken_formula |= broken
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        self.resources += _fetched(tag, values)
        self.resources += STYLE_URL.findall(values.get("style", ""))


def check_site(site: Path) -> list[str]:
    """What is wrong with the built site, a line each: page, fault, way out."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    parsed = {path: Page(text) for path, text in texts.items()}
    faults = []
    for path, page in parsed.items():
        found = [*_page_faults(page), *check_displayed(texts[path]), *_dead_links(path, parsed)]
        faults += [f"{path.relative_to(site).as_posix()}: {fault}" for fault in found]
    return faults + _style_faults(site)


def _fetched(tag: str, values: dict[str, str]) -> list[str]:
    if tag == "link" and FETCHED_LINKS & set(values.get("rel", "").split()):
        return [values.get("href", "")]
    if tag in {"script", "img", "iframe", "audio", "video", "source", "embed", "track", "input"}:
        sources = [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        return [values.get("src", ""), *sources]
    if tag in {"image", "use", "feimage"}:
        return [values.get("href", ""), values.get("xlink:href", "")]
    return [values["data"]] if tag == "object" and "data" in values else []


def _page_faults(page: Page) -> list[str]:
    outside = [url for url in page.resources if EXTERNAL.match(url)]
    faults = [f"loads {url} from elsewhere; serve it with the site." for url in outside]
    doubled = sorted({name for name in page.twins if page.ids.count(name) > 1})
    faults += [f"two places are called `{name}`; rename the cell pair." for name in doubled]
    if page.broken_formula:
        faults.append("a formula cannot be set (it shows in red); correct its TeX.")
    return faults


def _dead_links(path: Path, parsed: dict[Path, Page]) -> list[str]:
    faults = []
    for link in dict.fromkeys(parsed[path].links):
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            faults.append(f"the link `{link}` leads nowhere; correct it.")
        elif parts.fragment and target in parsed and not _has(parsed[target], parts.fragment):
            faults.append(f"the link `{link}` names an anchor that is not there; correct it.")
    return faults


def _has(page: Page, fragment: str) -> bool:
    return unquote(fragment) in page.ids


def _style_faults(site: Path) -> list[str]:
    faults = []
    for path in sorted(site.rglob("*.css")):
        for url in STYLE_URL.findall(path.read_text(encoding="utf-8")):
            name = path.relative_to(site).as_posix()
            faults.append(f"{name}: loads {url} from elsewhere; serve it with the site.")
    return faults
