"""What a page costs a reader: all that a browser asks for, as a server sends it."""

import gzip
from itertools import cycle
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dlnotes.core.language import LANGUAGES
from tests.demos.found import SECTIONS

pytestmark = pytest.mark.slow
FIXED, SECTION = 60_000, 250_000  # bytes


def sent(url: str) -> int:
    """Bytes of a file on the way: fonts and pictures as they are, all else in gzip."""
    content = Path(unquote(urlsplit(url).path)).read_bytes()
    return len(content) if url.endswith((".woff2", ".png")) else len(gzip.compress(content))


def asked(opened, page: Path) -> dict[str, int]:
    """The files that a page of the built site needs, each with its weight."""
    tab = opened(page.as_uri())
    assert tab.errors == []
    return {url: sent(url) for url in dict.fromkeys(tab.requests) if url.startswith("file:")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_every_page_carries_is_light(opened, built_site, lang):
    plain = asked(opened, built_site / lang / "report.html")
    fixed = sum(size for url, size in plain.items() if "/_static/" in url)
    print(f"{lang}: {fixed / 1000:.0f} KB")
    assert fixed <= FIXED


@pytest.mark.parametrize(("lang", "section"), [*zip(cycle(LANGUAGES), SECTIONS)])
def test_a_section_is_light_with_all_that_it_shows(opened, built_site, lang, section):
    parts = asked(opened, built_site / lang / f"{section}.html")
    total, page = sum(parts.values()), next(iter(parts.values()))
    print(f"{lang}/{section}: {total / 1000:.0f} KB, of which the page {page / 1000:.0f}")
    assert total <= SECTION
