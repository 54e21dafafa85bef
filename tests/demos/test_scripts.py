"""The JavaScript that demos share: small files that say what they need, joined into one script."""

import re

import pytest

from dlnotes.core.widgets import END_OF_SHARED
from dlnotes.demos import scripts

FILES = {path.stem: path.read_text("utf-8") for path in (scripts.HERE / "shared").glob("*.js")}
ENTRY = (scripts.HERE / "demo.js").read_text("utf-8")
LONGEST = 250
OPENED = r"^(?:async )?(?:function|const|let) (\w+)"


def given(name: str) -> set[str]:
    """The names that a file gives to others."""
    return set(re.findall(OPENED.replace("^", "^export "), FILES[name], re.M))


def taken(name: str) -> dict[str, set[str]]:
    """The names that a file takes from each other one."""
    found = re.findall(r'^import \{([^}]*)\} from "\./(\w+)\.js";', FILES[name], re.M)
    return {other: set(re.findall(r"\w+", names)) for names, other in found}


def public() -> set[str]:
    """The names that a demo's drawing gets."""
    return set(re.findall(r"\w+", scripts.shared().rpartition("return {")[2].partition("}")[0]))


def test_every_file_is_taken_and_none_is_long():
    assert scripts.files().keys() == FILES.keys()
    assert [name for name, text in FILES.items() if text.count("\n") >= LONGEST] == []


def test_nothing_of_the_modules_is_left_in_the_script():
    assert re.findall(r"^(?:import|export)\b.*", scripts.shared(), re.M) == []
    assert scripts.shared().endswith(f"{END_OF_SHARED}\n")


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_what_it_takes(name):
    for other, names in taken(name).items():
        assert names <= given(other), f"{name}.js takes from {other}.js what it does not give"
    code = re.sub(r"//.*|/\*.*?\*/", "", FILES[name])
    called = set(re.findall(r"(?<![\w.])(\w+)\(", code))
    known = set(re.findall(r"\b(?:function|const|let) (\w+)", code)).union(*taken(name).values())
    assert called & set().union(*map(given, FILES)) - known == set()


def test_no_two_files_use_one_name():
    """Joined, they share one scope, in which the later of two functions would win in silence."""
    pattern = OPENED.replace("^", "^(?:export )?")
    found = [each for text in FILES.values() for each in re.findall(pattern, text, re.M)]
    assert sorted(found) == sorted(set(found))


def test_what_a_drawing_gets_is_described():
    description = ENTRY.partition("*/")[0]
    assert {"mount", "linear", "contour"} <= public()
    assert [each for each in public() if not re.search(rf"\b{each}\(", description)] == []
