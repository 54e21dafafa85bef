"""JavaScript text of a finished program: names, straight lines, loops."""

from collections import Counter
from itertools import count

from dlnotes.live.expressions import Expr, spell
from dlnotes.live.program import Buffer, Loop, Note, Pack

_LONG = 72  # an expression beyond this gets a line of its own
_WIDTH = 88  # a line beyond this is divided, where it can be
_ATOM = 99
_LEAVES = ("number", "name", "load", "total", "outside")
_RESERVED = """
    arguments await break case catch class const continue debugger default delete do else enum
    eval export extends false finally for function if implements import in instanceof interface
    let new null package private protected public return static super switch this throw true try
    typeof undefined var void while with yield Math Float64Array NaN Infinity
"""


class Names:
    """Hands out JavaScript names, each once."""

    def __init__(self, taken=()):
        self.taken = {*_RESERVED.split(), *taken}

    def new(self, wish=None):
        """`wish`, or `wish_1`, `wish_2`, ...; `v1`, `v2`, ... without a wish."""
        options = (f"{wish}_{n}" if n else wish for n in count())
        name = next(n for n in (options if wish else map("v{}".format, count(1))) if self.free(n))
        self.taken.add(name)
        return name

    def index(self, number):
        """`number` names for loop counters, free for now: loops share them."""
        letters = (letter for letter in "ijklmnpqrs" if self.free(letter))
        return [next(letters) for _ in range(number)]

    def free(self, name):
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


class Lines:
    """Straight lines of code: expressions as text, long or shared ones on a line of their own."""

    def __init__(self, names, uses, leaf):
        self.names, self.uses, self.leaf = names, uses, leaf
        self.lines, self.known, self.wishes = [], {}, {}

    def text(self, expr, wish=None):
        """`expr` as JavaScript, with its binding strength."""
        if expr not in self.known and expr.op not in _LEAVES:
            spelled = self.spelled(expr)
            if self.uses[expr] == 1 and len(spelled[0]) <= _LONG:
                return spelled
        return self.named(expr, wish)

    def named(self, expr, wish=None):
        """The name of `expr`, computed on a line of its own if it is more than a leaf."""
        if expr.op in _LEAVES:
            return self.spelled(expr)
        if expr not in self.known:
            line = self.line(expr)
            self.known[expr] = self.names.new(self.wishes.get(expr, wish))
            self.lines.append(f"const {self.known[expr]} = {line};")
        return self.known[expr], _ATOM

    def line(self, expr):
        """`expr` where it stands alone; parts move to lines of their own until it fits."""
        if expr in self.known:
            return self.known[expr]
        while len(text := self.spelled(expr)[0]) > _WIDTH:
            parts = [p for p in expr.args if p.op not in _LEAVES and p not in self.known]
            if not parts:
                break
            self.named(max(parts, key=lambda part: len(self.text(part)[0])))
        return text

    def spelled(self, expr):
        if expr.op in ("load", "total", "outside"):
            return self.leaf(expr)
        inside = () if expr.op in ("number", "name") else expr.args
        return spell(expr, [self.text(part) for part in inside])


