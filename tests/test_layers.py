"""Imports point down: a chapter does not know the site, and peers do not know each other."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = (
    "convergence",
    "gradients",
    "optimizers",
    "learning_rates",
    "hyperparameters",
    "regularization",
)
# From the top down; what stands on one line is peers. The site stands apart: see ALONE.
LAYERS = (
    ("cli",),
    ("site",),
    ("widgets",),
    ("live", "plots", "grading", "claims"),
    CHAPTERS,
    ("training",),
    ("core",),
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}
ALONE = {"site": {"core"}}  # these know nothing else below them
OWNERS = {"matplotlib": {"plots"}, "anywidget": {"widgets"}, "sphinx": {"site"}}
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


def violations(source: str, module: str) -> Iterator[str]:
    """Imports of a module that point up, sideways or at a library of another part."""
    part = module.split(".")[1] if "." in module else ""
    for name in imported(source, module):
        top, *rest = name.split(".")
        if top == "dlnotes" and rest and rest[0] in RANK and rest[0] != part:
            below = part in RANK and RANK[rest[0]] > RANK[part]
            if not below or rest[0] not in ALONE.get(part, RANK):
                yield f"{module} imports {name}"
        elif part not in OWNERS.get(top, {part}):
            yield f"{module} imports {name}, which belongs to {OWNERS[top]}"


@pytest.mark.parametrize("module", SOURCES)
def test_imports_point_down(module):
    source = SOURCES[module].read_text(encoding="utf-8")
    assert list(violations(source, module)) == []


def test_every_part_has_its_layer():
    parts = {module.split(".")[1] for module in SOURCES} - {"__init__", "__main__"}
    assert parts - set(RANK) == set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("dlnotes.core.data", "from dlnotes.training import landscapes"),
        ("dlnotes.optimizers.adam", "import dlnotes.gradients.clipping"),
        ("dlnotes.plots.figure", "def draw():\n    from dlnotes.live import emit"),
        ("dlnotes.plots.figure", "from ..claims import claim"),
        ("dlnotes.site.build", "from dlnotes.plots.figure import figure"),
        ("dlnotes.widgets.demo", "from dlnotes import site"),
        ("dlnotes.__init__", "from dlnotes.core.language import both"),
        ("dlnotes.optimizers.adam", "import matplotlib.pyplot as plt"),
    ],
)
def test_an_import_that_points_up_or_sideways_is_seen(module, source):
    assert len(list(violations(source, module))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("dlnotes.optimizers.adam", "from dlnotes.optimizers import momentum"),
        ("dlnotes.cli", "from dlnotes.site.twins import check_book"),
        ("dlnotes.widgets.optimizers.momentum", "from dlnotes.live import emit"),
    ],
)
def test_an_import_that_points_down_is_let_through(module, source):
    assert list(violations(source, module)) == []


@pytest.mark.parametrize("module", ["dlnotes", "dlnotes.core.language", "dlnotes.site.twins"])
def test_light_modules_do_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_loading_torch_would_be_seen():
    code = "import sys, dlnotes.optimizers.momentum; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 1


@pytest.mark.parametrize("name", ["fleet", "optimizer", "trajectories"])
def test_the_compiler_is_not_loaded_before_it_is_used(name):
    found = "{'torch._dynamo', 'torch._inductor.compile_fx'} & set(sys.modules)"
    code = f"import sys, dlnotes.training.{name}; sys.exit(bool({found}))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0
