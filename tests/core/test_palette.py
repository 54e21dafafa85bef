"""The palette can be told apart by every eye, and read on both papers."""

import itertools

import numpy as np
import pytest

from dlnotes.core.palette import FAMILIES, PAGE, css

# Machado, Oliveira & Fernandes (2009), severity 1, in linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protanope": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranope": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanope": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def linear(color: str) -> np.ndarray:
    channel = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channel <= 0.04045, channel / 12.92, ((channel + 0.055) / 1.055) ** 2.4)


def lab(color: str, sight: str) -> np.ndarray:
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear(color), 0, 1)
    ratio = TO_XYZ @ seen / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a: str, b: str) -> float:
    light = sorted(TO_XYZ[1] @ linear(color) for color in (a, b))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_families_are_told_apart(theme, sight):
    for (name, a), (other, b) in itertools.combinations(FAMILIES.items(), 2):
        distance = np.linalg.norm(lab(a[theme], sight) - lab(b[theme], sight))
        assert distance > 20, f"{name} and {other} look alike: {distance:.1f}"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_lines_and_text_stand_out_from_the_paper(theme):
    paper = PAGE["paper"][theme]
    for name, pair in FAMILIES.items():
        assert contrast(pair[theme], paper) >= 4.5, name  # it colors words as well
    for name in ("ink", "muted", "accent"):
        assert contrast(PAGE[name][theme], paper) >= 4.5, name
    for name in ("momentum", "curvature"):  # words and numbers of code
        assert contrast(FAMILIES[name][theme], PAGE["raised"][theme]) >= 4.5, name


def test_no_two_tokens_share_a_light_colour():
    """Figures find a token by its light colour."""
    colors = [pair[0] for pair in (FAMILIES | PAGE).values()]
    assert len(colors) == len(set(colors))


def test_css_names_both_themes():
    text = css("html", 'html[data-theme="dark"]')
    assert "--m-momentum: #0439e7" in text.split('html[data-theme="dark"]')[0]
    assert "--m-momentum: #6f97ff" in text.split('html[data-theme="dark"]')[1]
