"""What every page costs a reader; what a section adds is weighed where its demo is driven."""

from pathlib import Path

import pytest

from dlnotes.core.language import LANGUAGES
from tests.tabs import weights

pytestmark = pytest.mark.slow
FIXED = 60_000  # bytes


def asked(opened, page: Path) -> dict[str, int]:
    """The files that a page of the built site needs, each with its weight."""
    tab = opened(page.as_uri())
    assert tab.errors == []
    return weights(tab.requests)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_every_page_carries_is_light(opened, built_site, lang):
    plain = asked(opened, built_site / lang / "report.html")
    fixed = sum(size for url, size in plain.items() if "/_static/" in url)
    print(f"{lang}: {fixed / 1000:.0f} KB")
    assert fixed <= FIXED
