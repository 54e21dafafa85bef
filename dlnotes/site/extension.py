"""The Sphinx extension: what makes one bilingual book an edition."""

from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms import SphinxTransform

from dlnotes.site import chrome, cover, exercises
from dlnotes.site.execution import record
from dlnotes.site.folding import FoldIntoCard
from dlnotes.site.letters import LeadToNotation
from dlnotes.site.outputs import close_fold, edition, open_fold

HERE = Path(__file__).parent


class YieldToTwins(SphinxTransform):
    """A heading whose id equals the name of a twin pair gives the id up: names hold everywhere."""

    default_priority = 870

    def apply(self, **kwargs) -> None:
        marks = [node.astext() for node in self.document.findall(nodes.raw)]
        for section in self.document.findall(nodes.section):
            section["ids"] = [
                f"{name}-section" if f'<div class="twin" id="{name}">' in "".join(marks) else name
                for name in section["ids"]
            ]


def setup(app) -> dict:
    """Register the edition's reader, frame and files with Sphinx."""
    app.connect("config-inited", read_one_language, priority=900)
    app.connect("config-inited", chrome.localize, priority=900)
    # before the theme (500), which renders its components early and drops empty ones
    app.connect("html-page-context", chrome.describe_page, priority=400)
    app.connect("html-page-context", cover.dress, priority=410)
    # after it, which adds scripts of its own
    app.connect("html-page-context", chrome.keep_own, priority=950)
    app.connect("doctree-read", depend)
    app.add_transform(YieldToTwins)
    app.add_transform(FoldIntoCard)
    app.add_transform(LeadToNotation)
    app.add_node(HideCodeCellNode, override=True, html=(open_fold, close_fold))
    app.add_js_file("frame.js", loading_method="defer")
    app.add_js_file("search.js", loading_method="defer")
    app.add_js_file("verdicts.js", loading_method="defer")
    app.add_js_file("dlnotes.js", loading_method="defer")
    return {"parallel_read_safe": True}


def depend(app, doctree) -> None:
    """Have Sphinx build a page again when it was run again, or when its exercise changes."""
    page = app.env.docname
    exercise = exercises.file(Path(app.srcdir).parent, page)
    for file in (record(Path(app.config.nb_execution_cache_path), page), exercise):
        if file.is_file():
            app.env.note_dependency(str(file))


def read_one_language(app, config) -> None:
    """Point MyST-NB at our reader, our widget loader and our templates."""
    reader = ["dlnotes.site.reader.in_language", {"lang": edition(config)}, False]
    config.nb_custom_formats = {**config.nb_custom_formats, ".ipynb": reader}
    config.nb_ipywidgets_js = {"widgets.js": {"defer": "defer"}}
    config.templates_path = [str(HERE / "templates"), *config.templates_path]
    config.html_static_path = [*config.html_static_path, str(HERE / "static")]
