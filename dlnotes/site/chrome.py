"""Everything on a page that is not its text: words of the frame, switch of language, links."""

from pathlib import Path, PurePosixPath

from dlnotes.core.language import both
from dlnotes.site import exercises
from dlnotes.site.outputs import edition

LANG_CODE = {"zh": "zh-CN", "en": "en"}
NAME = {"zh": "中文", "en": "English"}
TITLE_MARK = " || "
OWN = {
    "frame.js",
    "search.js",
    "verdicts.js",
    "dlnotes.js",
    "widgets.js",
    "katex.min.css",
    "katex-math.css",
}

WORDS = {
    "menu": both(zh="展开或收起目录", en="Show or hide the contents"),
    "outline": both(zh="展开或收起本页大纲", en="Show or hide the outline"),
    "book": both(zh="全书目录", en="Contents of the book"),
    "on_this_page": both(zh="本页", en="On this page"),
    "search": both(zh="搜索", en="Search"),
    "search_hint": both(zh="搜索全书……", en="Search the book…"),
    "theme": both(zh="切换亮暗", en="Change the colors"),
    "light": both(zh="亮色", en="Light"),
    "dark": both(zh="暗色", en="Dark"),
    "system": both(zh="跟随系统", en="As the system"),
    "previous": both(zh="上一节", en="Previous"),
    "next": both(zh="下一节", en="Next"),
    "source": both(zh="本页的 notebook", en="Notebook of this page"),
    "report": both(zh="报告错误", en="Report an error"),
    "needs_script": both(
        zh="搜索要用 JavaScript，请先打开。", en="Search needs JavaScript; switch it on."
    ),
}


def pick(text: str, lang: str) -> str:
    """The side of a title written as `中文 || English` in `_config.yml` or `_toc.yml`."""
    if not isinstance(text, str) or TITLE_MARK not in text:
        return text
    zh, en = text.split(TITLE_MARK, 1)
    return zh if lang == "zh" else en


def localize(app, config) -> None:
    """Give titles and captions of the configuration and the contents in the edition's language."""
    lang = edition(config)
    config.html_title = pick(config.html_title, lang)
    config.project = pick(config.project, lang)
    config.html_theme_options["search_bar_text"] = WORDS["search_hint"][lang]
    site_map = config.external_site_map
    for docname in site_map:
        site_map[docname].title = pick(site_map[docname].title, lang)
        for subtree in site_map[docname].subtrees:
            subtree.caption = pick(subtree.caption, lang)


def describe_page(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Hand the page's template its words, and its address in the other edition."""
    lang = edition(app.config)
    other = "en" if lang == "zh" else "zh"
    up = "../" * (len(PurePosixPath(pagename).parts))
    url = f"{up}{other}/{pagename}.html"
    context["words"] = {name: texts[lang] for name, texts in WORDS.items()}
    context["edition"] = lang
    context["exercise"] = exercises.offer(Path(app.srcdir).parent, pagename, lang)
    context["other"] = {"url": url, "lang": LANG_CODE[other], "name": NAME[other]}
    context["metatags"] = context.get("metatags", "") + "".join(
        f'<link rel="alternate" hreflang="{LANG_CODE[each]}" href="{up}{each}/{pagename}.html">'
        for each in (lang, other)
    )


def keep_own(app, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Drop what Sphinx and its extensions would load with every page and ours does without."""
    for kind in ("script_files", "css_files"):
        files = context[kind]
        files[:] = [file for file in files if _is_own(file)]


def _is_own(file) -> bool:
    if not file.filename:  # inline: the state of widgets stays
        return "widget-state" in file.attributes.get("type", "")
    return PurePosixPath(str(file.filename)).name.partition("?")[0] in OWN
