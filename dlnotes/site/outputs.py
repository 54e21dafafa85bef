"""What a code cell shows: outputs in both languages, and code that a reader may unfold."""

from docutils import nodes

from dlnotes.core.language import EDITIONS_MIME, both

FOLDED = both(zh="展开代码", en="Show the code")


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


def open_fold(writer, node) -> None:
    """Begin the code of a cell tagged `hide-input`, closed at first."""
    prompt = FOLDED[edition(writer.config)]
    writer.body.append(f'<details class="folded"><summary>{prompt}</summary>\n')


def close_fold(writer, node) -> None:
    """End it."""
    writer.body.append("</details>\n")


def edition(config) -> str:
    """The edition a Sphinx configuration builds: `"zh"` or `"en"`."""
    return "zh" if (config.language or "").startswith("zh") else "en"
