"""Looks at the built site once more: nothing from elsewhere, no dead link, no broken formula."""

import re
from functools import cache
from html.parser import HTMLParser
from os.path import normpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from dlnotes.site.findings import Findings
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


def check_site(site: Path, findings: Findings | None = None) -> list[str]:
    """What is wrong with the built site, a line each: page, fault, way out.

    Args:
        site: the folder of the site.
        findings: of earlier builds.
    """
    look, faults = findings or Findings(), []
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.html"))}
    found = {path: look.of(look_at, text) for path, text in texts.items()}
    there = {str(path) for path in site.rglob("*") if path.is_file()}
    anchors = {str(path): set(page["ids"]) for path, page in found.items()}
    for path, page in found.items():
        where = path.relative_to(site).as_posix()
        dead = _dead_links(path, page["links"], there, anchors)
        faults += [f"{where}: {fault}" for fault in [*page["faults"], *dead]]
    return faults + _style_faults(site)


def look_at(text: str) -> dict[str, list[str]]:
    """The anchors and links of a page, and the faults that its text alone tells."""
    page = Page(text)
    faults = [*_page_faults(page), *check_displayed(text)]
    return {"ids": page.ids, "links": list(dict.fromkeys(page.links)), "faults": faults}


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


def _dead_links(
    path: Path, links: list[str], there: set[str], anchors: dict[str, set[str]]
) -> list[str]:
    """Links of a page to files that are not `there`, or to no anchor of the page they lead to."""
    faults = []
    for link in links:
        target, fragment = _aim(str(path.parent), link)
        target = str(path) if target == "" else target
        if target is None:
            continue
        if target not in there:
            faults.append(f"the link `{link}` leads nowhere; correct it.")
        elif fragment and fragment not in anchors.get(target, {fragment}):
            faults.append(f"the link `{link}` names an anchor that is not there; correct it.")
    return faults


@cache  # the frame of all pages in a folder has the same links
def _aim(folder: str, link: str) -> tuple[str | None, str]:
    """The file a link leads to, "" for the page itself, None elsewhere; and the anchor."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None, ""
    path = normpath(f"{folder}/{unquote(parts.path)}") if parts.path else ""
    return path, unquote(parts.fragment)


def _style_faults(site: Path) -> list[str]:
    faults = []
    for path in sorted(site.rglob("*.css")):
        for url in STYLE_URL.findall(path.read_text(encoding="utf-8")):
            name = path.relative_to(site).as_posix()
            faults.append(f"{name}: loads {url} from elsewhere; serve it with the site.")
    return faults
