"""What goes into a live program: the names and shapes of its arguments."""

import inspect
import json
import re
from dataclasses import dataclass

import torch

from dlnotes.live.expressions import literal
from dlnotes.live.places import LiveError
from dlnotes.live.structures import is_named, parts, rebuild


@dataclass(frozen=True)
class Argument:
    """An argument of the program: `tensors` is one tensor or a structure of them."""

    name: str
    default: float | None
    tensors: object
    positional: bool


def arguments(function, shapes, where):
    """The arguments of a live program, from the parameters of its Python function.

    Args:
        function: the Python function.
        shapes: name of a parameter -> its shape, or a structure of shapes.
        where: the name of the program, for errors.

    Returns:
        A list of `Argument`; parameters with a default that is no number are left out.
    """
    parameters = inspect.signature(function).parameters
    for name in shapes.keys() - parameters.keys():
        raise LiveError(f"`{where}` has no argument {name!r}, only {', '.join(parameters)}.")
    found = []
    for name, parameter in parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise LiveError(f"`{where}` takes {parameter}: name every argument of a live program.")
        default = parameter.default
        if name in shapes:
            tensors = _tensors(shapes[name], f"{where}({name})")
        elif default is parameter.empty or type(default) in (int, float):
            tensors = torch.full((), 0.5, dtype=torch.float64)
        else:
            continue
        number = float(default) if type(default) in (int, float) else None
        found.append(Argument(name, number, tensors, parameter.kind == parameter.POSITIONAL_ONLY))
    return found


def applied(function, given):
    """`function` as a function of the flat tensors of its arguments."""

    def call(*tensors):
        rest = iter(tensors)
        full = [rebuild(a.tensors, lambda path, old: next(rest)) for a in given]
        pairs = list(zip(given, full, strict=True))
        named = {a.name: value for a, value in pairs if not a.positional}
        return function(*(value for a, value in pairs if a.positional), **named)

    return call


def paths(given):
    """Where each flat tensor of the arguments is: the name of its argument, then what is inside."""
    found = []
    for argument in given:
        rebuild(argument.tensors, lambda path, old, name=argument.name: found.append((name, *path)))
    return found


def _tensors(shape, where):
    if isinstance(shape, torch.Tensor):
        if shape.dtype != torch.float64:
            raise LiveError(
                f"`{where}` is {shape.dtype}: live programs compute in float64, counters"
                f" included, so make it with dtype=torch.float64."
            )
        shape = tuple(shape.shape)
    inside = parts(shape)
    listed = isinstance(shape, (tuple, list)) and not is_named(shape)
    if listed and all(isinstance(size, int) for size in shape):
        return torch.full(tuple(shape), 0.5, dtype=torch.float64)
    if inside is None:
        raise LiveError(f"`{where}` must be a shape such as (24, 2) or (), got {shape!r}.")
    made = [_tensors(part, f"{where}.{key}") for key, part in inside]
    if is_named(shape):
        return type(shape)(*made)
    return dict(zip(shape, made, strict=True)) if isinstance(shape, dict) else type(shape)(made)


def head(given, names):
    """The parameter list of the JavaScript function, and an expression for each flat tensor."""
    listed, texts = [], []
    for argument in given:
        name = names.new(argument.name)
        default = "" if argument.default is None else f" = {literal(argument.default)}"
        listed.append(name + default)
        rebuild(argument.tensors, lambda path, old, name=name: texts.append(_member(name, path)))
    return ", ".join(listed), texts


def _member(text, path):
    for key in path:
        text += f".{key}" if plain(key) else f"[{json.dumps(key)}]"
    return text


def plain(key):
    """Whether JavaScript can write `key` without quotes."""
    return isinstance(key, str) and re.fullmatch(r"[A-Za-z_$][\w$]*", key)
