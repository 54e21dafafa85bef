"""The page that a student gets: safe to open, in both languages, on a phone, in the dark."""

from dataclasses import replace
from pathlib import Path

import pytest

from dlnotes.core.language import both
from dlnotes.core.solutions import BEGIN
from dlnotes.grading.grade import Result, TaskScore, without_answers
from dlnotes.grading.results.feedback import page
from dlnotes.grading.safe_text import file_names, marked_up, visible
from dlnotes.grading.submissions.flags import UNREADABLE, Flag
from dlnotes.grading.submissions.submission import Submission
from tests.grading.handing_in import cell, solved

SCRIPT = '<script>window.hit=1</script><img src=x onerror="window.hit=1">'
HOSTILE = f"{SCRIPT}\x1b[31m\u202e\0`{SCRIPT}`${SCRIPT}$'\"&"
STUDENTS = [
    "ann",
    "王小明",
    "..",
    ".",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "con",
    "CON.x",
    "Ann",
    "ANN",
    " ann",
    "x" * 300,
    "=1+1",
    "\x1b]0;x\x07",
    "line\nbreak",
    "\udce4",
    SCRIPT,
    "",
]


def result(message=None, flags=(), student="ann", **more) -> Result:
    whole = without_answers(Submission(student, "optimizers", "momentum"))
    tasks = [replace(task, score=task.points) for task in whole.tasks]
    tasks[1] = TaskScore("gains", 0, 1, message, message)
    tasks[2] = TaskScore("momentum", 1.5, 3, both(zh="差一点。", en="Close."))
    made = {"status": "graded", "score": 11.5, "tasks": tuple(tasks), "flags": flags} | more
    return replace(whole, **made)


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a page as a student would; gives the tab and the requests it makes."""
    contexts = []

    def opens(text: str, **settings):
        file = tmp_path / "page.html"
        file.write_text(text, encoding="utf-8")
        context = chromium.new_context(**settings)
        contexts.append(context)
        tab, asked = context.new_page(), []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("dialog", lambda dialog: asked.append("dialog"))
        tab.goto(file.as_uri())
        return tab, asked

    yield opens
    for context in contexts:
        context.close()


@pytest.mark.slow
def test_nothing_that_a_submission_says_is_run_or_loaded(opened):
    hostile = both(zh=HOSTILE, en=HOSTILE)
    flags = (Flag("renamed", detail=HOSTILE), Flag("optimizer", HOSTILE, HOSTILE))
    text = page(HOSTILE, [result(hostile, flags, student=HOSTILE)])
    tab, asked = opened(text)
    assert len(asked) == 1  # the page itself
    assert tab.evaluate("window.hit") is None
    assert tab.evaluate("document.querySelectorAll('script, img').length") == 0
    assert "<script>window.hit=1</script>" in tab.inner_text("h1")
    assert not any(mark in text for mark in "\x1b\u202e\0")


@pytest.mark.slow
def test_the_policy_would_stop_what_slips_through(opened):
    safe = page("ann", [result()])
    tab, _ = opened(safe.replace("</main>", f"{SCRIPT}</main>"))
    assert tab.evaluate("window.hit") is None
    bare = safe.replace("Content-Security-Policy", "x").replace("</main>", f"{SCRIPT}</main>")
    assert opened(bare)[0].evaluate("window.hit") == 1  # without the policy it runs


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_readable_on_a_phone_and_in_the_dark(scheme, opened):
    long = both(zh="长" * 300, en="`" + "x" * 400 + "`")
    flags = (Flag("optimizer", "momentum-answer", "torch.optim." + "x" * 200),)
    tab, _ = opened(
        page("y" * 200, [result(long, flags)]),
        viewport={"width": 340, "height": 700},
        color_scheme=scheme,
    )
    assert tab.evaluate("document.documentElement.scrollWidth") <= 340
    style = "getComputedStyle(document.body)"
    ground = tab.evaluate(f"{style}.backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")
    assert tab.evaluate(f"{style}.color") != ground
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert min(tab.evaluate(f"[...document.querySelectorAll('main *')].map({size})")) >= 11


@pytest.mark.slow
def test_one_language_or_both_without_any_script(opened):
    tab, _ = opened(page("ann", [result(both(zh="差在这里", en="Off by one"))]))
    shown = {}
    for choice in ("both", "zh", "en"):
        tab.click(f"label[for={choice}]")
        text = tab.inner_text("main")
        shown[choice] = ("差在这里" in text, "Off by one" in text)
    assert shown == {"both": (True, True), "zh": (True, False), "en": (False, True)}
    tab.keyboard.press("ArrowLeft")  # the choice is a real input
    assert "差在这里" in tab.inner_text("main")


def test_the_page_says_what_was_earned_and_what_is_missing():
    text = page("ann", [result(both(zh="差在这里", en="Off by one"))])
    for part in ("11.5 / 14", "1.5 / 3", "0 / 1", "差在这里", "Off by one", "◐", "○", "●"):
        assert part in text, part
    assert text.count('lang="zh"') == text.count('lang="en"') + 1  # and the page itself


def test_a_page_for_every_status():
    missing = page("ann", [result(status="missing")])
    assert "没有交。" in missing and "Nothing was handed in." in missing
    unreadable = page("ann", [result(status="unreadable", problem=UNREADABLE["json"])])
    assert UNREADABLE["json"]["zh"] in unreadable and UNREADABLE["json"]["en"] in unreadable
    assert "<li" not in missing + unreadable


def test_no_solution_reaches_the_page():
    text = page("ann", [result(both(zh="差在这里", en="Off by one"))])
    assert BEGIN not in text
    for task in ("gains", "momentum"):
        lines = cell(solved(), f"{task}-answer")["source"].split("\n")
        assert not any(line.strip() in text for line in lines if "return" in line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("`lr` 太大", "<code>lr</code> 太大"),
        ("$\\eta$", '<i class="formula">η</i>'),
        ("$x_{t+1} - 1$", '<i class="formula">x<sub>t+1</sub> − 1</i>'),
        ("$\\sqrt{\\eta\\lambda_{\\max}}$", "√<span"),
        ("$\\kappa y^2/2$", "κ y<sup>2</sup>/2"),
        ("$\\frac{a}{b_{1}}$", "(a)/(b<sub>1</sub>)"),
        ("$\\unheard{x}$", "<code>\\unheard{x}</code>"),
        ("$" + "{" * 5000 + "$", "<code>{"),
        ("$<b>$ `<b>` <b>", "&lt;b&gt;</i> <code>&lt;b&gt;</code> &lt;b&gt;"),
    ],
)
def test_code_and_small_formulas_are_set(text, shown):
    assert shown in marked_up(text)
    assert "<b>" not in marked_up(text)


def test_every_student_has_a_file_of_their_own_inside_the_folder(tmp_path):
    names = file_names(STUDENTS)
    assert len({name.casefold() for name in names.values()}) == len(STUDENTS)
    assert names["ann"] != "ann"  # for there is an Ann
    assert names["王小明"] == "王小明" and file_names(["Ann"]) == {"Ann": "Ann"}
    for name in names.values():
        file = tmp_path / f"{name}.html"
        file.write_text("x", encoding="utf-8")
        assert file.resolve().parent == tmp_path.resolve()
        assert Path(name).name == name and not name.startswith(".")
        assert visible(name) == name and "<" not in name
    assert len(list(tmp_path.iterdir())) == len(STUDENTS)
