"""PyTorch functions as JavaScript: the demos in the page run the text of the book."""

from dataclasses import dataclass, field, replace

import torch

from dlnotes.live.expressions import Expr, literal
from dlnotes.live.lines import Names, used
from dlnotes.live.ops import OPS
from dlnotes.live.places import LiveError
from dlnotes.live.program import Program
from dlnotes.live.results import ended, replaced, results, roots
from dlnotes.live.signature import applied, arguments, head, paths
from dlnotes.live.special import needed
from dlnotes.live.structures import flatten
from dlnotes.live.trace import Node, record
from dlnotes.live.values import SMALL, Buffer, Note, Value
from dlnotes.live.writer import Writer


@dataclass
class Module:
    """The JavaScript module being written: its names, and its arrays of constants."""

    names: Names
    lines: list[str] = field(default_factory=list)
    arrays: dict[tuple, str] = field(default_factory=dict)

    def array(self, numbers, names, wish):
        """The name of an array of constants, free among `names` of the function too."""
        key = tuple(map(literal, numbers))
        if key not in self.arrays:
            self.arrays[key] = self._made(f"Float64Array.of({', '.join(key)})", names, wish)
        return self.arrays[key]

    def scratch(self, size, names, wish):
        """The name of an array for what one call computes on its way; the next overwrites it."""
        return self._made(f"new Float64Array({size})", names, wish)

    def _made(self, text, names, wish):
        names.taken |= self.names.taken
        name = names.new(wish)
        self.names.taken.add(name)
        self.lines.append(f"const {name} = {text};")
        return name


def emit(*, shapes=None, inplace=None, **functions):
    """Writes PyTorch functions as one JavaScript module.

    Args:
        shapes: for each function that takes more than numbers, the shapes of its arguments:
            `{"step": {"X": (24, 2), "state": State(t=(), velocity=(2,))}}`. A shape is a
            tuple of sizes or a tensor that has it; a dict, NamedTuple or tuple of shapes
            describes an argument made of several tensors. Other arguments are single numbers.
        inplace: for each function that is called a thousand times, the arguments that it
            changes: `{"step": ("params", "states")}`. A result of such a name is written over
            the argument and not returned; the arrays are the caller's, who keeps copies.
        **functions: what to export under which name. Each takes float64 tensors and returns
            a tensor, or a dict, NamedTuple, tuple or list of results. A default that is a
            number is kept as JavaScript's default; any other default is written in.

    Returns:
        The text of an ES module. Arguments keep their names and order. Tensors with a shape
        are flat `Float64Array`s in row-major order, single numbers are numbers (of dtype bool:
        true or false); NamedTuples and dicts are objects, tuples and lists arrays. Every array
        in a result is new: it is neither an argument nor kept by the program.

    Raises:
        LiveError: naming the line, where a value decides what Python does, an operation has
            no live form, a shape is missing or numbers are not float64.

    Example:
        >>> def descend(x, lr=0.1):
        ...     return x - lr * torch.func.grad(torch.square)(x)
        >>> print(emit(descend=descend))
        export function descend(x, lr = 0.1) {
          return x - lr * (2 * x);
        }
        <BLANKLINE>
    """
    shapes, inplace = shapes or {}, inplace or {}
    for option, of in {"shapes": shapes, "inplace": inplace}.items():
        for name in of.keys() - functions.keys():
            known = sorted(functions)
            raise LiveError(f"`{option}` names {name!r}, but the functions are {known}.")
    for name in functions:
        if not Names().free(name):
            raise LiveError(
                f"emit({name}=...): {name!r} has a meaning already; export another name."
            )
    module, exports = Module(Names(functions)), []
    for name, function in functions.items():
        own = shapes.get(name, {}), inplace.get(name, ())
        exports += ["", *_function(name, function, *own, module)]
    return "\n".join([*module.lines, *needed(exports), *exports]).lstrip("\n") + "\n"


def _function(name, function, shapes, inplace, module):
    given = arguments(function, shapes, name)
    tensors = [leaf for argument in given for leaf in flatten(argument.tensors)]
    inputs, nodes, result = record(applied(function, given), tensors, OPS, name)
    names = Names(module.arrays.values())
    listed, texts = head(given, names)
    program = Program()
    values = {
        node: _input(program, text, node.shape) for node, text in zip(inputs, texts, strict=True)
    }
    _compute(program, _needed(nodes, flatten(result)), values)
    given_ones = dict(zip(paths(given), (values[node] for node in inputs), strict=True))
    over = replaced(result, given_ones, inplace, name)
    leaves = results(program, values, name, result)
    needed_ones = roots(leaves)
    new = roots((path, leaf) for path, leaf in leaves if path not in over)
    writer = Writer(names, used(needed_ones, program.steps), module, needed_ones, new)
    writer.write(program.steps)
    end = ended(writer, result, leaves, over)
    lines = [*writer.head, *writer.lines, *end]
    return [f"export function {name}({listed}) {{", *(f"  {line}" for line in lines), "}"]


def _input(program, text, shape):
    if shape == ():
        return Value((), numbers=(Expr("name", text),))
    return program.loaded(Buffer(torch.Size(shape).numel(), text=text), shape)


def _needed(nodes, leaves):
    """The operations that the result rests on, with `users` counted among them alone."""
    wanted = {leaf for leaf in leaves if isinstance(leaf, Node)}
    for leaf in wanted:
        leaf.users.add("result")
    for node in reversed(nodes):
        if node in wanted:
            wanted.update(part for part in node.parts)
    return [node for node in nodes if node in wanted]


def _compute(program, nodes, values):
    """Turns the traced nodes into values of the program, in order."""
    last = {node.place: node for node in nodes if node.place}
    live = set(nodes)

    def value_of(item):
        if isinstance(item, (list, tuple)):
            return [value_of(part) for part in item]
        if not isinstance(item, Node):
            return item
        if item not in values:
            values[item] = program.constant(*item.args)
        return values[item]

    for node in nodes:
        assigned = node.place and last[node.place] is node and node.place.assigned
        program.hint = assigned or ""
        kwargs = {key: value_of(item) for key, item in node.kwargs.items()}
        value = OPS[node.op](program, node, *map(value_of, node.args), **kwargs)
        users = {user for user in node.users if user in live or user == "result"}
        if len(users) > 1 and not value.simple and value.size > SMALL:
            value = program.stored(value)
        if value.size <= SMALL:
            program.steps.append(Note(value.elements, assigned or None))
        values[node] = replace(value, hint=program.hint)
    program.hint = ""
