"""Under the first displayed formula of a page a link says where its letters are explained."""

from docutils import nodes
from sphinx.transforms import SphinxTransform

from dlnotes.core.data import FOLDERS
from dlnotes.core.language import both
from dlnotes.core.notation import anchor
from dlnotes.site.outputs import edition

PAGE = "notation"
WORDS = both(zh="字母各指什么", en="What the letters mean")


class LeadToNotation(SphinxTransform):
    """The first formula that stands alone is followed by a link to the page of the notation."""

    default_priority = 890

    def apply(self, **kwargs) -> None:
        page = self.env.docname
        formula = next(self.document.findall(nodes.math_block), None)
        if formula is None or page == PAGE or PAGE not in self.env.found_docs:
            return
        self.env.note_dependency(str(FOLDERS[0] / f"{PAGE}.yml"))
        place = "#" + anchor(page) if anchor(page) else ""
        address = "../" * page.count("/") + f"{PAGE}.html{place}"
        words = WORDS[edition(self.config)]
        link = f'<p class="letters"><a class="reference internal" href="{address}">{words}</a></p>'
        home = formula.parent
        home.insert(home.index(formula) + 1, nodes.raw("", link, format="html"))
