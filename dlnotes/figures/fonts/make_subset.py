"""Cut the fonts' subset for figures from Noto Sans CJK (Debian's fonts-noto-cjk).

    python make_subset.py /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Kept: the 3,755 characters of GB 2312 level 1, ASCII, Latin-1, Greek, and the marks of figures
(U+2212, the minus of axes, among them).
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

FAMILY = "Noto Sans CJK SC"
TARGET = Path(__file__).with_name("NotoSansSC-subset.otf")
RARE = "熵耦阈"  # of the glossary, outside level 1
MARKS = "，。：；？！（）“”‘’、《》…—–−×÷±≈≤≥≠→←↑↓°·•●◐◇✕✓√∞∇∂η²³¹⁰⁻½"


def characters() -> set[int]:
    """Code points to keep."""
    level_1 = {
        ord(bytes([row, column]).decode("gb2312", errors="ignore") or " ")
        for row in range(0xB0, 0xD8)
        for column in range(0xA1, 0xFF)
    }
    latin, greek = range(0x20, 0x100), range(0x391, 0x3CA)
    return level_1 | set(latin) | set(greek) | {ord(mark) for mark in RARE + MARKS}


def _rename(font) -> None:
    """A name of its own, so that an installed Noto is never taken for the subset."""
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "dlnotes Sans SC"
        elif record.nameID == 6:
            record.string = "dlnotesSansSC-Regular"
    font["CFF "].cff.fontNames = ["dlnotesSansSC-Regular"]


def main(source: str) -> None:
    """Write the subset beside this script."""
    fonts = TTCollection(source).fonts
    font = next(font for font in fonts if font["name"].getDebugName(1) == FAMILY)
    options = subset.Options(layout_features=[], hinting=False, desubroutinize=True)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters())
    cutter.subset(font)
    _rename(font)
    font.save(TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1])
