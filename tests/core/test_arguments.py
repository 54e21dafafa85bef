"""Wrong arguments get one line: name, rule, value."""

import math

import pytest

from dlnotes.core import arguments


@pytest.mark.parametrize(
    "check, value, message",
    [
        (arguments.positive, 0, "`lr` must be greater than 0, got 0."),
        (arguments.positive, math.nan, "`lr` must be greater than 0, got nan."),
        (arguments.non_negative, -1e-9, "`lr` must be at least 0, got -1e-09."),
        (arguments.finite, math.inf, "`lr` must be finite, got inf."),
        (arguments.whole, 0, "`lr` must be at least 1, got 0."),
    ],
)
def test_wrong_values(check, value, message):
    with pytest.raises(ValueError) as error:
        check("lr", value)
    assert str(error.value) == message


@pytest.mark.parametrize("value", [1.0, "3", True, None])
def test_a_whole_number_is_an_int(value):
    with pytest.raises(TypeError, match="`steps` must be a whole number"):
        arguments.whole("steps", value)


@pytest.mark.parametrize("value", ["0.1", None, True, [0.1]])
@pytest.mark.parametrize(
    "check",
    [
        arguments.positive,
        arguments.non_negative,
        arguments.finite,
        lambda name, value: arguments.at_least(name, value, 1),
        lambda name, value: arguments.between(name, value, 0, 1),
    ],
)
def test_what_is_no_number_is_named(check, value):
    with pytest.raises(TypeError, match=r"^`lr` must be a number .*, got .*\.$"):
        check("lr", value)


def test_a_whole_number_may_have_a_largest_one():
    assert arguments.whole("seed", 7, least=0, most=7) == 7
    with pytest.raises(ValueError, match=r"^`seed` must be at most 7, got 8\.$"):
        arguments.whole("seed", 8, least=0, most=7)


def test_right_values_come_back():
    assert arguments.positive("lr", 0.1) == 0.1 and arguments.whole("steps", 3) == 3
    assert arguments.non_negative("momentum", 0) == 0


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_value_outside_its_range(value):
    with pytest.raises(ValueError, match=f"`decay` must be between 0 and 1, got {value}"):
        arguments.between("decay", value, 0, 1)


def test_an_unknown_name():
    with pytest.raises(ValueError, match="`mode` must be one of up, down, got 'left'"):
        arguments.one_of("mode", "left", ("up", "down"))
    assert arguments.one_of("mode", "up", ("up", "down")) == "up"


@pytest.mark.parametrize("first", [3, 4, math.nan])
def test_values_in_the_wrong_order(first):
    with pytest.raises(ValueError, match=f"`a` must be smaller than `b`, got a={first} and b=3"):
        arguments.ordered(a=first, b=3)
    arguments.ordered(a=2, b=3)
