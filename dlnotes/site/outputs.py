"""What a code cell shows: outputs in both languages, and what a reader may unfold."""

import html
import re

from docutils import nodes

from dlnotes.core.language import EDITIONS_MIME, both

FORMULA = re.compile(r"\\\((.+?)\\\)")
FOLDED = both(zh="展开代码", en="Show the code")
SAID = re.compile(r'<p class="claim-said">.*?</span> (.*?)</p>')


class EditionMime:
    """MyST-NB renderer of `EDITIONS_MIME`: figures, claim cards, the bibliography, the notation."""

    mime_priority_overrides = (("*", EDITIONS_MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline: bool) -> list[nodes.Element] | None:
        """The HTML of this edition with its formulas, or None for any other mime type."""
        if data.mime_type != EDITIONS_MIME:
            return None
        lang = edition(renderer.renderer.sphinx_env.config)
        return pieces(data.content[lang])


def pieces(text: str) -> list[nodes.Element]:
    r"""HTML as raw nodes, and a formula node for every `\(…\)` in it, which KaTeX sets."""
    if not FORMULA.search(text):
        return [nodes.raw("", text, format="html", classes=["output"])]
    whole = f'<div class="output">{text}</div>'  # pieces with a class would be boxed one by one
    return [
        nodes.math("", html.unescape(part)) if number % 2 else nodes.raw("", part, format="html")
        for number, part in enumerate(FORMULA.split(whole))
    ]


def open_fold(writer, node) -> None:
    """Begin what is closed at first: code tagged `hide-input`, a card's cell tagged `hide-cell`.

    A card waits behind its saying, for the reader to judge first.
    """
    said = SAID.search("".join(part.astext() for part in node.findall(nodes.raw)))
    kind, prompt = ("saying", said[1]) if said else ("folded", FOLDED[edition(writer.config)])
    writer.body.append(f'<details class="{kind}"><summary>{prompt}</summary>\n')


def close_fold(writer, node) -> None:
    """End it."""
    writer.body.append("</details>\n")


def edition(config) -> str:
    """The edition a Sphinx configuration builds: `"zh"` or `"en"`."""
    return "zh" if (config.language or "").startswith("zh") else "en"
