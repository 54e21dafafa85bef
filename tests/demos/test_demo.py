"""The Python side of a demo: what it carries, and which declarations are refused."""

import sys
from types import SimpleNamespace

import pytest

from dlnotes.core import scripts
from dlnotes.core.language import set_language
from dlnotes.core.widgets import END_OF_SHARED
from dlnotes.demos.controls import Slider
from dlnotes.demos.demo import Demo
from tests.demos.scene import WORDS, Scene


def test_a_demo_carries_program_words_ranges_and_start():
    demo = Scene(lr=0.2)
    assert demo.program == Scene.emitted()
    assert demo.controls == Scene.start | {"lr": 0.2}
    assert demo.text["zh"]["lr"] == "rate"
    assert demo.ranges["few"] == {"stops": (1, 2, 5), "digits": 3}
    assert demo.ranges["kind"] == {"options": (1, 2)}


def test_words_of_every_frame_need_not_be_repeated():
    assert Scene.words["zh"]["run"] == "运行" and Scene.words["en"]["run"] == "Run"


def test_the_shared_part_ends_where_the_site_expects_it():
    shared, mark, own = Scene()._esm.partition(END_OF_SHARED)
    assert mark
    assert own.strip() == Scene.drawing.read_text("utf-8").strip()
    assert shared == scripts.shared().partition(mark)[0]


def test_an_unknown_control_is_named():
    with pytest.raises(ValueError, match="`speed` is not a control of this demo; it has lr, few"):
        Scene(speed=3)


def test_the_language_is_the_readers():
    try:
        for lang in ("zh", "en"):
            set_language(lang)
            assert Scene().language == lang
    finally:
        set_language("en")


def test_the_palette_stays_away_from_pages_that_bring_their_own():
    assert "html:not([data-theme]) .dlnotes {" in Scene()._css
    assert "\n.dlnotes {" not in Scene()._css


# ---- what is refused -----------------------------------------------------------------------------


def declared(folder, monkeypatch, *, without=(), drawing=True, **changes) -> type[Demo]:
    """A class like `Scene` with some of its declarations changed, written in a file of `folder`."""
    if drawing:
        (folder / "demo.js").write_text("", encoding="utf-8")
    module = SimpleNamespace(__file__=str(folder / "demo.py"))
    monkeypatch.setitem(sys.modules, "room", module)
    given = {name: value for name, value in vars(Scene).items() if name in ("emitted", "readouts")}
    given |= {name: getattr(Scene, name) for name in ("start", "sliders", "choices", "handles")}
    given |= {"words": {"zh": WORDS, "en": WORDS}, "__module__": "room"} | changes
    return type(Demo)("Broken", (Demo,), {n: v for n, v in given.items() if n not in without})


