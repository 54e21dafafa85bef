"""Imports point down: a chapter does not know the site, and peers do not know each other."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COVERAGE = yaml.safe_load((ROOT / "book" / "coverage.yml").read_text(encoding="utf-8"))
# From the top down; what stands on one line is peers. The site stands apart: see ALONE.
LAYERS = (
    ("cli",),
    ("scaffold",),
    ("site",),
    ("sections",),
    ("demos", "figures", "live", "grading", "claims"),
    tuple(COVERAGE["chapters"]),
    ("training",),
    ("core",),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
ALONE = {"site": {"core"}}  # these know nothing else below them
OWNERS = {"matplotlib": {"figures"}, "anywidget": {"demos"}, "sphinx": {"site"}}
ALONE_PAGES = {path.stem for path in (ROOT / "book").glob("*.ipynb")}  # of no chapter
FIGURES = "figures"  # a room's module of this name may draw with matplotlib
# what the jail sees imports nothing of the library but itself
INSIDE = "dlnotes.grading.inside"
PRIVATE = {
    "dlnotes.training.compiling": "the engine, kept in one place",
    "dlnotes.live.trace": "what an operation is called, and which gradient it belongs to",
    "dlnotes.live.decompositions": "operations taken apart as PyTorch takes them apart",
}
SOURCES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted((ROOT / "dlnotes").rglob("*.py"))
}


def imported(source: str, module: str) -> Iterator[str]:
    """Full names of what a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            home = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*home, *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room(module: str) -> str | None:
    """`chapter/section` of a module in a section's room, `index` in the room of the cover."""
    parts = module.split(".")
    depth = 3 if parts[2:3] and parts[2] in ALONE_PAGES else 4
    return "/".join(parts[2:depth]) if parts[1:2] == ["sections"] and len(parts) > depth else None


def violations(source: str, module: str) -> Iterator[str]:
    """Imports of a module that point up, sideways or at a library of another part."""
    part = module.split(".")[1] if "." in module else ""
    for name in imported(source, module):
        top, *rest = name.split(".")
        if top == "dlnotes" and module.startswith(INSIDE) and not name.startswith(INSIDE):
            yield f"{module} imports {name}, which the jail does not see; move it inside."
        elif top == "dlnotes" and rest and rest[0] in RANK and rest[0] != part:
            below = part in RANK and RANK[rest[0]] > RANK[part]
            if not below or rest[0] not in ALONE.get(part, RANK):
                yield f"{module} imports {name}; move what both need down into the library."
        elif name.startswith("dlnotes.sections.") and room(f"{name}._") != room(module):
            yield f"{module} imports another section, {name}; move what both need to the library."
        elif part not in OWNERS.get(top, {part}) and not (
            top == "matplotlib" and room(module) and module.endswith(f".{FIGURES}")
        ):
            yield f"{module} imports {name}, which belongs to {OWNERS[top]}"


def private(source: str) -> list[str]:
    """Names of PyTorch's own workshop, such as `torch._inductor`, that a module uses."""
    nodes = list(ast.walk(ast.parse(source)))
    used = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr.startswith("_")]
    names = [ast.unparse(n) for n in used if not n.attr.startswith("__")]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
    return sorted({n for n in names if n.startswith("torch._") and not n.startswith("torch.__")})


def circle(texts: dict[str, str]) -> list[str]:
    """Modules that import each other in a ring; empty where there is none."""
    graph = {module: set() for module in texts}
    for module, text in texts.items():
        for name in imported(text, module):
            while name and name not in texts:
                name = name.rpartition(".")[0]
            if name and name != module:
                graph[module].add(name)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


@pytest.mark.parametrize("module", SOURCES)
def test_imports_point_down(module):
    source = SOURCES[module].read_text(encoding="utf-8")
    assert list(violations(source, module)) == []


@pytest.mark.parametrize("module", SOURCES)
def test_private_parts_of_torch_have_one_door(module):
    if not any(module.startswith(known) for known in PRIVATE):
        assert private(SOURCES[module].read_text(encoding="utf-8")) == []


def test_private_parts_would_be_seen():
    assert private("import torch\ntorch._inductor.compile(f)") == ["torch._inductor"]
    assert private("from torch._dynamo import reset") == ["torch._dynamo"]
    assert private("torch.__version__, self._held") == []


def test_no_modules_import_each_other_in_a_ring():
    assert circle({name: path.read_text("utf-8") for name, path in SOURCES.items()}) == []


def test_a_ring_would_be_seen():
    ring = {"a.b": "from a import c", "a.c": "def late():\n    from a.b import x", "a.d": ""}
    assert set(circle(ring)) == {"a.b", "a.c"}


def test_every_part_has_its_layer():
    parts = {module.split(".")[1] for module in SOURCES} - {"__init__", "__main__"}
    assert parts - set(RANK) == set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("dlnotes.core.data", "from dlnotes.training.surfaces import landscapes"),
        ("dlnotes.optimizers.adam", "import dlnotes.gradients.clipping"),
        ("dlnotes.figures.figure", "def draw():\n    from dlnotes.live import emit"),
        ("dlnotes.figures.figure", "from ..claims import claim"),
        ("dlnotes.site.build", "from dlnotes.figures.figure import figure"),
        ("dlnotes.demos.demo", "from dlnotes import site"),
        ("dlnotes.__init__", "from dlnotes.core.language import both"),
        ("dlnotes.optimizers.adam", "import matplotlib.pyplot as plt"),
        ("dlnotes.optimizers.adam", "from dlnotes.sections.optimizers.adam import experiments"),
        ("dlnotes.sections.a.b.demo", "from dlnotes.sections.a.c.experiments import run"),
        ("dlnotes.sections.a.b.demo", "from dlnotes.sections.a import c"),
        ("dlnotes.sections.index.cover", "from dlnotes.sections.a.b import experiments"),
        ("dlnotes.sections.a.b.demo", "import matplotlib.pyplot as plt"),
        ("dlnotes.grading.inside.values", "from dlnotes.grading.messages import say"),
        ("dlnotes.grading.inside.values", "from dlnotes.core.language import both"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_seen(module, source):
    assert len(list(violations(source, module))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("dlnotes.optimizers.adam", "from dlnotes.optimizers import momentum"),
        ("dlnotes.cli", "from dlnotes.site.lint.book import check"),
        ("dlnotes.sections.optimizers.momentum.demo", "from dlnotes.live import emit"),
        ("dlnotes.sections.a.b.demo", "from dlnotes.sections.a.b.experiments import run"),
        ("dlnotes.sections.a.b.demo", "from dlnotes.sections.a.b import experiments"),
        ("dlnotes.sections.a.b.figures", "from matplotlib.axes import Axes"),
        ("dlnotes.sections.index.cover", "from dlnotes.sections.index.programs import program"),
        ("dlnotes.grading.inside.values", "from dlnotes.grading.inside.time_limit import TimeUp"),
    ],
)
def test_an_import_that_points_down_is_let_through(module, source):
    assert list(violations(source, module)) == []


@pytest.mark.parametrize("module", ["dlnotes", "dlnotes.core.language", "dlnotes.site.lint.book"])
def test_light_modules_do_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_loading_torch_would_be_seen():
    code = "import sys, dlnotes.optimizers.momentum; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 1


@pytest.mark.parametrize("name", ["fleet", "optimizer", "race"])
def test_the_compiler_is_not_loaded_before_it_is_used(name):
    found = "{'torch._dynamo', 'torch._inductor.compile_fx'} & set(sys.modules)"
    code = f"import sys, dlnotes.training.{name}; sys.exit(bool({found}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
