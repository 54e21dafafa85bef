"""What is wrong with the exercises of a checkout, a line each: the file, what, the way out."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from dlnotes.grading.judging.judgement import agree, values_of
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place
from dlnotes.grading.tasks.notebook import source_notebook
from dlnotes.grading.tasks.task import Task


def faults() -> list[str]:
    """The faults of all exercises; slow, for it runs every wrong answer."""
    places = declarations.sections()
    found = [*_doubled(places), *_strays()]
    for place in places:
        found += _notebook(place)
        for task in declarations.declaration(*place).TASKS:
            found += [f"{_named(declarations.path(*place))}: {fault}" for fault in _answers(task)]
    return found


def _named(file: Path) -> str:
    """The path as seen from the checkout."""
    return file.relative_to(declarations.folder().parent).as_posix()


def _doubled(places: list[Place]) -> Iterator[str]:
    homes = defaultdict(list)
    for place in places:
        for task in declarations.declaration(*place).TASKS:
            homes[task.id].append(_named(declarations.path(*place)))
    for name, files in homes.items():
        if len(files) > 1:
            yield f"{files[-1]}: the task `{name}` is in {files[0]} already; rename one of them."


def _strays() -> Iterator[str]:
    for file in sorted(declarations.folder().glob("*/*.ipynb")):
        source = file.with_suffix(".py")
        if not source.is_file():
            yield f"{_named(file)}: a notebook without {source.name}; write it, or delete this one."


def _notebook(place: Place) -> Iterator[str]:
    source = declarations.path(*place)
    file = source.with_suffix(".ipynb")
    if not file.is_file():
        yield f"{_named(source)}: its notebook {file.name} is missing; run `make exercises`."
    elif file.read_text(encoding="utf-8") != source_notebook(*place):
        yield f"{_named(file)}: not what {source.name} declares; run `make exercises`."


def _answers(task: Task) -> Iterator[str]:
    """Wrong answers that fail, or that give what another answer gives, whose words would come."""
    seen = {}
    named = {f"wrong answer {n}": wrong.answer for n, wrong in enumerate(task.wrong, start=1)}
    for name, answer in ({"the reference": task.reference} | named).items():
        try:
            values = values_of(task, answer, "faults")
        except RuntimeError as error:
            yield f"`{task.id}`: {name} fails ({error}); mend it."
            continue
        twin = next((other for other, known in seen.items() if agree(values, known)), None)
        if twin:
            yield f"`{task.id}`: {name} gives what {twin} gives; change it, or take it out."
        seen[name] = values
