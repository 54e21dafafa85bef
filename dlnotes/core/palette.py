"""One palette for the whole book: a colour names a family of methods, on every page."""

# family -> (light theme, dark theme); tests/core/test_palette.py holds distances and contrasts
FAMILIES = {
    "plain": ("#1c1d21", "#b9b9ad"),
    "momentum": ("#0439e7", "#6f97ff"),
    "adaptive": ("#6f3f00", "#ff9d4d"),
    "adam": ("#991693", "#feaaf3"),
    "curvature": ("#0d8f70", "#6dfe9f"),
    "theory": ("#9a7d18", "#fafe07"),
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


def tokens() -> dict[str, tuple[str, str]]:
    """Every CSS custom property with its light and dark value: `--m-momentum`, `--paper` …"""
    families = {f"--m-{name}": pair for name, pair in FAMILIES.items()}
    return families | {f"--{name}": pair for name, pair in PAGE.items()}


def css(light: str, dark: str) -> str:
    """The palette as a style sheet; on paper it is always the light one.

    Args:
        light: selector of what carries the light theme, such as `html`.
        dark: selector of what carries the dark theme.
    """
    lights, darks = (
        "".join(f"  {name}: {pair[side]};\n" for name, pair in tokens().items()) for side in (0, 1)
    )
    return f"{light} {{\n{lights}}}\n@media screen {{\n{dark} {{\n{darks}}}\n}}\n"
