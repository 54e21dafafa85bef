"""What is folded away on a page: code, and the card of a saying."""

from types import SimpleNamespace

import pytest
from docutils import nodes

from dlnotes.claims import claim
from dlnotes.core.language import LANGUAGES
from dlnotes.site.outputs import open_fold


def opened(html: str, lang: str) -> str:
    writer = SimpleNamespace(body=[], config=SimpleNamespace(language=lang))
    open_fold(writer, nodes.container("", nodes.raw("", html, format="html")))
    return writer.body[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_folded_card_waits_behind_its_saying(lang):
    card = claim("C3.15")  # without numbers
    fold = opened(card.html[lang], lang)
    assert fold.startswith('<details class="saying"><summary>“')
    assert "RMSprop" in fold and "claim-word" not in fold


@pytest.mark.parametrize("lang, prompt", [("zh", "展开代码"), ("en", "Show the code")])
def test_folded_code_waits_behind_a_prompt(lang, prompt):
    assert opened("<pre>1</pre>", lang) == f'<details class="folded"><summary>{prompt}</summary>\n'
