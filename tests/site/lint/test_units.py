"""A changed unit is a drift: 1% is not 1‰, a step no epoch, a second no millisecond."""

import ast
import json
import re
from pathlib import Path

import pytest

from dlnotes.site.cells import source, twins
from dlnotes.site.lint import markup, units, words
from dlnotes.site.lint.twins import differences
from dlnotes.site.sources import notebooks

ROOT = Path(__file__).resolve().parents[3]
SAME = [
    ("高了 1%", "1% higher"),
    ("高了 1%", "1 percent higher"),
    ("高了 1 个百分点", "1 percentage point higher"),
    ("高了 1 个百分点", "1 point higher"),
    ("高了百分之 1", "1% higher"),
    ("每千份错 1‰", "1 per mille of them"),
    ("转 45°", "turned by 45 degrees"),
    ("转 45 度", "a 45-degree turn"),
    ("走 12 步", "take 12 steps"),
    ("走 12 步", "12 more steps"),
    ("走 12 步", "12 training steps"),
    ("走 12 步", "after 12 updates"),
    ("走 12 步", "take 12"),
    ("走 10 到 20 步", "from 10 to 20 steps"),
    ("从 50% 到 75%", "from 50 to 75%"),
    ("用了 10–20 秒", "10–20 seconds"),
    ("第 3 步", "in step 3"),
    ("第 3 轮", "at epoch 3"),
    ("训练 3 轮", "train for 3 epochs"),
    ("训练 3 轮", "3 passes over the data"),
    ("快 3 倍", "3 times as fast"),
    ("快 3 倍", "3× as fast"),
    ("大 3 倍", "a 3-fold increase"),
    ("试 3 次", "tried 3 times"),
    ("要 5 毫秒", "takes 5 ms"),
    ("要 5 毫秒", "takes 5 milliseconds"),
    ("占 4 GiB", "takes 4 GiB"),
    ("5.5 分钟，另一个 15 分钟", "5.5 minutes, the other 15"),
    ("5.5 分钟，另一个 15 分钟", "5.5 minutes, and 15 without second order"),
    ("3 秒，还有 3 步", "3 steps and then 3 seconds"),
    ("`degrees` 度", "by `degrees`"),
    ("用 `RMSprop` 的更新", "`RMSprop`'s update"),
    ("每批 64 个样本", "64 examples a batch"),
    ("慢了 {n} 毫秒", "{n} ms slower"),
    ("每步 $n$ 个梯度", "$n$ gradients a step"),
    ("共 3/14 分", "3/14 points in all"),
    ("输入是 512 × 256 的噪声", "noise of 512 × 256"),
]
DRIFTS = [
    ("高了 1%", "1‰ higher"),
    ("高了 1‰", "1% higher"),
    ("高了千分之 1", "1% higher"),
    ("高了 1%", "1 higher"),
    ("高了 1", "1% higher"),
    ("高了 1%", "1 percentage point higher"),
    ("高了 1 个百分点", "1 percent higher"),
    ("转 45°", "turned by 45%"),
    ("转 45°", "turned by 45"),
    ("20 ℃", "20° of it"),
    ("走 12 步", "for 12 epochs"),
    ("训练 12 轮", "for 12 steps"),
    ("训练 12 轮", "12 training steps"),
    ("第 3 步", "in epoch 3"),
    ("要 5 毫秒", "takes 5 seconds"),
    ("要 5 ms", "takes 5 s"),
    ("要 5 秒", "takes 5 minutes"),
    ("要 5 分钟", "takes 5 hours"),
    ("要 5 微秒", "takes 5 ms"),
    ("要 5 µs", "takes 5 ns"),
    ("占 4 KB", "takes 4 MB"),
    ("占 4 MB", "takes 4 MiB"),
    ("占 4 GiB", "takes 4 GB"),
    ("占 4 字节", "takes 4 bits"),
    ("宽 4 毫米", "4 µm wide"),
    ("重 4 毫克", "weighs 4 µg"),
    ("频率 4 MHz", "at 4 kHz"),
    ("大 3 倍", "3% larger"),
    ("试 3 次", "a 3-fold increase"),
    ("得 3 分", "3 percent"),
    ("用 5 个种子", "5 examples"),
    ("两批各 64 个样本", "two of 64 layers"),
    ("慢了 {n} 毫秒", "{n} seconds slower"),
    ("慢了 {n}%", "{n} slower"),
    ("每步 $n$ 个梯度", "$n$ examples a step"),
    ("走 `steps` 步", "for `steps` epochs"),
    ("走 3 步用 3 秒", "3 steps take 3 ms"),
    ("从 50% 到 75%", "from 50 to 75‰"),
]


def found(zh, en):
    return list(words.compared(zh, en))


@pytest.mark.parametrize(("zh", "en"), SAME)
def test_the_same_unit_in_other_words_passes(zh, en):
    assert found(zh, en) == []


@pytest.mark.parametrize(("zh", "en"), DRIFTS)
def test_another_unit_is_caught(zh, en):
    assert any(fault.startswith("units differ") for fault in found(zh, en)), found(zh, en)


def test_both_units_are_named():
    (fault,) = found("高了 1%", "1‰ higher")
    assert fault == "units differ: 1 has percent in zh, per mille in en; make them equal."


def test_words_beside_code_and_twin_cells_are_looked_at():
    (fault,) = words.faults(ast.parse("f(zh='走 {n} 步', en='{n} epochs')"))
    assert "units differ" in fault
    pair = markup.parsed("走 3 步。"), markup.parsed("After 3 epochs.")
    assert [fault for fault in differences(*pair) if "units differ" in fault]


def test_every_unit_of_the_table_differs_from_every_other():
    names = [line.split(": ")[0] for line in units.UNITS.strip().splitlines()]
    assert len(set(names)) == len(names)
    shared = {frozenset(meant) for meant in units.FORMS["zh"].values() if len(meant) > 1}
    assert shared == set()


SWAPS = {"%": "‰", "°": "%", "step": "epoch", "epoch": "step", "second": "millisecond"}
SWAPS |= {"minute": "second", "times": "percent", "MB": "KB", "seed": "layer", "point": "percent"}


def test_nearly_every_swap_in_the_book_itself_is_caught():
    """Each unit behind a number of an English page, replaced by another, one at a time."""
    tried, caught = 0, 0
    for path in notebooks(ROOT):
        for zh, en in twins(json.loads(path.read_text(encoding="utf-8"))):
            ours, text = markup.parsed(source(zh)), source(en)
            for unit in re.finditer(rf"(?<=\d)(?: |-)?({'|'.join(SWAPS)})(?![a-rt-z])", text):
                swapped = text[: unit.start(1)] + SWAPS[unit[1]] + text[unit.end(1) :]
                tried += 1
                caught += any(units.differences(ours, markup.parsed(swapped)))
    assert tried > 100 and caught >= 0.9 * tried, (caught, tried)
