"""The rules of prose: what they let through, and what they stop."""

import ast
from pathlib import Path

import pytest

from dlnotes.site.lint import displays, links, markup, prose, words
from dlnotes.site.lint.terms import Glossary

ROOT = Path(__file__).resolve().parents[3]

GOOD = [
    "用 Adam 训练 30 层，把 `lr` 设为 0.1。",
    "把山谷整个转 45° 之后，测试损失高了 3%，快了 228×。",
    "输入是 512 × 256 的噪声，占 4 GiB。",
    "形状应为 (64, 10)，现在是 (10, 64)。转置了吗？",
    "出自 [Robbins & Monro (1951)](../references.ipynb#robbins1951stochastic)，第 4 节。",
    "“**自适应**”适应的是坐标轴，**权重衰减**（weight decay）的意思不一样。",
    "学习率 $\\eta$ 越大，$f(x)$ 越小；L1 惩罚也一样。",
    "Adagrad、RMSprop 和 Adam 的学习率都设为 0.1……",
    "在 `optimizers/momentum.py` 里，`f(x, y)` 返回 0。",
]
BAD = {
    "Adagrad,RMSprop,和 Adam": "half-width mark",
    "学习率, 动量": "half-width mark",
    "到了.": "half-width mark",
    "为什么?": "half-width mark",
    "动量(momentum)": "half-width brackets",
    "动量 (momentum)": "half-width brackets",
    "设为０.１": "full-width digit",
    "用Adam 训练": "missing space",
    "把`lr` 设为 0.1": "missing space",
    "学习率$\\eta$ 越大": "missing space",
    "走 12步": "missing space",
    "转 45°之后": "missing space",
    "变成-0.02": "missing space",
    "用  Adam 训练": "doubled space",
    "用 Adam ，再用 SGD": "space beside a full-width mark",
    "用 Adam， 再用 SGD": "space beside a full-width mark",
    "学习 率": "space between Chinese characters",
    "高了 3 %": "space before %",
    "**“自适应”**适应": "asterisks",
    "**权重衰减（weight decay）**的": "asterisks",
    "一段话\n分两行": "several lines",
}


@pytest.mark.parametrize("text", GOOD)
def test_good_chinese_passes(text):
    content = markup.parsed(text)
    assert list(prose.faults(content, "zh")) == []
    assert list(Glossary.of(ROOT).faults(content)) == []


@pytest.mark.parametrize("text", BAD)
def test_bad_chinese_is_named_with_its_words(text):
    found = list(prose.faults(markup.parsed(text), "zh"))
    assert any(BAD[text] in fault for fault in found), found
    assert all("“" in fault for fault in found)


def test_english_has_marks_of_its_own():
    assert list(prose.faults(markup.parsed("The “heavy ball” (1964), faster."), "en")) == []
    assert len(list(prose.faults(markup.parsed("The ball， faster。"), "en"))) == 2


@pytest.mark.parametrize("text", ["Fig. 3 e.g. Adam at 0.5. It", "See Goh et al. Distill"])
def test_abbreviations_do_not_end_a_sentence(text):
    found = list(prose.advice(markup.parsed(text), "en"))
    assert len(found) == text.count(". It")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("批量梯度下降一步用上全部样本", 1),
        ("小批量梯度下降和全批量梯度下降", 0),
        ("批量规范化（batch normalization，又译批归一化）", 0),
        ("“批归一化”是旧名", 0),
        ("用 BGD 训练", 1),
        ("数据预处理要在训练之前做", 0),
        ("周期性学习率", 0),
        ("`步长衰减`", 0),
    ],
)
def test_ruled_out_words_are_seen_and_longer_words_are_not(text, count):
    assert len(list(Glossary.of(ROOT).faults(markup.parsed(text)))) == count


def test_every_house_form_passes_its_own_glossary():
    glossary = Glossary.of(ROOT)
    houses = {form for forms in glossary.house.values() for form in forms}
    assert len(glossary.house) > 60
    assert [form for form in houses if list(glossary.faults(markup.parsed(form)))] == []


def test_numbers_are_read_as_a_reader_reads_them():
    content = markup.parsed("从 0.2 降到 −0.1，60,000 步，L2，1e-6，`7` 和 $8$ 不算，20-30")
    assert content.numbers == ["0.2", "-0.1", "60,000", "2", "1e-6", "20", "30"]


def test_display_formulas_carry_no_words():
    plain = markup.parsed("$$\nx = 1\n$$ (eq-x)")
    assert list(displays.faults(plain, None)) == []
    assert len(list(displays.faults(plain, "zh"))) == 1
    for formula in ("x, \\text{if } y", "x = 1.", "损失"):
        assert len(list(displays.faults(markup.parsed(f"$$\n{formula}\n$$"), None))) == 1


def test_words_beside_code_say_the_same():
    good = "f(zh='走 {n} 步', en='{n} {word}')\ng(en=1)\nd = {'zh': {'a': '学'}, 'en': {'a': 'b'}}"
    assert list(words.faults(ast.parse(good.replace("g(en=1)", "")))) == []
    bad = [
        "f(en='a')",
        "f(zh='', en='a')",
        "f(zh='走 3 步', en='4 steps')",
        "f(zh='用Adam', en='Adam')",
    ]
    bad += [
        "f(zh='{n} 步', en='steps')",
        "f(zh='', en='a')",
        "d = {'zh': {'a': 1}, 'en': {'b': 1}}",
    ]
    bad += ["text('步数')", "text('用Adam', 'Adam')"]
    for code in bad:
        assert len(list(words.faults(ast.parse(code)))) == 1, code


def test_english_does_not_stand_for_chinese():
    english = frozenset({"step", "out", "of", "habit"})
    for zh in ("Step", "0.9 out of habit", "{n} step"):
        for code in (
            f"f(zh={zh!r}, en={zh!r})",
            f"d = {{'zh': {{'a': {zh!r}}}, 'en': {{'a': ''}}}}",
        ):
            (line,) = words.faults(ast.parse(code), None, english)
            assert line == f"line 1: zh says “{zh}” in English; translate it."
    for zh in ("Adam", "走 step", "`step`", "$step$", "RMSprop，A", "{step}", "a"):
        assert list(words.faults(ast.parse(f"f(zh={zh!r}, en={zh!r})"), None, english)) == []


def test_the_words_of_english_are_those_of_the_prose():
    spoken = words.spoken(ROOT)
    assert {"step", "learning"} < spoken
    assert spoken.isdisjoint({"adam", "nesterov", "lion", "ipynb"})


def test_citations_are_links_to_the_list_of_references():
    assert links.citation("../references.ipynb#goh2017momentum") == "goh2017momentum"
    assert links.citation("momentum.ipynb#velocity") is None
    assert "polyak1964some" in links.keys(ROOT) and links.keys(ROOT / "dlnotes") == frozenset()
