"""What the search of a page looks through: every page in blocks, and the forms of every term."""

import html
import json
import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from dlnotes.core.data import parsed
from dlnotes.site.findings import Findings

LIBRARY = "minisearch/dist/umd/index.js"
GREEK = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "mu",
    "nu",
    "xi",
    "pi",
    "rho",
    "sigma",
    "tau",
    "upsilon",
    "phi",
    "chi",
    "psi",
    "omega",
    "nabla",
]
LETTERS = dict(zip(GREEK, "αβγδεζηθικλμνξπρστυφχψω∇", strict=True)) | {"varepsilon": "ε"}
LEFT_OUT = {
    "headerlink", "facts", "cover", "exercise", "dlnotes-widget", "claim-id", "letters",
}  # fmt: skip
HEADS = ("h1", "h2", "h3", "h4")
DRAWN = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)  # half of a page, and no word of it
SET = '<span class="katex-html"'  # a formula as it is seen, beside its source
SPAN = re.compile(r"<(/?)span\b")
SOURCE = re.compile(
    r'<span class="katex"><span class="katex-mathml"><math.*?<annotation[^>]*>(.*?)</annotation>'
    r".*?</math></span></span>",
    re.DOTALL,
)


def write_index(site: Path, lang: str, glossary: Path, modules: Path, findings: Findings) -> None:
    """Writes `search-index.js` of an edition, and the library that searches it.

    A script and not JSON, so that it loads from the disk as well.

    Args:
        site: the gathered site.
        lang: of the edition.
        glossary: `book/glossary.yml`; may be missing.
        modules: packages of npm.
        findings: of earlier builds.
    """
    folder = site / lang
    pages = []
    for path in sorted(folder.rglob("*.html")):
        page = findings.of(read_page, path.read_text(encoding="utf-8"))
        pages += [{"url": path.relative_to(folder).as_posix(), **page}] if page else []
    found = {"pages": pages, "terms": forms(glossary)}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    (folder / "search-index.js").write_text(f"globalThis.dlnotesIndex={text};\n", encoding="utf-8")
    shutil.copy(modules / LIBRARY, site / "_static" / "vendor" / "minisearch.js")


def read_page(page: str) -> dict | None:
    """A page as the search sees it: title, terms in bold, blocks of anchor, heading, text, sayings.

    Returns:
        `None` for a page without a text of its own, such as the search page.
    """
    light = SOURCE.sub(_plainly, _without_set(DRAWN.sub("", page)))
    soup = BeautifulSoup(light, "html.parser")
    article = soup.find("article", class_="bd-article")
    if article is None or "bd-search-container" in article.get("class", ()):
        return None
    for extra in article.find_all(lambda node: LEFT_OUT.intersection(node.get("class", ()))):
        extra.decompose()
    blocks = _blocks(article)
    title = article.find("h1") or soup.title
    named = sorted({_text(bold) for bold in article.find_all("strong")})
    return {"title": _text(title), "named": named, "blocks": blocks}


def _without_set(page: str) -> str:
    """The page with the sources of its formulas alone: what is seen of one is many small spans."""
    first, *rest = page.split(SET)
    kept = [first]
    for part in rest:
        depth = 1
        for tag in SPAN.finditer(part):
            depth += -1 if tag[1] else 1
            if depth == 0:
                kept.append(part[part.index(">", tag.end()) + 1 :])
                break
    return "".join(kept)


def _plainly(formula: re.Match) -> str:
    return html.escape(plain_formula(html.unescape(formula[1])), quote=False)


def plain_formula(tex: str) -> str:
    """TeX as one would type it into a search field: `\\beta_2` gives β2."""
    text = re.sub(r"\\([A-Za-z]+)", lambda found: LETTERS.get(found[1], " "), tex)
    return re.sub(r"\s+", " ", re.sub(r"[{}\\_^&$]", "", text)).strip()


def forms(glossary: Path) -> list[list[str]]:
    """For every term all that it is called, in both languages, the book's own words first."""
    terms = parsed(glossary.read_text(encoding="utf-8")) if glossary.is_file() else []
    kinds = ("zh", "en", "names", "forbidden")
    listed = ([form for kind in kinds for form in term.get(kind, ())] for term in terms)
    return [[part for form in one for part in _parts(form)] for one in listed]


def _parts(form: str) -> list[str]:
    """`stochastic gradient descent (SGD)` is two names, `momentum (method)` is one."""
    name, _, short = form.partition(" (")
    return [name, short.rstrip(")")] if short[:2].isupper() else [name]


def _blocks(article: Tag) -> list[list[str]]:
    """The text of a page cut at its headings and at its twins' anchors."""
    blocks, anchor, heading = [], "", ""
    parts: list[str] = []
    said: list[str] = []

    def close() -> None:
        if parts or said:
            blocks.append([anchor, heading, " ".join(parts), " ".join(said)])
        parts.clear()
        said.clear()

    for node in article.find_all(True):
        if "twin" in node.get("class", ()) and node.get("id"):
            close()
            anchor = node["id"]
        elif node.name in HEADS:
            close()
            heading = _text(node)
        elif "claim-said" in node.get("class", ()):
            said.append(_text(node))
        elif node.name in ("p", "li", "td", "th", "figcaption", "dd", "dt") and not _inside(node):
            parts.append(_text(node))
    close()
    return blocks


def _inside(node: Tag) -> bool:
    """Whether an outer node has given its text already."""
    return node.find_parent(["p", "li", "td", "th", "dd"]) is not None


def _text(node: Tag) -> str:
    return " ".join(node.get_text(" ").split()).replace(" ，", "，").replace(" 。", "。")
