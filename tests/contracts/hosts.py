"""The front ends that show a notebook: what each of them puts around and into an output.

JupyterLab's colors are those of the installed themes. Of VS Code and Colab: the classes, the
variables and the rules for text that reach into an output, in the colors of their usual themes.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from dlnotes.core import palette

THEMES = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
JUPYTER = """
body { background: var(--jp-layout-color1); color: var(--jp-ui-font-color1);
  font: var(--jp-ui-font-size1) var(--jp-ui-font-family); }
.text { color: var(--jp-content-font-color1); font-family: var(--jp-content-font-family);
  font-size: var(--jp-content-font-size1); line-height: var(--jp-content-line-height); }
.text p { margin: 0 0 1em; text-align: left; }
.text a:is(:link, :visited) { color: var(--jp-content-link-color); }
.text code { background: var(--jp-layout-color2); color: var(--jp-content-font-color1); }
.text pre { background: var(--jp-layout-color0); color: var(--jp-content-font-color1); }
.text tbody tr:nth-child(odd) { background: var(--jp-layout-color0); }
.text tbody tr:nth-child(even) { background: var(--jp-rendermime-table-row-background); }
"""
VSCODE = """
:root { --paper-of-host: %s; --ink-of-host: %s; --link-of-host: %s; --code-of-host: %s; }
body { background: var(--paper-of-host); color: var(--ink-of-host); }
a { color: var(--link-of-host); }
code { color: var(--code-of-host); background: #8883; }
.cell-output-ipywidget-background { background: white !important; }
"""
COLAB = """
:root { --colab-primary-surface-color: %s; --colab-primary-text-color: %s; }
html { background: var(--colab-primary-surface-color); }
body { color: var(--colab-primary-text-color); }
a { color: %s; }
"""
SITE = palette.css("html", 'html[data-theme="dark"]') + "body { background: var(--paper) }"


@dataclass(frozen=True)
class Host:
    """One front end in one theme.

    Args:
        css: its style sheet.
        html: attributes of `<html>`.
        body: attributes of `<body>`.
        media: what the reader's system asks for, as Playwright names it.
    """

    css: str = ""
    html: dict[str, str] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    media: dict[str, str] = field(default_factory=dict)


def _jupyter(theme: str, name: str, *, light: bool) -> Host:
    sheet = (THEMES / f"theme-{theme}-extension" / "index.css").read_text(encoding="utf-8")
    body = {"data-jp-theme-light": str(light).lower(), "data-jp-theme-name": name}
    return Host(sheet + JUPYTER, body=body)


def _vscode(classes: str, *colors: str) -> Host:
    return Host(VSCODE % colors, body={"class": classes})


_DARK = Host(COLAB % ("#383838", "#d5d5d5", "#6bbcff"), html={"theme": "dark"})
_PLAIN = Host()
HOSTS = {
    "JupyterLab light": _jupyter("light", "JupyterLab Light", light=True),
    "JupyterLab dark": _jupyter("dark", "JupyterLab Dark", light=False),
    "JupyterLab high contrast": _jupyter(
        "dark-high-contrast", "JupyterLab Dark High Contrast", light=False
    ),
    "VS Code light": _vscode("vscode-light", "#ffffff", "#3b3b3b", "#005fb8", "#3b3b3b"),
    "VS Code dark": _vscode("vscode-dark", "#1f1f1f", "#cccccc", "#4daafc", "#d0d0d0"),
    "VS Code high contrast": _vscode(
        "vscode-high-contrast", "#000000", "#ffffff", "#21a6ff", "#ffffff"
    ),
    "VS Code high contrast light": _vscode(
        "vscode-high-contrast vscode-high-contrast-light",
        *("#ffffff", "#292929", "#0f4a85", "#ffffff"),
    ),
    "Colab light": Host(COLAB % ("#ffffff", "#212121", "#1967d2"), html={"theme": "light"}),
    "Colab dark": _DARK,
    "exported": _PLAIN,
    "site light": Host(SITE, html={"data-theme": "light"}),
    "site dark": Host(SITE, html={"data-theme": "dark"}),
    "site, more contrast": Host(SITE, {"data-theme": "dark"}, media={"contrast": "more"}),
    "more contrast, light": Host(media={"contrast": "more"}),
    "more contrast, dark": Host(_DARK.css, _DARK.html, media={"contrast": "more"}),
    "forced colors, light": Host(media={"forced_colors": "active", "color_scheme": "light"}),
    "forced colors, dark": Host(media={"forced_colors": "active", "color_scheme": "dark"}),
}
STRONG = {name for name in HOSTS if "contrast" in name}  # 7 : 1 there

CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
DRESS = """([sheet, html, body, inside]) => {
  const style = document.getElementById("host") ?? document.createElement("style");
  document.head.prepend(Object.assign(style, { id: "host", textContent: sheet }));
  for (const [node, given] of [[document.documentElement, html], [document.body, body]]) {
    for (const name of node.getAttributeNames()) if (name !== "lang") node.removeAttribute(name);
    for (const [name, value] of Object.entries(given)) node.setAttribute(name, value);
  }
  document.querySelector("#demo, #card").className = inside;
}"""
USUAL = {"contrast": "no-preference", "forced_colors": "none", "color_scheme": "light"}


def dress(page, name: str, inside: str) -> None:
    """Show the page as the front end does; `inside` is the class of what holds an output."""
    host = HOSTS[name]
    page.emulate_media(**(USUAL | host.media))
    page.evaluate(DRESS, [host.css, host.html, host.body, inside])


def unreadable(node, name: str) -> list:
    """What is said or drawn too faintly for this front end."""
    found, text = node.evaluate(CONTRAST), 7 if name in STRONG else 4.5
    assert found["words"]
    return [each for each in found["words"] if each[3] < text] + [
        each for each in found["marks"] if each[3] < 3
    ]
