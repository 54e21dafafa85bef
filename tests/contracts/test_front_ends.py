"""Cards can be read in every front end that shows them, in every theme; demos: test_demos.py."""

import pytest

from dlnotes.claims import card as cards
from dlnotes.core import ledger
from dlnotes.core.language import LANGUAGES
from dlnotes.core.ledger import VERDICTS
from dlnotes.grading.reader.cards import card, code, line
from tests.contracts.hosts import HOSTS, dress, unreadable

pytestmark = pytest.mark.slow


def claims() -> str:
    """A card of each verdict, with numbers and a reference."""
    entries = [ledger.entry(id) for id in ledger.entries()]
    shown = []
    for verdict in VERDICTS:
        entry = next(e for e in entries if e.verdict == verdict and e.measured and e.reference)
        values = dict.fromkeys(cards.fields(entry), 1.0)
        shown += [cards.card(entry, values, lang) for lang in LANGUAGES]
    return f"<style>{cards.STYLE}</style>{''.join(shown)}"


def verdicts() -> str:
    """What `check` shows, with code."""
    body = line("`lr` ist too large") + line("try again", quiet=True) + code("lr = 0.1")
    return card("● passed `adam`", body, lang="en", color="accent")


@pytest.fixture(scope="module")
def page(chromium):
    page = chromium.new_page(viewport={"width": 800, "height": 1600})
    page.set_content(f'<html><body><div id="card">{claims()}{verdicts()}</div></body></html>')
    yield page
    page.close()


@pytest.mark.parametrize("name", HOSTS)
def test_cards_can_be_read(page, name):
    dress(page, name, "text")
    assert unreadable(page.locator("#card"), name) == []
