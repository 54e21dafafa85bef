"""JavaScript text of a finished program: arrays, loops, and the lines between them."""

from dlnotes.live.lines import ATOM, LEAVES, Lines, shared
from dlnotes.live.values import Note, Pack


class Writer(Lines):
    """The lines of one function; arrays of constants belong to the module."""

    def __init__(self, names, uses, module):
        super().__init__(names, uses, self.read)
        self.module, self.arrays, self.totals = module, {}, {}

    def read(self, expr):
        if expr.op == "total":
            return self.totals[expr.args[0]], ATOM
        return f"{self.array(expr.args[0])}[{expr.args[1]}]", ATOM

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
        body = Lines(self.names, shared(step.body), lambda e: self.leaf_in(e, steps, counters))
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
        return f"{self.array(buffer)}[{position(offset, steps[expr], counters)}]", ATOM


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
        elif expr.op not in LEAVES:
            waiting += expr.args
    return found
