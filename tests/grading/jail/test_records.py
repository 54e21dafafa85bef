"""The trusted reader of what the jail wrote: any bytes in, records of agreed forms out."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.grading.inside.answers import produce
from dlnotes.grading.inside.values import DEEPEST, MOST_NUMBERS
from dlnotes.grading.jail.records import LONGEST_TEXT, MARKS, Expected, decode
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations

ASKED = [Expected("gains", 2, 10.0), Expected("nesterov", 1, 10.0)]
HOSTILE = {"problem": "output"}
TEXTS = {"time": set(), "crashed": set(), "memory": set(), "output": set(), "missing": set()}
FORMS = {
    **TEXTS,
    "uncallable": {"kind"},
    "changed": {"name"},
    "arguments": {"text"},
    "returned": {"value"},
    "raised": {"type", "text", "line"},
    "time": {"seconds"},
}


def line(records, name="gains"):
    return json.dumps({"id": name, "records": records}).encode()


def one(record, cases=1):
    """The first record that comes back for a record sent."""
    found, _ = decode(line([record]), [Expected("gains", cases, 10.0)])
    return found["gains"][0]


def assert_value(value, depth=0):
    assert depth <= DEEPEST
    if "items" in value:
        assert set(value) == {"items"}
        for item in value["items"]:
            assert_value(item, depth + 1)
    elif "kind" in value:
        assert set(value) == {"kind"} and len(value["kind"]) <= LONGEST_TEXT
    else:
        assert set(value) == {"shape", "numbers"}
        assert all(type(x) is float or x in MARKS for x in value["numbers"])


def assert_records(records, cases):
    assert 1 <= len(records) <= cases + 1
    for record in records:
        if "problem" not in record:
            assert set(record) == {"value"}
            assert_value(record["value"])
            continue
        assert record is records[-1]
        assert set(record) == {"problem"} | FORMS[record["problem"]]
        for name in ("kind", "name", "text", "type"):
            assert record.get(name, "").isprintable() and len(record.get(name, "")) <= LONGEST_TEXT
    assert "problem" in records[-1] or len(records) == cases
    json.dumps(records, allow_nan=False).encode("utf-8")


def assert_decodes(data):
    found, stuck = decode(data, ASKED)
    cases = {task.id: task.cases for task in ASKED}
    assert set(found) <= set(cases) and (stuck is None or stuck in set(cases) - set(found))
    for name, records in found.items():
        assert_records(records, cases[name])
        judge(
            declarations.find(name),
            "fuzz",
            records if "problem" in records[-1] else (records * 6)[:6],
        )


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=2000))
def test_any_bytes(data):
    assert_decodes(data)


leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(MARKS)
)
words = st.sampled_from(
    ["value", "problem", "kind", "items", "shape", "numbers", "text", "type", "line", "seconds"]
)
names = st.sampled_from(["gains", "nesterov", "other", "", 3, None])
anything = st.recursive(
    leaves | st.sampled_from([*FORMS, "else"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=20,
)
arrays = st.lists(st.floats() | st.sampled_from(MARKS), max_size=4).map(
    lambda numbers: {"shape": [len(numbers)], "numbers": numbers}
)
values = st.recursive(arrays, lambda inner: st.fixed_dictionaries({"items": st.lists(inner)}))
records = st.lists(
    st.fixed_dictionaries({"value": values | anything})
    | st.fixed_dictionaries({"problem": st.sampled_from(list(FORMS)), "type": anything})
    | st.dictionaries(words, anything, max_size=4)
    | anything,
    max_size=4,
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.fixed_dictionaries({"id": names}, optional={"records": records}), max_size=5))
def test_any_json(lines):
    assert_decodes("\n".join(json.dumps(item) for item in lines).encode("utf-8", "surrogatepass"))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_true_records_cut_or_flipped(data):
    task = declarations.find("nesterov")
    true = line(produce(task.reference, task.drive, task.draws(1), seconds=9)[:1], "nesterov")
    place = data.draw(st.integers(0, len(true) - 1))
    byte = data.draw(st.binary(max_size=1))
    assert_decodes(true[:place] + byte + true[place + 1 :])
    assert_decodes(true[:place])


def test_true_records_come_back_unchanged():
    for task in declarations.all_tasks():
        true = produce(task.reference, task.drive, task.draws("x"), seconds=60)
        asked = [Expected(task.id, task.cases, task.seconds)]
        assert decode(line(true, task.id), asked) == ({task.id: true}, None)


NUMBER = {"shape": [], "numbers": [1.0]}
REFUSED = {
    "shape and numbers disagree": {"shape": [2], "numbers": [1.0]},
    "negative size": {"shape": [-1], "numbers": []},
    "truth for a size": {"shape": [True], "numbers": [1.0]},
    "huge size": {"shape": [MOST_NUMBERS + 1, 0], "numbers": []},
    "too many dimensions": {"shape": [1] * 17, "numbers": [1.0]},
    "truth for a number": {"shape": [], "numbers": [True]},
    "text for a number": {"shape": [], "numbers": ["1.0"]},
    "null": None,
    "more words": {**NUMBER, "more": 1},
    "endless number": {"shape": [], "numbers": [10**400]},
    "nothing": {},
}


@pytest.mark.parametrize("value", REFUSED.values(), ids=REFUSED)
def test_a_value_of_another_form_is_refused(value):
    assert one({"value": value}) == HOSTILE
    assert one({"problem": "returned", "value": value}) == HOSTILE


def nested(depth):
    value = NUMBER
    for _ in range(depth):
        value = {"items": [value]}
    return value


def test_depth_and_size_are_bounded():
    assert one({"value": nested(DEEPEST)}) == {"value": nested(DEEPEST)}
    assert one({"value": nested(DEEPEST + 1)}) == HOSTILE
    large = {"items": [{"shape": [MOST_NUMBERS], "numbers": [0.0] * MOST_NUMBERS}] * 3}
    assert one({"value": large}) == HOSTILE
    deep = b'{"id": "gains", "records": ' + b"[" * 1_000_000
    assert decode(deep, ASKED) == ({}, None)


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "9" * 5000])
def test_numbers_that_are_none_are_refused(number):
    text = '{"id": "gains", "records": [{"value": {"shape": [], "numbers": [0]}}]}'
    text = text.replace("0", number)
    found, _ = decode(text.encode(), [Expected("gains", 1, 1.0)])
    assert found.get("gains", [HOSTILE]) == [HOSTILE]


def test_text_is_short_and_harmless():
    shown = one(
        {"problem": "raised", "type": "E", "line": 3, "text": "a\x1b[2J\n\u202e\ud800" * 999}
    )
    assert (
        shown["text"].startswith("a\ufffd[2J \ufffd\ufffd") and len(shown["text"]) <= LONGEST_TEXT
    )
    assert (
        one({"problem": "raised", "type": "学习率", "line": None, "text": "ε"})["type"] == "学习率"
    )


def test_counts_must_agree():
    full = {"value": NUMBER}
    assert one(full, cases=2) == HOSTILE
    found, _ = decode(line([full] * 3), ASKED)
    assert found["gains"] == [HOSTILE]
    found, _ = decode(line([full, {"problem": "crashed"}, full]), ASKED)
    assert found["gains"] == [full, {"problem": "crashed"}]


def test_the_first_word_on_a_task_is_the_last():
    first, second = [{"problem": "memory"}], [{"problem": "crashed"}]
    found, _ = decode(line(first) + b"\n" + line(second), ASKED)
    assert found["gains"] == first


def test_who_was_begun_and_never_done_is_named():
    begun = json.dumps({"id": "nesterov"}).encode()
    assert decode(line([{"problem": "missing"}]) + b"\n" + begun, ASKED)[1] == "nesterov"
    assert decode(begun + b"\n" + line([{"problem": "missing"}], "nesterov"), ASKED)[1] is None
    assert decode(b'{"id": "unknown"}', ASKED)[1] is None


def test_floods_are_read_in_no_time():
    start = time.perf_counter()
    for flood in (b"\n" * 2_000_000, b'{"id":"gains"}\n' * 130_000, b"[]," * 700_000):
        decode(flood, ASKED)
    assert time.perf_counter() - start < 20
