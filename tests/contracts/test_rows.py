"""Every rule of the library has its row in the table, and every row its rule."""

import importlib
import inspect
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import dlnotes
from dlnotes.core.coverage import chapters
from dlnotes.core.protocols import Rule
from tests.contracts.rules import RULES

LIBRARY = Path(dlnotes.__path__[0])


def rules_in(module: ModuleType) -> Iterator[tuple[str, Rule]]:
    """The name of every rule in a module, and the rule: the module itself, or a class of it."""
    stem = module.__name__.rpartition(".")[2]
    if is_rule(vars(module)):
        yield stem, module
    for name, kind in vars(module).items():
        own = inspect.isclass(kind) and kind.__module__ == module.__name__
        if own and is_rule(vars(kind)):
            yield f"{stem}.{name}", kind


def is_rule(named: Mapping[str, Any]) -> bool:
    """Whether there is an `init`, and an `update` that takes gradient, state and parameter."""
    parts = [named.get(part) for part in ("init", "update")]
    parts = [part.__func__ if isinstance(part, staticmethod) else part for part in parts]
    if not all(map(inspect.isfunction, parts)):
        return False
    kinds = [of.kind for of in inspect.signature(parts[1]).parameters.values()]
    return kinds.count(inspect.Parameter.POSITIONAL_OR_KEYWORD) == 3


def found() -> dict[str, Rule]:
    """Every rule in the chapters of the library; rooms may have rules of their own."""
    paths = [path for chapter in chapters() for path in sorted((LIBRARY / chapter).glob("*.py"))]
    names = [f"{LIBRARY.name}.{path.parent.name}.{path.stem}" for path in paths]
    return dict(chain.from_iterable(rules_in(importlib.import_module(name)) for name in names))


def unlisted(rules: dict[str, Rule]) -> list[str]:
    """One line for each rule that the table does not have."""
    return [
        f"{getattr(rule, '__module__', rule.__name__)}: {name} is a rule without a row; "
        "give it one in tests/contracts/rules.py."
        for name, rule in rules.items()
        if name not in RULES or RULES[name].rule is not rule
    ]


def test_every_rule_has_a_row():
    assert unlisted(found()) == []


def test_every_row_has_a_rule():
    assert RULES.keys() - found().keys() == set()


def test_a_rule_without_a_row_would_be_told_in_one_line():
    class Still:
        """A rule of a class."""

        init = staticmethod(lambda param: ())
        update = staticmethod(lambda grad, state, param: (0 * grad, state))

    module = ModuleType("dlnotes.optimizers.newest")
    module.init, module.update, module.Still = Still.init, Still.update, Still
    Still.__module__ = module.__name__
    lines = unlisted(dict(rules_in(module)))
    assert lines == [
        f"dlnotes.optimizers.newest: {name} is a rule without a row; "
        "give it one in tests/contracts/rules.py."
        for name in ("newest", "newest.Still")
    ]