LESS = {name: text for name, text in WORDS.items() if name != "lr"}
MANY = dict.fromkeys(("lr", "few", "kind", "dot", "rest", "box"), 1)
SLIDERS = dict.fromkeys(MANY, Slider(0, 1))
FAULTS = {
    "one language": (
        {"words": {"zh": WORDS}},
        "has no words in en; give `words` both zh and en.",
    ),
    "no words": ({"without": ["words"]}, "has no words in zh; give `words` both zh and en."),
    "a word in one language": (
        {"words": {"zh": WORDS, "en": LESS}},
        "says `lr` in zh but not in en; say it in both.",
    ),
    "a unit in one language": (
        {"words": {"zh": WORDS | {"units": {}}, "en": WORDS}},
        "says `units.lr` in en but not in zh; say it in both.",
    ),
    "a panel without a name": (
        {"words": dict.fromkeys(("zh", "en"), WORDS | {"try": "look at {nothing}"})},
        "has no words for `nothing`; add them to `words` in both languages.",
    ),
    "another hole": (
        {"words": {"zh": WORDS | {"try": "{a} {b}"}, "en": WORDS | {"try": "{a}"}}},
        "leaves other holes in `try`, `{a}`, `{b}` in zh and `{a}` in en; tell the same in both.",
    ),
    "a hole without its number's noun": (
        {"words": {"zh": WORDS | {"try": "{a} 步"}, "en": WORDS | {"try": "{b|step|steps}"}}},
        "leaves other holes in `try`, `{a}` in zh and `{b}` in en; tell the same in both.",
    ),
    "an unknown control apart from the question": (
        {"guesses": ("early", "late"), "answer": Scene.answer, "apart": ("speed",)},
        "keeps `speed` apart from its question; that is none of `few`, `kind`, `lr`, `now`, `x`, "
        "`y`.",
    ),
    "a start value of nothing": (
        {"start": Scene.start | {"speed": 1}},
        "starts `speed`, which no slider, choice, check box, handle or button sets; declare the "
        "control or drop the value.",
    ),
    "time where nothing moves": (
        {"timeless": True},
        "starts `now`, which no slider, choice, check box, handle or button sets; declare the "
        "control or drop the value.",
    ),
    "a slider without a start": (
        {"start": {name: value for name, value in Scene.start.items() if name != "lr"}},
        "gives `lr` no start value; add it to `start`.",
    ),
    "a handle that sets nothing known": (
        {"start": {name: value for name, value in Scene.start.items() if name != "x"}},
        "lets `dot` set `x`, which has no start value; add it to `start`.",
    ),
    "a start outside the choices": (
        {"start": Scene.start | {"kind": 3}},
        "starts `kind` at 3, which is not among its choices.",
    ),
    "a control without words": (
        {"presets": ("best",), "buttons": {"mix": ("lr",)}},
        "has no words for `best`, `mix`; add them to `words` in both languages.",
    ),
    "more at once than one takes in": (
        {
            "choices": {},
            "handles": {},
            "timeless": True,
            "start": MANY,
            "sliders": dict.fromkeys(MANY, Slider(0, 1)),
        },
        "shows 6 controls at once; name at most 5 in `at_once`, the others stand under “more”.",
    ),
    "at once what is not there": (
        {"at_once": ("lr", "speed")},
        "shows `speed` at once, which is no slider, choice or check box; it has `few`, `kind`, "
        "`lr`.",
    ),
    "a single guess": (
        {"guesses": ("early",), "answer": Scene.answer},
        "has 1 in `guesses`; give two to four, or none.",
    ),
    "guesses without an answer": (
        {"guesses": ("early", "late")},
        "has no `answer`; add a static method that says which of `guesses` is right.",
    ),
    "a verdict's word for something else": (
        {
            "guesses": ("early", "late"),
            "answer": Scene.answer,
            "words": {lang: WORDS | {"right": "to the right"} for lang in ("zh", "en")},
        },
        "uses `right`, with which the frame says its verdict; rename that word.",
    ),
    "no drawing": (
        {"drawing": False},
        "has no drawing; put it into demo.js beside this file.",
    ),
    "no readouts": (
        {"without": ["readouts"]},
        "has no `readouts`; add a static method to return the numbers the page shows at a "
        "setting, computed by the library.",
    ),
    "no program": (
        {"without": ["emitted"]},
        "has no `emitted`; add a static method to return the program that `dlnotes.live.emit` "
        "writes.",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_declaration_that_does_not_hold_together_is_refused(name, tmp_path, monkeypatch):
    changes, line = FAULTS[name]
    with pytest.raises(TypeError) as raised:
        declared(tmp_path, monkeypatch, **changes)
    assert str(raised.value) == f"{tmp_path / 'demo.py'}: Broken {line}"


def test_a_declaration_that_holds_together_is_not(tmp_path, monkeypatch):
    assert declared(tmp_path, monkeypatch).drawing == tmp_path / "demo.js"


def test_a_demo_written_in_a_notebook_is_told_where_it_belongs(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "notebook", SimpleNamespace())
    with pytest.raises(TypeError, match="is in no file; write it into the demo"):
        declared(tmp_path, monkeypatch, __module__="notebook")
