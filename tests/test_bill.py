"""The bill of the suite: every test has its payer, and a section that costs too much is named."""

import json
import re

import pytest

from tests import bill
from tests.bill import (
    KERNEL,
    PAGE,
    PAGES,
    ROOM,
    SECTION,
    folder,
    forecast,
    over,
    owner,
    pages,
    sections,
    task_sections,
)

KNOWN = ["optimizers/adam", "optimizers/adam_relatives"]
TASKS = {"adam_first_step": "optimizers/adam", "lion": "optimizers/adam_relatives"}


@pytest.mark.parametrize(
    ("test", "payer"),
    [
        ("tests/sections/optimizers/adam/test_demo.py::test_presets[ones]", "optimizers/adam"),
        ("tests/contracts/test_demos.py::test_keys[optimizers/adam-beta1]", "optimizers/adam"),
        ("tests/contracts/test_demos.py::test_x[optimizers/adam_relatives]", KNOWN[1]),
        ("tests/contracts/test_tasks.py::test_wrong[adam_first_step-2]", "optimizers/adam"),
        ("tests/test_layers.py::test_down[dlnotes.sections.optimizers.adam.demo]", KNOWN[0]),
        ("book/optimizers/adam.ipynb::Cell 3", "optimizers/adam"),
        ("exercises/optimizers/adam_relatives.ipynb::Cell 0", "optimizers/adam_relatives"),
        ("tests/optimizers/test_rules.py::test_200_steps[adam]", None),
        ("tests/optimizers/test_adam.py::test_defaults", None),
        ("tests/optimizers/test_rules.py::test_200_steps[lion]", None),
    ],
)
def test_every_test_has_its_payer(test, payer):
    assert owner(test, KNOWN, TASKS) == payer


def test_a_section_above_its_budget_is_named():
    costs = {"optimizers/adam": SECTION * ROOM + 1, "optimizers/momentum": SECTION}
    (line,) = over(costs, SECTION)
    assert line.startswith(f"optimizers/adam brings {SECTION * ROOM + 1:.0f} s")


def test_a_notebook_is_billed_as_a_whole():
    costs = {"book/a/b.ipynb::Cell 0": 2.0, "book/a/b.ipynb::Cell 1": 3.0, "tests/x.py::y": 9.0}
    assert pages(costs) == pytest.approx({"book/a/b.ipynb": 5.0 - KERNEL})


def test_the_forecast_counts_every_page():
    assert forecast(600, 30, 0.8) == pytest.approx((600 + PAGES * 30) / 1.6 / 60)


def test_a_busy_machine_changes_no_forecast(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(bill, "FOLDER", tmp_path)
    told = []
    for slow in (1, 2):
        run = {"wall": 600 * slow, "spent": 1000 * slow, "costs": {"tests/x.py::y": 1000.0}}
        (tmp_path / "tests.json").write_text(json.dumps(run), encoding="utf-8")
        bill.main()
        told.append(re.search(r"forecast .*: (\d+) min", capsys.readouterr().out)[1])
    assert told[0] == told[1] == "10"


@pytest.mark.parametrize(("alone", "fails"), [(0.5, False), (0.95, True)])
def test_what_is_above_its_budget_is_measured_once_more(monkeypatch, tmp_path, alone, fails):
    monkeypatch.setattr(bill, "FOLDER", tmp_path)
    dear = "book/optimizers/adam.ipynb::Cell 1"
    costs = {dear: SECTION * ROOM * 1.1, "tests/x.py::y": 1.0}
    run = {"wall": 60.0, "spent": 60.0, "costs": costs}
    (tmp_path / "tests.json").write_text(json.dumps(run), encoding="utf-8")
    asked = []

    def again(tests):
        asked.extend(tests)
        return {dear: costs[dear] * alone * PAGE / SECTION}

    monkeypatch.setattr(bill, "again", again)
    monkeypatch.setattr(bill, "KERNEL", 0.0)
    assert bill.main() == fails
    assert asked == [dear]


def test_tests_run_again_by_their_names():
    this = "tests/test_seconds.py::test_the_piece_of_work_is_real"
    costs = bill.again([this])
    assert list(costs) == [this]
    assert 0 <= costs[this] < 10


def test_folders_and_notebooks():
    assert folder("tests/live/ops/test_ops.py::test_add") == "tests/live"
    assert folder("book/optimizers/adam.ipynb::Cell 3") == "book (notebooks)"


def test_sections_and_tasks_are_found():
    assert "optimizers/adam" in sections()
    assert task_sections()["momentum"] == "optimizers/momentum"
