"""The two languages of the book, and objects that can show themselves in both."""

import html
import locale
import os

LANGUAGES = ("zh", "en")
BOTH = "both"
EDITIONS_MIME = "application/vnd.dlnotes.editions+json"

_chosen: str | None = None


def language() -> str:
    """The reader's language: `set_language`, else `$DLNOTES_LANG`, else the system's locale.

    Returns:
        `"zh"` or `"en"`; `"en"` where nothing says otherwise. For a reader of both it is the one
        of the system.
    """
    wish = _wish()
    if wish in ("", BOTH):
        wish = (locale.getlocale()[0] or "").lower()
    return "zh" if wish.startswith(("zh", "chinese")) else "en"


def languages() -> tuple[str, ...]:
    """The languages the reader wants to see, one under the other: one, or both."""
    return LANGUAGES if _wish() == BOTH else (language(),)


def set_language(lang: str) -> None:
    """Choose the language of figures, cards, hints and messages in this session.

    Args:
        lang: `"zh"`, `"en"`, or `"both"` for cards, hints and messages in one and the other.

    Raises:
        ValueError: for any other value.
    """
    global _chosen
    if lang not in (*LANGUAGES, BOTH):
        raise ValueError(f"`lang` must be one of {', '.join((*LANGUAGES, BOTH))}, got {lang!r}.")
    _chosen = lang


def _wish() -> str:
    return (_chosen or os.environ.get("DLNOTES_LANG") or "").lower()


def told(texts: dict[str, str]) -> str:
    """The text in the reader's language, or in both, one after the other."""
    return "\n".join(texts[lang] for lang in languages())


def both(*, zh: str, en: str) -> dict[str, str]:
    """One text in both languages.

    Raises:
        ValueError: when one of the two is empty.

    Example:
        >>> both(zh="学习率", en="learning rate")["en"]
        'learning rate'
    """
    return complete({"zh": zh, "en": en}, "text")


def complete(texts: dict[str, str], name: str) -> dict[str, str]:
    """Hand back `texts` if it holds both languages, else raise a `ValueError` naming the gap."""
    for lang in LANGUAGES:
        if not str(texts.get(lang, "")).strip():
            raise ValueError(f"`{name}` needs both zh and en; {lang} is missing.")
    return texts


class Bilingual:
    """Something to look at, in both languages: a figure, a claim card, a verdict.

    A notebook shows the reader's language, or both (a picture in one); the website takes its own
    from `EDITIONS_MIME`.

    Args:
        html: an HTML fragment per language.
        plain: the same as plain text per language, for terminals.
        svg: a picture per language, shown instead of `html` in a notebook.
        style: what a style sheet says of the fragment; the website has it from its own.
    """

    def __init__(
        self,
        *,
        html: dict[str, str],
        plain: dict[str, str],
        svg: dict[str, str] | None = None,
        style: str = "",
    ) -> None:
        self.html = complete(html, "html")
        self.plain = complete(plain, "plain")
        self.svg = complete(svg, "svg") if svg else None
        self.style = f"<style>{style}</style>" if style else ""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        bundle = {"text/plain": told(self.plain), EDITIONS_MIME: dict(self.html)}
        if self.svg:
            bundle["image/svg+xml"] = self.svg[language()]
        else:
            bundle["text/html"] = self.style + told(self.html)
        return bundle

    def __repr__(self) -> str:
        return told(self.plain)


def escaped(texts: dict[str, str]) -> dict[str, str]:
    """The same texts, safe inside HTML."""
    return {lang: html.escape(text) for lang, text in texts.items()}
