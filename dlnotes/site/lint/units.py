"""What is counted or measured: behind every number both languages name the same unit."""

import re
from collections import defaultdict
from collections.abc import Iterator

from dlnotes.site.lint.markup import NUMBER, OBJECT, Content, Text

Meanings = frozenset[str]  # what a word may stand for: “3 times” are 3 次 or 3 倍

UNITS = """
percent: % 百分之 / % percent
per mille: ‰ 千分之 / ‰ per_mille
percentage point: 个百分点 百分点 / percentage_point point
degree: ° 度 / ° degree
degree Celsius: °C ℃ 摄氏度 / °C ℃
second: 秒 秒钟 s / s sec second
millisecond: 毫秒 ms / ms millisecond
microsecond: 微秒 µs μs us / µs μs us microsecond
nanosecond: 纳秒 ns / ns nanosecond
minute: 分钟 min / min minute
hour: 小时 h / h hour
day: 天 / day
week: 周 星期 / week
byte: 字节 B / B byte
kilobyte: KB kB / KB kB kilobyte
megabyte: MB / MB megabyte
gigabyte: GB / GB gigabyte
terabyte: TB / TB terabyte
kibibyte: KiB / KiB
mebibyte: MiB / MiB
gibibyte: GiB / GiB
hertz: Hz 赫兹 / Hz hertz
kilohertz: kHz 千赫 / kHz
megahertz: MHz 兆赫 / MHz
gigahertz: GHz 吉赫 / GHz
meter: 米 m / m meter
kilometer: 公里 千米 km / km kilometer
centimeter: 厘米 cm / cm centimeter
millimeter: 毫米 mm / mm millimeter
micrometer: 微米 µm μm / µm μm micrometer micron
nanometer: 纳米 nm / nm nanometer
gram: 克 g / g gram
kilogram: 公斤 千克 kg / kg kilogram
milligram: 毫克 mg / mg milligram
microgram: 微克 µg μg / µg μg microgram
watt: 瓦 W / W watt
kilowatt: 千瓦 kW / kW kilowatt
pixel: 像素 px / px pixel
fold: 倍 × / times fold × x
occasion: 次 / times
step: 步 / step update
epoch: 轮 / epoch round pass
point: 分 / point
bit: 位 比特 / bit
year: 年 / year
seed: 种子 随机种子 / seed
example: 样本 / example sample
gradient: 梯度 / gradient
layer: 层 / layer
batch: 批 批量 小批量 / batch minibatch
parameter: 参数 / parameter
weight: 权重 / weight
row: 行 / row
column: 列 / column
"""


def _forms(lang: str) -> dict[str, Meanings]:
    """What every word of one language may stand for."""
    found = defaultdict(set)
    for line in UNITS.strip().splitlines():
        name, words = line.split(": ")
        for form in words.split(" / ")[lang == "en"].split():
            found[form.replace("_", " ")].add(name)
    return {form: frozenset(names) for form, names in found.items()}


FORMS = {lang: _forms(lang) for lang in ("zh", "en")}
MARKED = {"percent", "per mille", "degree", "degree Celsius"}  # a word may be left out, a mark not
_ZH, _EN = ("|".join(sorted(FORMS[lang], key=len, reverse=True)) for lang in ("zh", "en"))
_WORD = "|".join(form for form in FORMS["en"] if re.fullmatch("[a-z ]{3,}", form))
_SMALL = "of|and|or|to|in|the|a|an|at|is|are|for|than|with|from|on|by|as|has|have|per|every|each"
AFTER = {
    "zh": re.compile(rf" ?[多余来]? ?[个条张份组]?({_ZH})(?![A-Za-z])"),
    "en": re.compile(
        rf"[ -]?(?:({_WORD})(?:e?s)?|({_EN})|(?!(?:{_SMALL}) )[a-z]+ ({_WORD})e?s)(?![A-Za-z’'])"
    ),
}
BEFORE = {
    "zh": re.compile("(百分之|千分之) ?$"),
    "en": re.compile(r"\b(step|epoch|round|layer|row|column|seed|batch|minute|second)s? $"),
}
RANGE = re.compile(r" (?:to|or|and|到|和|或|至) |[-–~]")
AMOUNT = re.compile(f"{NUMBER.pattern}|{OBJECT}")
ONCE = frozenset({"said once for both"})


def differences(zh: Content, en: Content) -> Iterator[str]:
    """Numbers that count one thing in one twin and another thing in the other."""
    ours, theirs = _amounts(zh, "zh"), _amounts(en, "en")
    for number, meant in ours.items():
        if len(meant) == len(theirs[number]):
            for one, other in _apart(meant, theirs[number], number):
                said = f"{number} has {_said(one)} in zh, {_said(other)} in en"
                yield f"units differ: {said}; make them equal."


def _amounts(content: Content, lang: str) -> dict[str, list[Meanings]]:
    found = defaultdict(list)
    for text in content.texts:
        for number, meant in _of(text, lang):
            found[number].append(meant)
    return found


def _of(text: Text, lang: str) -> Iterator[tuple[str, Meanings]]:
    """Every number, code word and formula with what it may count; nothing where none is known."""
    objects, after = list(text.objects), None
    for found in reversed(list(AMOUNT.finditer(text.plain))):
        number = objects.pop() if found[0] == OBJECT else found[0].replace("−", "-")
        meant = _meant(text.plain, found, lang)
        if not meant and after and RANGE.fullmatch(text.plain, found.end(), after[0]):
            meant = ONCE  # 10 to 20 steps
        after = found.start(), meant
        yield number, meant


def _meant(plain: str, number: re.Match, lang: str) -> Meanings:
    found = AFTER[lang].match(plain, number.end())
    if not found:
        found = BEFORE[lang].search(plain, max(0, number.start() - 30), number.start())
    words = found.groups() if found else ()
    return next((FORMS[lang][word] for word in words if word), frozenset())


def _apart(ours: list[Meanings], theirs: list[Meanings], number: str) -> Iterator[tuple]:
    """Units of one twin without their like in the other; one that is a word may go unsaid."""
    left, odd = sorted(theirs, key=_vague), []
    for meant in sorted(ours, key=_vague):
        like = next((other for other in left if meant & other), None)
        left.remove(like) if like is not None else odd.append(meant)
    for pair in zip(odd, reversed(left), strict=True):  # one that is known with one that is not
        marked = bool(MARKED & (pair[0] | pair[1])) and re.match(r"[-\d]|`\{", number)
        if ONCE not in pair and (all(pair) or marked):
            yield pair


def _vague(meant: Meanings) -> tuple[bool, int]:
    return not meant, len(meant)


def _said(meant: Meanings) -> str:
    return " or ".join(sorted(meant)) or "no unit"
