"""Under the first formula of a page a link says where its letters are explained."""

from itertools import chain

from docutils import nodes
from sphinx.transforms import SphinxTransform

from dlnotes.core.data import FOLDERS
from dlnotes.core.language import both
from dlnotes.core.notation import anchor
from dlnotes.site.lint.symbols import symbols
from dlnotes.site.outputs import edition

PAGE = "notation"
WORDS = both(zh="字母各指什么", en="What the letters mean")


class LeadToNotation(SphinxTransform):
    """The first formula that stands alone is followed by a link to the page of the notation.

    Where none does, it is the paragraph or list with the first letter.
    """

    default_priority = 890

    def apply(self, **kwargs) -> None:
        page = self.env.docname
        formula = _first(self.document)
        if formula is None or page == PAGE or PAGE not in self.env.found_docs:
            return
        self.env.note_dependency(str(FOLDERS[0] / f"{PAGE}.yml"))
        place = "#" + anchor(page) if anchor(page) else ""
        address = "../" * page.count("/") + f"{PAGE}.html{place}"
        words = WORDS[edition(self.config)]
        link = f'<p class="letters"><a class="reference internal" href="{address}">{words}</a></p>'
        while not isinstance(formula.parent, nodes.section | nodes.document):
            formula = formula.parent
        home = formula.parent
        home.insert(home.index(formula) + 1, nodes.raw("", link, format="html"))


def _first(document: nodes.document) -> nodes.Element | None:
    inline = (each for each in document.findall(nodes.math) if any(symbols(each.astext())))
    return next(chain(document.findall(nodes.math_block), inline), None)
