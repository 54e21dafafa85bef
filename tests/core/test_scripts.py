"""The JavaScript of demos: small files that say what they need, joined into one script."""

import re
from pathlib import Path

import pytest

from dlnotes.core import scripts
from dlnotes.core.widgets import END_OF_SHARED

SHARED = sorted((scripts.HERE / "shared").glob("*.js"))
ROOMS = sorted((scripts.HERE.parent / "sections").glob("*/*/demo.js"))
DRAWN = sorted(file for room in ROOMS for file in room.parent.glob("*.js"))
OPENED = r"^(?:async )?(?:function\*?|const|let) (\w+)"
TAKEN = r'^(?:import|export) \{([^}]*)\} from "([^"]+\.js)";'


def given(file: Path) -> set[str]:
    """The names that a file gives to others."""
    text = file.read_text("utf-8")
    passed = [names for names, _ in re.findall(TAKEN.replace("import|", ""), text, re.M)]
    return {*re.findall(OPENED.replace("^", "^export "), text, re.M), *words(*passed)}


def taken(file: Path) -> dict[Path, set[str]]:
    """The names that a file takes from each other one."""
    found = re.findall(TAKEN, file.read_text("utf-8"), re.M)
    return {(file.parent / other).resolve(): words(names) for names, other in found}


def words(*names: str) -> set[str]:
    return set(re.findall(r"\w+", " ".join(names)))


def names_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


def test_every_file_is_taken():
    assert {*scripts.files(scripts.ENTRY)[:-1]} == {*SHARED}
    assert {file for room in ROOMS for file in scripts.files(room)} == {*DRAWN}


def test_nothing_of_the_modules_is_left_in_a_script():
    for script in (scripts.shared(), *map(scripts.module, ROOMS)):
        assert re.findall(r"^(?:import|export) (?!default).*", script, re.M) == []
    assert scripts.shared().endswith(f"{END_OF_SHARED}\n")


@pytest.mark.parametrize("file", SHARED + DRAWN, ids=names_of)
def test_a_file_says_what_it_takes(file):
    for other, names in taken(file).items():
        assert names <= given(other), f"{file.name} takes from {other.name} what it does not give"
    code = re.sub(r"//.*|/\*.*?\*/", "", file.read_text("utf-8"))
    called = set(re.findall(r"(?<![\w.])(?:\.\.\.)?(\w+)\(", code))
    known = set(re.findall(r"\b(?:function\*?|const|let) (\w+)", code)).union(*taken(file).values())
    there = SHARED if file in SHARED else [scripts.ENTRY, *file.parent.glob("*.js")]
    assert called & set().union(*map(given, there)) - known == set()
    rest = re.sub(TAKEN, "", code, flags=re.M)
    unused = [name for name in known if not re.search(rf"\b{name}\b", rest)]
    assert unused == [], f"{file.name} takes what it does not use"


@pytest.mark.parametrize(
    "files", [SHARED, *map(scripts.files, ROOMS)], ids=lambda of: names_of(of[-1])
)
def test_no_two_files_use_one_name(files):
    """Joined, they share one scope, in which the later of two functions would win in silence."""
    pattern = OPENED.replace("^", "^(?:export )?")
    found = [each for file in files for each in re.findall(pattern, file.read_text("utf-8"), re.M)]
    assert sorted(found) == sorted(set(found))


def test_a_drawing_in_two_files_becomes_one_module(tmp_path):
    entry = Path(__file__).parents[2] / "dlnotes" / "demos" / "demo.js"
    other, own = tmp_path / "ball.js", tmp_path / "demo.js"
    other.write_text(f'import {{ dot, line }} from "{entry}";\nexport const ball = dot;\n')
    own.write_text(
        f'import {{ dot }} from "{entry}";\nimport {{ ball }} from "./ball.js";\nball();\n'
    )
    head = "const { dot, line } = globalThis.dlnotesDemo;"
    assert scripts.module(own) == f"{scripts.shared()}{head}\nconst ball = dot;\n\nball();\n"


def test_a_script_says_what_drew_it_and_is_renewed_from_there(tmp_path):
    for room in ROOMS:
        now = scripts.module(room)
        assert scripts.renewed(f"{now}// as it was when the notebook was run") == now
    own = tmp_path / "demo.js"
    own.write_text("1;\n")
    for other in ("export default {}", scripts.module(own), "/* dlnotes: drawn by gone.js */\n"):
        assert scripts.renewed(other) == other


def test_a_circle_of_files_is_named(tmp_path):
    for name, other in (("demo", "ball"), ("ball", "demo")):
        text = f'import {{ {other} }} from "./{other}.js";\nexport const {name} = {other};\n'
        (tmp_path / f"{name}.js").write_text(text)
    with pytest.raises(ValueError, match=r"demo.js takes from itself by way of ball.js"):
        scripts.files(tmp_path.resolve() / "demo.js")


def test_what_a_drawing_gets_is_described():
    description = scripts.ENTRY.read_text("utf-8").partition("*/")[0]
    assert {"mount", "linear", "contour"} <= given(scripts.ENTRY)
    assert [
        each for each in given(scripts.ENTRY) if not re.search(rf"\b{each}\(", description)
    ] == []
