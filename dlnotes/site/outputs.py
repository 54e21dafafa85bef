"""Shows outputs that come in both languages: each edition takes its own."""

from docutils import nodes

from dlnotes.core.language import EDITIONS_MIME


class EditionMime:
    """MyST-NB renderer of `EDITIONS_MIME`: figures, claim cards, verdicts, the bibliography."""

    mime_priority_overrides = (("*", EDITIONS_MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline: bool) -> list[nodes.Element] | None:
        """The HTML of this edition as a raw node, or None for any other mime type."""
        if data.mime_type != EDITIONS_MIME:
            return None
        lang = edition(renderer.renderer.sphinx_env.config)
        return [nodes.raw("", data.content[lang], format="html", classes=["output"])]


def edition(config) -> str:
    """The edition a Sphinx configuration builds: `"zh"` or `"en"`."""
    return "zh" if (config.language or "").startswith("zh") else "en"
