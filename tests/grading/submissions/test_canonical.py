"""What is graded of a file: the cells as if nothing had happened to them, and what is noted."""

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.grade import template
from dlnotes.grading.submissions.canonical import Unreadable, canonical, cells_of
from dlnotes.grading.submissions.flags import FLAGS, UNREADABLE, Flag, sorted_once
from dlnotes.grading.submissions.scan import optimizer_calls, without_magics
from tests.grading.handing_in import (
    BROKEN,
    REPAIRS,
    answered,
    cell,
    code,
    data,
    duplicated,
    repaired,
    solved,
    untouched,
)

MOMENTUM = template("optimizers", "momentum")


def kinds(work):
    return {flag.kind for flag in work.flags}


def names_in_order(work):
    return [name for name, _ in work.cells if name]


@pytest.mark.parametrize("name", REPAIRS)
def test_every_slip_is_put_right_and_noted(name):
    content, expected = repaired(name)
    work = canonical(content, MOMENTUM)
    assert kinds(work) == expected
    assert set(work.answers) == set(MOMENTUM.tasks)
    assert not any("check(" in source for _, source in work.cells)


@pytest.mark.parametrize(("make", "kind"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_is_no_notebook_has_a_reason(make, kind):
    with pytest.raises(Unreadable) as stop:
        cells_of(make())
    assert stop.value.kind == kind


def test_every_reason_and_flag_is_said_in_both_languages():
    said = [*UNREADABLE.values(), *(Flag(kind, "gains", "x").text() for kind in FLAGS)]
    for lang in LANGUAGES:
        assert len({text[lang] for text in said}) == len(said)
        assert not any("{" in text[lang] for text in said)


def test_the_last_copy_with_work_in_it_counts():
    notebook = answered("gains", "def gains(momentum): return 0, 0")
    duplicated(notebook, "gains-answer", "def gains(momentum): return 1, 1")
    work = canonical(data(notebook), MOMENTUM)
    assert "1, 1" in work.answers["gains"]
    sources = [source for name, source in work.cells if name == "gains"]
    assert ["0, 0" in sources[0], "1, 1" in sources[1]] == [True, True]


def test_an_untouched_copy_does_not_win_over_the_work():
    notebook = answered("gains", "def gains(momentum): return 1, 1")
    duplicated(notebook, "gains-answer", MOMENTUM.cells["gains-answer"].source)
    work = canonical(data(notebook), MOMENTUM)
    assert "1, 1" in work.answers["gains"] and "gains" not in work.untouched


def test_an_untouched_answer_is_known_as_such():
    work = canonical(data(untouched()), MOMENTUM)
    assert work.untouched == set(MOMENTUM.tasks)
    assert canonical(data(solved()), MOMENTUM).untouched == frozenset()


def test_own_cells_stay_where_they_are():
    notebook = solved()
    notebook["cells"].insert(3, code("helper = 1"))
    notebook["cells"].append(code("last = 1"))
    sources = [source for _, source in canonical(data(notebook), MOMENTUM).cells]
    answers = [n for n, source in enumerate(sources) if "def gains" in source]
    assert sources.index("helper = 1") < answers[0] < sources.index("last = 1")


def test_imports_and_given_code_come_first_even_when_deleted():
    content, _ = repaired("given code deleted")
    sources = [source for _, source in canonical(content, MOMENTUM).cells]
    given = next(n for n, source in enumerate(sources) if source.startswith("def broken"))
    assert given < sources.index(canonical(content, MOMENTUM).answers["momentum_after_drop"])


def test_an_answer_is_tried_where_its_check_stood():
    notebook = solved()
    notebook["cells"].insert(3, code("early = 1"))
    content, _ = repaired("work below the answer")
    order = names_in_order(canonical(content, MOMENTUM))
    assert order.count("gains") > 1
    assert names_in_order(canonical(data(notebook), MOMENTUM)) == list(MOMENTUM.tasks)


def test_another_exercise_is_recognized():
    work = canonical(data(solved("gradient_descent")), MOMENTUM)
    assert "deleted" in kinds(work)  # the imports have the same name
    assert work.answers == {}
    stranger = {"cells": [code("x = 1")]}
    assert kinds(canonical(data(stranger), MOMENTUM)) == {"foreign"}


def test_flags_are_few():
    flags = sorted_once(Flag("magics", str(number)) for number in range(1000))
    assert len(flags) == 50


def test_names_made_up_by_a_submission_do_not_come_back():
    notebook = solved()
    notebook["cells"].append(code("!ls", id="<script>" * 100))
    assert Flag("magics") in canonical(data(notebook), MOMENTUM).flags


@pytest.mark.parametrize(
    ("source", "plain"),
    [
        ("x = 1", "x = 1"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("for i in x:\n    !ls", "for i in x:\n    pass"),
        ("y = !ls\nz = %time 1", "pass\npass"),
        ("f?\nf??", "pass\npass"),
        ("%%bash\nrm -rf ~", ""),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("%%time\n" * 500, "pass\n" * 500),
        ("x = (7\n% 3)", "x = (7\n% 3)"),
        ("x = 7 \\\n% 3", "x = 7 \\\n% 3"),
        ('"""\n%not\n!not\n"""', '"""\n%not\n!not\n"""'),
        ("'(' # ({[\n%yes", "'(' # ({[\npass"),
        ("x = f'''\n!\n''' % 3\n!ls", "x = f'''\n!\n''' % 3\npass"),
    ],
)
def test_lines_of_ipython_are_taken_out(source, plain):
    assert without_magics(source) == (plain, plain != source)


@pytest.mark.parametrize(
    ("source", "calls"),
    [
        ("torch.optim.SGD([w])", ["torch.optim.SGD"]),
        ("from torch.optim import Adam as A", ["from torch.optim import Adam as A"]),
        ("from torch import nn, optim\noptim.SGD", ["from torch import nn, optim", "optim.SGD"]),
        ("import torch as t\nt.optim.Adam(w)", ["optim.Adam"]),
        ("torch . optim \\\n . SGD", ["torch . optim . SGD"]),
        ("torch.nn.utils.clip_grad_norm_(w, 1)", [".clip_grad_norm_"]),
        ("lr_scheduler.StepLR(o)", ["lr_scheduler.StepLR"]),
        ("from torch.nn.utils import parameters_to_vector", []),
        ('"""As torch.optim.SGD does it."""  # torch.optim', []),
        ("optim = 3\noptimizer.step()\nmy_optim.SGD", []),
    ],
)
def test_torch_optimizers_are_noticed(source, calls):
    assert optimizer_calls(source) == calls


def test_torch_optimizers_are_flagged_only_where_the_algorithm_is_the_task():
    cheat = "import torch.optim as o\ndef {name}(*args): return o.SGD"
    flagged = canonical(data(answered("momentum", cheat.format(name="momentum"))), MOMENTUM)
    assert Flag("optimizer", "momentum-answer", "torch.optim") in flagged.flags
    fine = canonical(data(answered("gains", cheat.format(name="gains"))), MOMENTUM)
    assert "optimizer" not in kinds(fine)
    helper = solved()
    helper["cells"].append(code("import torch.optim"))
    assert Flag("optimizer", "", "torch.optim") in canonical(data(helper), MOMENTUM).flags


@pytest.mark.parametrize(
    "piece",
    [
        "from torch import ",
        "'",
        '"""',
        '"""\\',
        "(",
        " ",
        "\\",
        "%x\n",
        "'\"#\n",
        "\n",
        "a?",
        "%%time",
    ],
)
def test_hostile_text_is_scanned_in_one_pass(piece):
    source = piece * (300_000 // len(piece))
    plain, _ = without_magics(source)
    assert len(plain) <= 2 * len(source) + 4
    assert len(optimizer_calls(source)) < 5


def test_nothing_is_executed(tmp_path):
    trace = tmp_path / "trace"
    source = f"open({str(trace)!r}, 'w')"
    notebook = answered("gains", source)
    cell(notebook, "imports")["source"] = source
    canonical(data(notebook), MOMENTUM)
    assert not trace.exists()
