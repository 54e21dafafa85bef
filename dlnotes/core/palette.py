"""One palette for the whole book: a colour names a family of methods, on every page."""

from pathlib import Path

CARD = Path(__file__).with_name("claim.css")  # the look of a claim's card, wherever it is shown

# family -> (light theme, dark theme); tests/core/test_palette.py holds distances and contrasts
FAMILIES = {
    "plain": ("#1c1d21", "#b9b9ad"),
    "momentum": ("#0439e7", "#6f97ff"),
    "adaptive": ("#683800", "#ff9d4d"),
    "adam": ("#991693", "#feaaf3"),
    "curvature": ("#007d61", "#6dfe9f"),
    "theory": ("#8b7200", "#fafe07"),
}
PAGE = {
    "paper": ("#ffffff", "#16171a"),
    "raised": ("#f6f6f3", "#1f2125"),
    "ink": ("#1d1e22", "#e4e3dc"),
    "muted": ("#5c5f66", "#a3a59f"),
    "rule": ("#d9d9d2", "#3a3d43"),
    "accent": ("#1240c4", "#8fb0ff"),
    "ground-low": ("#eef1f6", "#1b1f29"),
    "ground-high": ("#9aa9c4", "#3f4d68"),
}

# where a reader asks for more contrast; what is not named stays
STRONG = {
    "paper": ("#ffffff", "#000000"),
    "raised": ("#ffffff", "#000000"),
    "ink": ("#000000", "#ffffff"),
    "muted": ("#1d1e22", "#e4e3dc"),
    "rule": ("#5c5f66", "#a3a59f"),
    "ground-low": ("#ffffff", "#000000"),
    "m-curvature": ("#005f4a", "#6dfe9f"),
    "m-theory": ("#665400", "#fafe07"),
}
FORCED = {  # where the system names the colors
    "paper": "Canvas",
    "raised": "Canvas",
    "ink": "CanvasText",
    "muted": "CanvasText",
    "rule": "CanvasText",
    "accent": "LinkText",
    "ground-low": "Canvas",
    "ground-high": "color-mix(in oklab, CanvasText 25%, Canvas)",
}
Colors = dict[str, str]


def tokens() -> dict[str, tuple[str, str]]:
    """Every CSS custom property with its light and dark value: `--m-momentum`, `--paper` …"""
    families = {f"--m-{name}": pair for name, pair in FAMILIES.items()}
    return families | {f"--{name}": pair for name, pair in PAGE.items()}


def css(light: str, dark: str, *, strong: tuple[str, str] = ("", "")) -> str:
    """The palette as a style sheet; on paper it is always the light one.

    Args:
        light: selector of what carries the light theme, such as `html`.
        dark: selector of what carries the dark theme.
        strong: selectors of what carries a light and a dark theme of high contrast, besides;
            the system's own wish for it is heard everywhere.
    """
    rules = [_rule(light, _side(0)), _media("screen", _rule(dark, _side(1)))]
    for side, usual in enumerate((light, dark)):
        more = _rule(usual, _strong(side))
        rules.append(_media("screen and (prefers-contrast: more)", more))
        rules += [_media("screen", _rule(strong[side], _strong(side)))] if strong[side] else []
    for side, scheme in enumerate(("light", "dark")):
        wish = f"(forced-colors: active) and (prefers-color-scheme: {scheme})"
        everywhere = ", ".join(filter(None, (light, dark, strong[side])))
        rules.append(_media(wish, _rule(everywhere, _forced(side))))
    return "".join(rules)


def notebook(root: str) -> str:
    """The palette of something that a notebook shows, and its own paper under it.

    So it can be read wherever it is shown: in JupyterLab, VS Code or Colab, each of which has a
    paper and letters of its own. The website has `data-theme` at `<html>`, and the palette there.

    Args:
        root: selector of what is shown.
    """

    def within(*hosts: str) -> str:
        return ", ".join(f"html:not([data-theme]){host} {root}" for host in hosts)

    dark = (
        '[theme="dark"]',  # Colab
        ' body[data-jp-theme-light="false"]',
        " body.vscode-dark",
        " body.vscode-high-contrast:not(.vscode-high-contrast-light)",
    )
    high = dark[-1], ' body[data-jp-theme-name="JupyterLab Dark High Contrast"]'
    strong = within(" body.vscode-high-contrast-light"), within(*high)
    paper = f"{within('')} {{ background: var(--paper); color: var(--ink) }}\n"
    return css(within(""), within(*dark), strong=strong) + paper


def _side(side: int) -> Colors:
    scheme = {"color-scheme": ("light", "dark")[side]}
    return scheme | {name: pair[side] for name, pair in tokens().items()}


def _strong(side: int) -> Colors:
    return {f"--{name}": pair[side] for name, pair in STRONG.items()}


def _forced(side: int) -> Colors:
    return _side(side) | {f"--{name}": color for name, color in FORCED.items()}


def _rule(selector: str, colors: Colors) -> str:
    body = "; ".join(f"{name}: {color}" for name, color in colors.items())
    return f"{selector} {{ {body} }}\n"


def _media(wish: str, rule: str) -> str:
    return f"@media {wish} {{\n{rule}}}\n"
