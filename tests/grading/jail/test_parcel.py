"""What travels into the jail: every input bit for bit, every drive by itself, no answer."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlnotes.grading.inside.answers import produce
from dlnotes.grading.inside.inputs import decoded, encoded
from dlnotes.grading.jail.parcel import drive_source, pack
from dlnotes.grading.tasks import declarations

TASKS = declarations.all_tasks()
every_task = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.id)
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.int64, torch.bool, torch.complex64)

plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    plain,
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
)


def carried(value):
    return decoded(json.loads(json.dumps(encoded(value), allow_nan=False)))


@settings(deadline=None, max_examples=100)
@given(values)
def test_plain_inputs_arrive_as_they_left(value):
    there = carried(value)
    assert there == value and type(there) is type(value)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_tensors_arrive_bit_for_bit(dtype, shape):
    tensor = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    there = carried(tensor)
    assert there.dtype == dtype and there.shape == shape and torch.equal(there, tensor)


@pytest.mark.parametrize("array", [np.arange(6.0).reshape(2, 3), np.float32(2.5), np.array([True])])
def test_arrays_arrive_bit_for_bit(array):
    there = carried(array)
    assert there.dtype == array.dtype and there.shape == array.shape and (there == array).all()


def test_not_a_number_and_generators_travel():
    assert math.isnan(carried(math.nan)) and carried(-math.inf) == -math.inf
    source = torch.Generator().manual_seed(5)
    torch.rand(3, generator=source)
    assert torch.equal(torch.rand(4, generator=carried(source)), torch.rand(4, generator=source))


def test_what_cannot_travel_is_refused():
    with pytest.raises(TypeError, match="got object"):
        encoded(object())


@every_task
def test_drive_works_alone_and_names_nothing_of_the_library(task):
    source = drive_source(task.drive)
    assert "dlnotes" not in source and task.reference.__name__ not in source
    names = {"math": math, "torch": torch}
    exec(source, names)
    draws = task.draws("alone")
    inputs = [
        {name: carried(value) for name, value in case.items()} for case in task.draws("alone")
    ]
    want = produce(task.reference, task.drive, draws, seconds=9)
    assert produce(task.reference, names[task.drive.__name__], inputs, seconds=9) == want


@every_task
def test_a_parcel_holds_inputs_and_neither_seed_nor_answer(task):
    secret = "c0ffee5eed"
    data = pack([("", "x = 1"), (task.id, "y = 2")], [task], secret)
    assert secret.encode() not in data
    held = json.loads(data)
    assert held["cells"] == [["", "x = 1"], [task.id, "y = 2"]]
    assert set(held["tasks"][0]) == {"id", "seconds", "drive", "entry", "inputs"}
    assert len(held["tasks"][0]["inputs"]) == task.cases
    assert data == pack([("", "x = 1"), (task.id, "y = 2")], [task], secret)
    assert data != pack([("", "x = 1"), (task.id, "y = 2")], [task], "another")


SCALE = 3
OFFSETS = (1, 2)


def shifted(value):
    return SCALE * value + OFFSETS[0]


def needs_helpers(answer, value: torch.Tensor) -> "Unknown":  # noqa: F821
    return shifted(answer(value)) + math.pi


def needs_the_library(answer, value):
    return answer(TASKS)


def test_helpers_and_constants_travel_along():
    names = {}
    exec(drive_source(needs_helpers), names)
    assert names["needs_helpers"](lambda x: 2 * x, 5) == 31 + math.pi


def with_closure(factor):
    def inner(answer):
        return factor * answer()

    return inner


@pytest.mark.parametrize("drive", [needs_the_library, with_closure(2)])
def test_a_drive_that_needs_more_is_refused(drive):
    with pytest.raises(ValueError, match="runs in the jail"):
        drive_source(drive)
