"""What is wrong with the declaration of a demo: one line, with the file and the way out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dlnotes.core.language import LANGUAGES

FRAME = ("title", "picture", "try")  # words of every demo
VERDICTS = {"right": "{guess}", "wrong": "{answer}", "unguessed": "{answer}"}  # the frame's own
AT_ONCE = 5  # controls that a reader can take in; the others stand under "more"


def first_fault(demo: type, base: type, file: Path | None) -> str | None:
    """What is wrong with a demo's declaration, None where it holds together.

    Args:
        demo: the class.
        base: `Demo`, to see what is missing of its own.
        file: where the class is written, None in a notebook.
    """
    where = f"{file}: {demo.__name__}" if file else demo.__name__
    for check in (_files, _languages, _holes, _starts, _at_once, _asks, _said):
        for fault in check(demo, base, file):
            return f"{where} {fault}"
    return None


def toggles(demo: type) -> list[str]:
    """The check boxes of a demo: what is true or false at the start."""
    return [name for name, value in demo.start.items() if isinstance(value, bool)]


def adjusted(demo: type) -> tuple[str, ...]:
    """What can be set beside the picture: sliders, choices, check boxes."""
    return (*demo.sliders, *demo.choices, *toggles(demo))


def _files(demo: type, base: type, file: Path | None) -> Iterator[str]:
    if file is None:
        yield "is in no file; write it into the demo.py of its section, beside its demo.js."
    elif not file.with_suffix(".js").is_file():
        yield f"has no drawing; put it into {file.with_suffix('.js').name} beside this file."
    for name, way_out in (
        ("emitted", "return the program that `dlnotes.live.emit` writes"),
        ("readouts", "return the numbers the page shows at a setting, computed by the library"),
    ):
        if getattr(demo, name) is getattr(base, name):
            yield f"has no `{name}`; add a static method to {way_out}."


def _languages(demo: type, base: type, file: Path | None) -> Iterator[str]:
    words = getattr(demo, "words", {})
    for lang in LANGUAGES:
        if not words.get(lang):
            yield f"has no words in {lang}; give `words` both zh and en."
            return
    zh, en = ({name for name, _ in _leaves(words[lang])} for lang in LANGUAGES)
    for lang, other, lacking in (("en", "zh", zh - en), ("zh", "en", en - zh)):
        if lacking:
            yield f"says {_list(lacking)} in {other} but not in {lang}; say it in both."


def _holes(demo: type, base: type, file: Path | None) -> Iterator[str]:
    en = dict(_leaves(demo.words["en"]))
    for name, text in _leaves(demo.words["zh"]):
        zh_holes, en_holes = (sorted(_named(each)) for each in (text, en[name]))
        if zh_holes != en_holes:
            found = f"{_list(zh_holes)} in zh and {_list(en_holes)} in en"
            yield f"leaves other holes in `{name}`, {found}; tell the same in both."


def _named(text: str) -> list[str]:
    """The holes of a text: {steps}, and {steps|step|steps} with its noun."""
    return [f"{{{name}}}" for name in re.findall(r"\{(\w+)(?:\|[^|}]+){0,2}\}", text)]


def _starts(demo: type, base: type, file: Path | None) -> Iterator[str]:
    sets = {name: drag.sets for name, drag in demo.handles.items()} | demo.buttons
    moved = {control: name for name, controls in sets.items() for control in controls}
    known = {*demo.sliders, *demo.choices, *toggles(demo), *moved}
    if not demo.timeless:
        known.add(demo.time)
    for name in [*demo.sliders, *demo.choices]:
        if name not in demo.start:
            yield f"gives `{name}` no start value; add it to `start`."
    for name, by in moved.items():
        if name not in demo.start:
            yield f"lets `{by}` set `{name}`, which has no start value; add it to `start`."
    for name in demo.start.keys() - known:
        yield (
            f"starts `{name}`, which no slider, choice, check box, handle or button sets; declare "
            "the control or drop the value."
        )
    for name, options in demo.choices.items():
        if demo.start[name] not in options:
            yield f"starts `{name}` at {demo.start[name]!r}, which is not among its choices."


def _at_once(demo: type, base: type, file: Path | None) -> Iterator[str]:
    all_of_them = adjusted(demo)
    for name in demo.at_once:
        if name not in all_of_them:
            yield (
                f"shows `{name}` at once, which is no slider, choice or check box; it has "
                f"{_list(all_of_them)}."
            )
    if len(demo.at_once or all_of_them) > AT_ONCE:
        yield (
            f"shows {len(demo.at_once or all_of_them)} controls at once; name at most {AT_ONCE} in "
            "`at_once`, the others stand under “more”."
        )


def _asks(demo: type, base: type, file: Path | None) -> Iterator[str]:
    if not demo.guesses:
        return
    if not 2 <= len(demo.guesses) <= 4:
        yield f"has {len(demo.guesses)} in `guesses`; give two to four, or none."
    for name in set(demo.apart) - demo.start.keys():
        yield f"keeps `{name}` apart from its question; that is none of {_list(demo.start)}."
    for name, hole in VERDICTS.items():
        if hole not in demo.words["en"].get(name, hole):
            yield f"uses `{name}`, with which the frame says its verdict; rename that word."
    if demo.answer is base.answer:
        yield "has no `answer`; add a static method that says which of `guesses` is right."
    if not demo.timeless and demo.time not in demo.start:
        yield f"asks, and does not say where its run starts; add `{demo.time}` to `start`."


def _said(demo: type, base: type, file: Path | None) -> Iterator[str]:
    options = [str(option) for choice in demo.choices.values() for option in choice]
    named = [*demo.sliders, *demo.choices, *options, *toggles(demo), *demo.handles]
    named += [*demo.buttons, *demo.presets, *demo.guesses, *FRAME]
    named += ["ask"] if demo.guesses else []
    named += re.findall(r"\{(\w+)\}", demo.words["zh"].get("try", ""))
    lacking = [name for name in dict.fromkeys(named) if name not in demo.words["zh"]]
    if lacking:
        yield f"has no words for {_list(lacking)}; add them to `words` in both languages."


def _leaves(words: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text with its name: `lr`, and `units.lr` or `names.0` where several stand together."""
    if isinstance(words, str):
        yield name, words
        return
    inside = words.items() if isinstance(words, dict) else enumerate(words)
    for part, text in inside:
        yield from _leaves(text, f"{name}.{part}".lstrip("."))


def _list(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"
