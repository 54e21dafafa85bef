"""Straight lines of JavaScript: names, what is used how often, what gets a line of its own."""

import re
from collections import Counter
from itertools import chain, count

from dlnotes.live.expressions import Expr, bracketed, spell
from dlnotes.live.special import NAMES
from dlnotes.live.values import Buffer, Loop, Pack

_LONG = 72  # an expression beyond this gets a line of its own
_WIDTH = 88  # a line beyond this is divided, where it can be
ATOM = 99
LEAVES = ("number", "name", "load", "total", "outside")
_RESERVED = """
    arguments await break case catch class const continue debugger default delete do else enum
    eval export extends false finally for function if implements import in instanceof interface
    let new null package private protected public return static super switch this throw true try
    typeof undefined var void while with yield Math Float64Array NaN Infinity
"""


def identifier(text):
    """A JavaScript name made from any text: `params["layers.0.bias"]`, `params_layers_0_bias`."""
    name = re.sub(r"\W+", "_", text).strip("_")
    return f"_{name}" if re.match(r"\d|$", name) else name


class Names:
    """Hands out JavaScript names, each once."""

    def __init__(self, taken=()):
        self.taken = {*_RESERVED.split(), *NAMES, *taken}

    def new(self, wish=None):
        """`wish`, or `wish_1`, `wish_2`, ...; `v1`, `v2`, ... without a wish."""
        options = (f"{wish}_{n}" if n else wish for n in count())
        name = next(n for n in (options if wish else map("v{}".format, count(1))) if self.free(n))
        self.taken.add(name)
        return name

    def index(self, number):
        """`number` names for loop counters, free for now: loops share them."""
        wishes = chain("ijklmnpqrs", map("i{}".format, count(1)))
        letters = (letter for letter in wishes if self.free(letter))
        return [next(letters) for _ in range(number)]

    def several(self, letter, number):
        """`number` names that begin with `letter`, free for now: blocks share them."""
        names = (name for name in map(f"{letter}{{}}".format, count()) if self.free(name))
        return [next(names) for _ in range(number)]

    def free(self, name):
        """Whether nobody has `name` yet."""
        return name not in self.taken


def used(roots, steps):
    """How often each expression, array and loop is used by what `roots` need.

    Args:
        roots: the expressions and buffers of the result.
        steps: loops, packs and notes, in order.

    Returns:
        A Counter; what it does not count is dead.
    """
    uses, writers = Counter(), {}
    for step in steps:
        if isinstance(step, (Loop, Pack)):
            writers.setdefault(step.target or step, []).append(step)
    waiting = list(roots)
    while waiting:
        item = waiting.pop()
        uses[item] += 1
        if uses[item] > 1:
            continue
        if isinstance(item, Expr):
            waiting += [part for part in item.args if isinstance(part, (Expr, Buffer, Loop))]
        for step in writers.get(item, ()):
            waiting += step.elements if isinstance(step, Pack) else [step.body]
    return uses


def shared(*bodies):
    """How often each part of the bodies of loops is used in them."""
    uses, waiting = Counter(), list(bodies)
    while waiting:
        expr = waiting.pop()
        uses[expr] += 1
        if uses[expr] == 1 and expr.op not in LEAVES:
            waiting += expr.args
    return uses


class Lines:
    """Straight lines of code: expressions as text, long or shared ones on a line of their own."""

    def __init__(self, names, uses, leaf):
        self.names, self.uses, self.leaf = names, uses, leaf
        self.lines, self.known, self.wishes = [], {}, {}

    def text(self, expr, wish=None):
        """`expr` as JavaScript, with its binding strength."""
        if expr not in self.known and expr.op not in LEAVES:
            spelled = self.spelled(expr)
            if self.uses[expr] == 1 and len(spelled[0]) <= _LONG:
                return spelled
        return self.named(expr, wish)

    def named(self, expr, wish=None):
        """The name of `expr`, computed on a line of its own if it is more than a leaf."""
        if expr.op in LEAVES:
            return self.spelled(expr)
        if expr not in self.known:
            line = self.line(expr)
            self.known[expr] = self.names.new(self.wishes.get(expr, wish))
            self.lines.append(f"const {self.known[expr]} = {line};")
        return self.known[expr], ATOM

    def held(self, expr, wish=None):
        """An expression as text that no later line changes: a number, or a name of its own."""
        if expr.op == "number":
            return self.text(expr)[0]
        if expr in self.known:
            return self.known[expr]
        self.known[expr] = self.names.new(self.wishes.get(expr, wish))
        self.lines.append(f"const {self.known[expr]} = {self.spelled(expr)[0]};")
        return self.known[expr]

    def line(self, expr):
        """`expr` where it stands alone; parts move to lines of their own until it fits."""
        if expr in self.known:
            return self.known[expr]
        while len(text := self.spelled(expr)[0]) > _WIDTH:
            parts = [p for p in expr.args if p.op not in LEAVES and p not in self.known]
            if not parts:
                break
            self.named(max(parts, key=lambda part: len(self.text(part)[0])))
        return text

    def spelled(self, expr):
        """`expr` written out, though it may have a name, with its binding strength."""
        if expr.op in ("load", "total", "outside"):
            return self.leaf(expr)
        if expr.op == "pick":
            return self.picked(*expr.args)
        inside = () if expr.op in ("number", "name") else expr.args
        return spell(expr, [self.text(part) for part in inside])

    def picked(self, load, *steps):
        """An element whose place is computed."""
        text = self.leaf(load)[0].removesuffix("]")
        parts = [part for part in (text.partition("[")[2],) if part != "0"]
        parts += [bracketed(*self.text(step)) for step in steps]
        return f"{text.partition('[')[0]}[{' + '.join(parts)}]", ATOM
