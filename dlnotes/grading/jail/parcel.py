"""What travels into the jail for one submission: cells and inputs, never a reference or a seed."""

import ast
import builtins
import inspect
import json
import textwrap
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import numpy as np
import torch

from dlnotes.grading.inside.inputs import encoded
from dlnotes.grading.tasks.task import Task

PROVIDED = ("math", "numpy", "torch")


def pack(cells: Iterable[tuple[str, str]], tasks: Iterable[Task], seed: object) -> bytes:
    """The parcel of one submission, as JSON bytes.

    Args:
        cells: (task id, source) of every code cell in the order to run them; the id is empty for
            a cell that answers no task.
        tasks: the tasks to try.
        seed: what their inputs are drawn from; stays outside, only the inputs travel.

    Example:
        >>> pack([("", "x = 1")], [], "secret")
        b'{"cells": [["", "x = 1"]], "tasks": []}'
    """
    return json.dumps(
        {
            "cells": [[name, source] for name, source in cells],
            "tasks": [_task(task, seed) for task in tasks],
        }
    ).encode("ascii")


def _task(task: Task, seed: object) -> dict[str, Any]:
    return {
        "id": task.id,
        "seconds": task.seconds,
        "drive": drive_source(task.drive),
        "entry": task.drive.__name__,
        "inputs": [
            [[name, encoded(value)] for name, value in inputs.items()]
            for inputs in task.draws(seed)
        ],
    }


def drive_source(drive: Callable[..., Any]) -> str:
    """The text of a function with every function and constant of its module that it needs.

    Raises:
        ValueError: when it needs something that must not or cannot travel.
    """
    found: dict[str, str] = {}
    _collect(drive.__name__, drive, found)
    return "\n\n".join(["from __future__ import annotations", *reversed(found.values())]) + "\n"


def _collect(name: str, value: Any, found: dict[str, str]) -> None:
    """Put the source of `name` into `found`, then that of what it uses."""
    if name in found:
        return
    if isinstance(value, ModuleType) and value.__name__ in PROVIDED:
        found[name] = f"import {value.__name__} as {name}"
    elif inspect.isfunction(value):
        _function(name, value, found)
    else:
        found[name] = f"{name} = {_constant(name, value)}"


def _function(name: str, value: Callable[..., Any], found: dict[str, str]) -> None:
    if value.__closure__ or value.__name__ != name:
        raise ValueError(f"`{name}` runs in the jail: write it with `def` at the module's level.")
    source = textwrap.dedent(inspect.getsource(value))
    found[name] = source.rstrip()
    for used in _names(source):
        if used in value.__globals__ and not hasattr(builtins, used):
            _collect(used, value.__globals__[used], found)


def _names(source: str) -> list[str]:
    """The names a function reads when it runs; annotations are not read."""
    (function,) = ast.parse(source).body
    for node in ast.walk(function):
        if isinstance(node, ast.arg | ast.AnnAssign):
            node.annotation = ast.Constant(None)
        if isinstance(node, ast.FunctionDef):
            node.returns = None
    loads = (node for node in ast.walk(function) if isinstance(node, ast.Name))
    return sorted({node.id for node in loads if isinstance(node.ctx, ast.Load)})


def _constant(name: str, value: Any) -> str:
    text = repr(value)
    try:
        same = not isinstance(value, torch.Tensor | np.ndarray) and ast.literal_eval(text) == value
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        same = False
    if not same:
        raise ValueError(
            f"`{name}` runs in the jail: it may use math, numpy, torch, and functions and plain "
            f"constants of its own module, got {type(value).__name__} of {_origin(value)}."
        )
    return text


def _origin(value: Any) -> str:
    return getattr(value, "__module__", None) or getattr(value, "__name__", type(value).__module__)
