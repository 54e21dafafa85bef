"""The cover, the book's first page: what stands before its first heading is one large picture."""

import re

PICTURE = "data-cover"  # what such a page shows
FIRST = re.compile(r"^(<section[^>]*>)(.*?)(?=</?section)", re.DOTALL)


def dress(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Have a first page that shows a cover begin with it; other pages stay as they are."""
    body = context.get("body", "")
    context["cover"] = pagename == app.config.root_doc and PICTURE in body
    if context["cover"]:
        context["body"] = opened(body)


def opened(body: str) -> str:
    """A page with all that stands before its first heading of second rank in a box, `hero`.

    Example:
        >>> opened('<section id="a"><h1>A</h1><section id="b"></section></section>')
        '<section id="a"><div class="hero"><h1>A</h1></div><section id="b"></section></section>'
    """
    return FIRST.sub(r'\1<div class="hero">\2</div>', body, count=1)
