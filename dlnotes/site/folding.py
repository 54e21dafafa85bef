"""Code that measures stands in the card of what it measured, behind a fold."""

import re

from docutils import nodes
from sphinx.transforms import SphinxTransform

from dlnotes.core.language import EDITIONS_MIME, both
from dlnotes.site.outputs import edition

HOW = both(zh="这些数怎么来的", en="Where these numbers come from")
CARD, END = re.compile(r'<aside class="[^"]*\bclaim\b'), "</aside>"
BARE = re.compile(r'claim\("[^"]+"\)')  # measures nothing


class FoldIntoCard(SphinxTransform):
    """Of a cell that shows a claim's card, the code moves into the card; print leaves it out.

    Where a cell teaches as well, its author cuts it in two.
    """

    default_priority = 880

    def apply(self, **kwargs) -> None:
        prompt = HOW[edition(self.config)]
        for cell in [*self.document.findall(_is_cell)]:
            source = next((part for part in cell if _named(part, "cell_code_source")), None)
            card = next(filter(_is_card, cell.findall(nodes.raw)), None)
            if source and card:
                cell.remove(source)
                card.parent.replace(card, _folded(card, source, prompt))


def _folded(card: nodes.raw, source: nodes.Element, prompt: str) -> list[nodes.Node]:
    html = card.astext()
    if BARE.fullmatch(source.astext().strip()):
        return [card]
    fold = f'<details class="claim-how"><summary>{prompt}</summary>'
    return [_raw(html.removesuffix(END) + fold), source, _raw(f"</details>{END}")]


def _raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def _is_cell(node: nodes.Node) -> bool:
    return _named(node, "cell_code")


def _named(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == name


def _is_card(node: nodes.raw) -> bool:
    of_edition = node.parent.get("mime_type") == EDITIONS_MIME
    return bool(of_edition and CARD.match(node.astext()))
