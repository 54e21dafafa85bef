"""Values out: whatever an answer does, plain data comes back, in time."""

import json
import math
import time

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.grading.inside.answers import produce
from dlnotes.grading.inside.time_limit import TimeUp, within
from dlnotes.grading.inside.values import MOST_NUMBERS, plain
from dlnotes.grading.tasks.task import call


class Liar(float):
    """A number that claims to equal everything."""

    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


def one(answer, *inputs, drive=call, seconds=5):
    """The last record for an answer tried once."""
    names = [f"x{place}" for place in range(len(inputs))]
    draws = [dict(zip(names, inputs, strict=True))]
    return produce(answer, drive, draws, seconds=seconds)[-1]


@pytest.mark.parametrize(
    "value",
    [
        2,
        2.0,
        True + 1,
        np.float32(2),
        np.array(2),
        torch.tensor(2),
        torch.tensor(2.0, requires_grad=True),
        torch.nn.Parameter(torch.tensor(2.0)),
        Liar(2),
    ],
)
def test_numbers_of_any_kind_come_out_alike(value):
    assert plain(value) == {"shape": [], "numbers": [2.0]}
    assert type(plain(value)["numbers"][0]) is float


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2",
        1j,
        torch.tensor(1j),
        {"a": 1},
        object(),
        10**400,
        np.datetime64("NaT"),
        np.array(["2026-01-01"], "M8[D]"),
        np.timedelta64(1, "D"),
        torch.zeros(MOST_NUMBERS + 1),
        [0.0] * (MOST_NUMBERS + 1),
        ...,
    ],
)
def test_everything_else_comes_out_as_a_kind(value):
    assert set(plain(value)) == {"kind"}


class Endless(list):
    """A list that never ends when asked for its items."""

    def __iter__(self):
        while True:
            yield 0.0

    def __len__(self):
        raise SystemExit


class Claim:
    """Says that it is a list."""

    __class__ = list


class Mute(Exception):
    """An error that cannot be shown."""

    def __str__(self):
        raise SystemExit


class Broken(float):
    """A number that cannot be read."""

    def __float__(self):
        raise KeyboardInterrupt


class Named(type):
    """A kind of class that is silent about its name."""

    @property
    def __name__(cls):
        return 1 / 0


def test_objects_that_lie_about_themselves_come_out_as_what_they_are():
    assert plain(Endless([1.0])) == {"items": [{"shape": [], "numbers": [1.0]}]}
    assert plain(Claim()) == {"kind": "Claim"}
    assert plain(Named("Thing", (), {})()) == {"kind": "Thing"}
    assert json.dumps(one(lambda: Broken(2)), allow_nan=False)


def test_an_error_that_cannot_be_shown_has_no_text():
    def failing():
        raise Mute

    record = one(failing)
    assert (record["problem"], record["type"], record["text"]) == ("raised", "Mute", "")


def test_endless_nesting_stops():
    ring = []
    ring.append(ring)
    assert json.dumps(plain(ring))


def test_lists_of_lists_stop_when_they_have_become_too_many():
    """Shared lists, whose parts nobody could count to the end."""
    value = [1.0] * 1000
    for _ in range(4):
        value = [value] * 1000
    start = time.monotonic()
    text = json.dumps(plain(value))
    assert "a list that is too large" in text and len(text) < 20_000_000
    assert time.monotonic() - start < 20
    assert "too large" in str(plain([torch.zeros(90_000)] * 3))


def test_not_a_number_survives_json():
    text = json.dumps(plain([math.nan, math.inf, -math.inf]), allow_nan=False)
    assert [item["numbers"] for item in json.loads(text)["items"]] == [["nan"], ["inf"], ["-inf"]]


numbers = st.one_of(st.floats(), st.integers(), st.none(), st.text(), st.booleans())


@settings(deadline=None, max_examples=50)
@given(st.recursive(numbers, lambda inner: st.lists(inner) | st.tuples(inner, inner)))
def test_records_are_always_json(value):
    json.dumps(one(lambda: value), allow_nan=False)


def test_a_hanging_answer_is_stopped_in_time():
    def endless(x):
        while True:
            x = x + 1

    start = time.perf_counter()
    assert one(endless, 0, seconds=0.2) == {"problem": "time", "seconds": 0.2}
    assert time.perf_counter() - start < 1.5


def test_a_hanging_answer_that_swallows_exceptions_is_stopped_too():
    done = []

    def stubborn():
        for _ in range(3):
            try:
                while True:
                    pass
            except BaseException:
                done.append(1)

    assert one(stubborn, seconds=0.1)["problem"] == "time"
    assert done


def test_sleeping_answer_does_not_hold_up_the_verdict():
    start = time.perf_counter()
    with pytest.raises(TimeUp):
        within(0.1, lambda: time.sleep(3))
    assert time.perf_counter() - start < 1.5


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, ValueError, RecursionError])
def test_errors_become_records(error):
    def failing():
        raise error("no\nway")

    record = one(failing)
    assert (record["problem"], record["type"], record["text"]) == (
        "raised",
        error.__name__,
        "no way",
    )
    assert record["line"] == failing.__code__.co_firstlineno + 1


def test_changed_inputs_are_named():
    def in_place(grad, state):
        state[0].mul_(2)
        return grad

    record = one(in_place, torch.ones(2), (torch.ones(2),))
    assert record == {"problem": "changed", "name": "state"}


def test_other_arguments_are_noticed_before_the_call():
    assert one(lambda x: x, 1, 2)["problem"] == "arguments"


def test_a_value_the_drive_cannot_use_is_told_apart_from_an_error_in_the_answer():
    def drive(answer):
        first, _ = answer()
        return first

    assert one(lambda: 1.0, drive=drive) == {
        "problem": "returned",
        "value": {"shape": [], "numbers": [1.0]},
    }


def test_an_error_inside_a_generator_is_the_answers_own():
    def lazily():
        yield 1 / 0

    assert one(lazily, drive=lambda answer: list(answer()))["type"] == "ZeroDivisionError"


def test_builtins_can_be_answers():
    assert one(math.hypot, 3.0, 4.0) == {"value": {"shape": [], "numbers": [5.0]}}
