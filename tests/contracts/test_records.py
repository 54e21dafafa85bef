"""Every room's record is what its code makes: a piece of it is made again and compared.

`make test` makes the first piece of every room, `make test-all` the others too.
"""

import importlib
import json
from functools import cache
from pathlib import Path

import pytest
import torch

from dlnotes.training.records import Record, unpacked

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("dlnotes/sections/*/*/record.json"))
ROOMS = {"/".join(path.parts[-3:-1]): path for path in FILES}


def record_of(room: str) -> Record:
    return importlib.import_module(f"dlnotes.sections.{room.replace('/', '.')}.experiments").RECORD


PIECES = [
    pytest.param(room, piece, marks=[pytest.mark.long] if place else [])
    for room in ROOMS
    for place, piece in enumerate(record_of(room).pieces)
]


@pytest.mark.parametrize("room", ROOMS)
def test_a_record_says_how_it_was_made_and_nothing_has_changed_since(room):
    record = record_of(room)
    assert record.path == ROOMS[room]
    assert record.found.keys() == {"command", "torch", "settings", "values"}
    module = room.replace("/", ".")
    assert record.command == f"python -m dlnotes.sections.{module}.experiments"
    assert record.found["command"] == record.command
    assert record.found["settings"] == record.settings, f"make it anew: {record.command}"
    assert record.pieces, "a record needs a piece that a test can make again"


@cache
def made(room: str, piece: str) -> tuple[torch.Tensor, torch.Tensor]:
    """A piece made again, once for all tests, and what is recorded."""
    again, recorded = record_of(room).pieces[piece]()
    return again.to(torch.float64), recorded.to(torch.float64)


def compare(room: str, again: torch.Tensor, recorded: torch.Tensor) -> None:
    record = record_of(room)
    assert again.numel() > 1
    torch.testing.assert_close(
        again, recorded, **record.near, msg=lambda found: f"{found}\nmake it anew: {record.command}"
    )


@pytest.mark.parametrize(("room", "piece"), PIECES)
def test_a_piece_made_again_is_the_record(room, piece):
    compare(room, *made(room, piece))


@pytest.mark.parametrize("room", ROOMS)
def test_a_record_that_has_drifted_would_be_seen(room):
    """One number of the piece, wrong by a percent."""
    again, recorded = made(room, next(iter(record_of(room).pieces)))
    wrong = recorded.clone()
    wrong.view(-1)[wrong.abs().argmax()] *= 1.01
    with pytest.raises(AssertionError, match=r"make it anew: python -m dlnotes\.sections"):
        compare(room, again, wrong)


def test_what_is_written_is_read_again_to_four_digits(tmp_path):
    values = {
        "losses": torch.tensor([[1.23456, torch.nan], [1.0, torch.inf]], dtype=torch.float64),
        "steps": torch.tensor([0, 123456]),
        "deep": {"price": 1.23456, "name": "adam"},
    }
    room = tmp_path / "chapter" / "section"
    room.mkdir(parents=True)
    record = Record(str(room / "experiments.py"), lambda: values, {"seeds": (0, 1)}, {})
    record.write()
    found = json.loads((room / "record.json").read_text("utf-8"))
    assert found == record.found
    assert found["command"] == "python -m dlnotes.sections.chapter.section.experiments"
    assert found["settings"] == record.settings == {"seeds": [0, 1]}
    assert found["torch"] == torch.__version__
    assert found["values"]["steps"] == [0, 123456]
    assert found["values"]["deep"] == {"price": 1.235, "name": "adam"}
    losses = unpacked(found["values"]["losses"])
    assert losses[:, 0].tolist() == [1.235, 1.0] and losses[:, 1].isnan().all()