class Writer(Lines):
    """The lines of one function; arrays of constants belong to the module."""

    def __init__(self, names, uses, module):
        super().__init__(names, uses, self.read)
        self.module, self.arrays, self.totals = module, {}, {}

    def read(self, expr):
        if expr.op == "total":
            return self.totals[expr.args[0]], _ATOM
        return f"{self.array(expr.args[0])}[{expr.args[1]}]", _ATOM

    def array(self, buffer):
        """The name of an array, which is made when it is first needed."""
        if buffer.text:
            return buffer.text
        if buffer not in self.arrays:
            if buffer.numbers:
                self.arrays[buffer] = self.module.array(buffer.numbers, self.names, buffer.hint)
                return self.arrays[buffer]
            name = self.arrays[buffer] = self.names.new(buffer.hint)
            self.lines.append(f"const {name} = new Float64Array({buffer.size});")
        return self.arrays[buffer]

    def write(self, steps):
        """Writes notes, packs and loops, in order, but for those that nothing needs."""
        for note in (step for step in steps if isinstance(step, Note) and step.name):
            one = len(note.elements) == 1
            names = [note.name if one else f"{note.name}_{n}" for n in range(len(note.elements))]
            self.wishes |= dict(zip(note.elements, names, strict=True))
        for step in steps:
            if isinstance(step, Note):
                self.note(step)
            elif self.uses[step.target or step]:
                (self.pack if isinstance(step, Pack) else self.loop)(step)

    def note(self, step):
        """Gives what a line of Python computed the name it has there."""
        for expr in step.elements:
            if self.uses[expr]:
                (self.named if step.name else self.text)(expr)

    def pack(self, step):
        numbers = ", ".join(self.text(element)[0] for element in step.elements)
        name = self.arrays[step.target] = self.names.new(step.target.hint)
        self.lines.append(f"const {name} = Float64Array.of({numbers});")

    def loop(self, step):
        """Writes the loops that fill an array or add up a total."""
        loads, rank = _loads(step.body), len(step.shape)
        strides = [load.args[2] for load in loads]
        sizes, places = merged(step.shape, [step.strides, *(s[:rank] for s in strides)])
        inner, inside = merged(step.inner, [s[rank:] for s in strides])
        counters = self.names.index(len(sizes) + len(inner))
        steps = dict(
            zip(loads, (a + b for a, b in zip(places[1:], inside, strict=True)), strict=True)
        )
        body = Lines(self.names, _shared(step.body), lambda e: self.leaf_in(e, steps, counters))
        target = self.place(step, places[0], counters)
        value = body.line(step.body)
        if step.combine is None:
            self.lines += nested(sizes, counters, [*body.lines, f"{target} = {value};"])
            return
        total = target if step.target is None else self.names.new("total")
        add = [*body.lines, step.combine.format(total, value) + ";"]
        add = [f"let {total} = {step.start};", *nested(inner, counters[len(sizes) :], add)]
        self.lines += (
            add if step.target is None else nested(sizes, counters, [*add, f"{target} = {total};"])
        )

    def place(self, step, strides, counters):
        """What a loop assigns to."""
        if step.target is None:
            self.totals[step] = self.names.new(step.hint or "total")
            return self.totals[step]
        return f"{self.array(step.target)}[{position(step.offset, strides, counters)}]"

    def leaf_in(self, expr, steps, counters):
        """A leaf inside a loop: a load moves with the counters, the rest stays outside."""
        if expr.op == "outside":
            return self.named(expr.args[0])
        if expr.op == "total":
            return self.read(expr)
        buffer, offset, _ = expr.args
        return f"{self.array(buffer)}[{position(offset, steps[expr], counters)}]", _ATOM


def nested(sizes, counters, lines):
    """`lines` inside one `for` for each size."""
    for size, counter in reversed(list(zip(sizes, counters, strict=False))):
        head = f"for (let {counter} = 0; {counter} < {size}; {counter}++) {{"
        lines = [head, *(f"  {line}" for line in lines), "}"]
    return lines


def position(offset, strides, counters):
    """`offset + strides · counters` as text."""
    terms = [c if s == 1 else f"{s} * {c}" for s, c in zip(strides, counters, strict=False) if s]
    return " + ".join([*terms, *([str(offset)] if offset or not terms else [])])


def merged(sizes, strides):
    """Dimensions that one counter can run through, made one.

    Args:
        sizes: the dimensions of a loop.
        strides: for each array in it, its step in each dimension.

    Returns:
        `(sizes, strides)` in the same form, with as few dimensions as possible.
    """
    kept = []
    for size, steps in zip(
        sizes, zip(*strides, strict=True) if strides else [()] * len(sizes), strict=True
    ):
        if size == 1:
            continue
        if kept and all(far == size * near for far, near in zip(kept[-1][1], steps, strict=True)):
            kept[-1] = kept[-1][0] * size, steps
        else:
            kept.append((size, steps))
    columns = [tuple(steps[a] for _, steps in kept) for a in range(len(strides))]
    return [size for size, _ in kept], columns


def _loads(body):
    found, waiting, seen = [], [body], set()
    while waiting:
        expr = waiting.pop()
        if expr in seen:
            continue
        seen.add(expr)
        if expr.op == "load":
            found.append(expr)
        elif expr.op not in _LEAVES:
            waiting += expr.args
    return found


def _shared(body):
    uses, waiting = Counter(), [body]
    while waiting:
        expr = waiting.pop()
        uses[expr] += 1
        if uses[expr] == 1 and expr.op not in _LEAVES:
            waiting += expr.args
    return uses
