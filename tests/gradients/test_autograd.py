"""Numbers that remember: the same gradients as torch, contributions added, deep graphs."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlnotes.gradients.autograd import Value, backwards

NUMBERS = st.floats(-3, 3).filter(lambda number: abs(number) > 0.05)


def mixed(a, b, c):
    """Every operation, and each input more than once."""
    inner = (a * b - c / b + 2) ** 2
    return (inner + 1).log() * a.tanh() - (0.3 * c).exp() + (3 - b).relu() / (1 + inner) - 1 / c


@given(NUMBERS, NUMBERS, NUMBERS)
@settings(max_examples=60, deadline=None)
def test_as_torch(a, b, c):
    assume(abs(3 - b) > 1e-6)
    ours = [Value(each) for each in (a, b, c)]
    theirs = [torch.tensor(each, dtype=torch.float64, requires_grad=True) for each in (a, b, c)]
    mixed(*ours).backward(), mixed(*theirs).backward()
    assert mixed(*ours).data == pytest.approx(mixed(*theirs).item())
    for mine, its in zip(ours, theirs, strict=True):
        assert mine.grad == pytest.approx(its.grad.item(), rel=1e-10, abs=1e-12)


def test_what_is_used_twice_receives_twice():
    x, w = Value(2.0), Value(1.5)
    f = (w * (w * x).relu() - 4) ** 2
    f.backward()
    assert (f.data, w.grad, x.grad) == (0.25, 6.0, 2.25)


def test_a_number_sends_only_after_all_have_sent_to_it():
    """An early node that is also used at the very end."""
    x = Value(3.0)
    early = x * x
    late = early * early + early
    late.backward()
    assert x.grad == 4 * 3.0**3 + 2 * 3.0
    order = [id(value) for value in backwards(late)]
    assert order[0] == id(late) and order[-1] == id(x) and len(set(order)) == len(order)


def test_gradients_add_up_as_in_torch():
    x = Value(3.0)
    f = x * x
    f.backward(), f.backward()
    assert x.grad == 12.0


def test_no_recursion():
    x = Value(1.0)
    f = x
    for _ in range(5000):
        f = f + 1
    f.backward()
    assert x.grad == 1.0


def test_at_the_kink_and_at_a_power_of_zero():
    x = Value(0.0)
    (x.relu() + x**0 + x**2).backward()
    assert x.grad == 0.0


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Value("3"), "`data` must be a number, got '3'."),
        (lambda: Value(True), "`data` must be a number, got True."),
        (lambda: Value(2.0) ** Value(2.0), "`power` must be a number, got Value(data=2, grad=0)."),
        (lambda: Value(2.0) + "1", "`data` must be a number, got '1'."),
    ],
)
def test_one_line_for_what_is_no_number(made, message):
    with pytest.raises(TypeError) as caught:
        made()
    assert str(caught.value) == message
