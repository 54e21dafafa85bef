"""JavaScript text of a finished program: arrays, loops, and the lines between them."""

import re
from itertools import product

from dlnotes.live.expressions import Expr
from dlnotes.live.fusion import fused, is_tiled
from dlnotes.live.lines import ATOM, LEAVES, Lines, identifier, shared
from dlnotes.live.values import Note, Pack, changed

_TILE = 8  # totals added up side by side: as many as a processor keeps at hand


class Writer(Lines):
    """The lines of one function; arrays of constants and of intermediate results are the module's.

    Args:
        names: of the function.
        uses: how often each expression, array and loop is needed.
        module: takes the arrays that are not made anew in every call.
        results: the arrays and expressions that the function makes.
        new: those of them that it returns; the others are written over arguments.
    """

    def __init__(self, names, uses, module, results, new):
        super().__init__(names, uses, self.read)
        self.module, self.results, self.new = module, results, new
        self.arrays, self.totals, self.head = {}, {}, []

    def read(self, expr):
        if expr.op == "total":
            return self.totals[expr.args[0]], ATOM
        return f"{self.array(expr.args[0])}[{expr.args[1]}]", ATOM

    def array(self, buffer):
        """The name of an array, which is made when it is first needed."""
        if buffer in self.arrays:
            return self.arrays[buffer]
        if buffer.text:
            return buffer.text
        if buffer.numbers:
            name = self.module.array(buffer.numbers, self.names, buffer.hint)
        elif buffer in self.new:
            name = self.names.new(buffer.hint)
            self.lines.append(f"const {name} = new Float64Array({buffer.size});")
        else:
            name = self.module.scratch(buffer.size, self.names, buffer.hint)
        self.arrays[buffer] = name
        return name

    def at_hand(self, buffer):
        """The name of an array for use in a loop: a part of an argument is looked up once."""
        text = self.array(buffer)
        if not re.fullmatch(r"[\w$]+", text):
            text = self.arrays[buffer] = self.names.new(identifier(text))
            self.head.append(f"const {text} = {buffer.text};")
        return text

    def write(self, steps):
        """Writes notes, packs and loops, in order, but for those that nothing needs."""
        for note in (step for step in steps if isinstance(step, Note) and step.name):
            one = len(note.elements) == 1
            names = [note.name if one else f"{note.name}_{n}" for n in range(len(note.elements))]
            self.wishes |= dict(zip(note.elements, names, strict=True))
        for step in fused(steps, self.uses, self.results):
            if isinstance(step, Note):
                self.note(step)
            elif isinstance(step, Pack):
                self.pack(step)
            elif is_tiled(step.loops[0]):
                self.tiles(*step.loops)
            else:
                self.nest(step)

    def note(self, step):
        """Gives what a line of Python computed the name it has there."""
        for expr in step.elements:
            if self.uses[expr]:
                (self.named if step.name else self.text)(expr)

    def pack(self, step):
        numbers = [self.text(element)[0] for element in step.elements]
        if step.target in self.new:
            name = self.arrays[step.target] = self.names.new(step.target.hint)
            self.lines.append(f"const {name} = Float64Array.of({', '.join(numbers)});")
        else:
            name = self.array(step.target)
            self.lines += [f"{name}[{i}] = {number};" for i, number in enumerate(numbers)]

    def nest(self, nest):
        """Writes loops over one shape, one after the other at every index."""
        where = _Where(self, nest.loops)
        body = Lines(self.names, shared(*(loop.body for loop in nest.loops)), where.leaf)
        for number, loop in enumerate(nest.loops):
            later = any(_reads_own(other, loop) for other in nest.loops[number + 1 :])
            value = self.value(loop, body, where)
            if later and not re.fullmatch(r"\w+", value):
                name = self.names.new(loop.target.hint if loop.target in nest.private else None)
                body.lines.append(f"const {name} = {value};")
                value = name
            if later:
                where.held[loop.target] = value
            if loop.target is not None and loop.target not in nest.private:
                body.lines.append(f"{where.target(loop)} = {value};")
        self.lines += nested(where.sizes, where.counters, body.lines)

    def value(self, loop, body, where):
        """What a loop assigns, as text; a total is added up first."""
        if loop.combine is None:
            return body.line(loop.body)
        total = self.names.new(loop.hint if loop.target is None else "total")
        inside = Lines(self.names, body.uses, where.leaf)
        inside.known = dict(body.known)
        value = inside.line(loop.body)
        sizes, counters = where.inside[loop]
        add = [*inside.lines, loop.combine.format(total, value) + ";"]
        body.lines += [f"let {total} = {loop.start};", *nested(sizes, counters, add)]
        if loop.target is None:
            self.totals[loop] = total
        return total

    def tiles(self, loop):
        """Writes a loop of totals that adds up a block of neighbors at a time.

        They share what they load, and none waits for another.
        """
        where = _Where(self, [loop])
        steps = tile(where.sizes)
        where.once([size == step for size, step in zip(where.sizes, steps, strict=True)])
        corners = list(product(*map(range, steps)))
        bodies = [where.moved(loop.body, corner) for corner in corners]
        totals = self.names.several("s", len(corners))
        uses = shared(*bodies)
        loads = [load for load in _loads(*bodies) if uses[load] > 1]
        inside = Lines(self.names, uses, where.leaf)
        for name, load in zip(self.names.several("x", len(loads)), loads, strict=True):
            inside.lines.append(f"const {name} = {where.leaf(load)[0]};")
            where.known[load] = name
        values = [inside.line(body) for body in bodies]
        for total, value in zip(totals, values, strict=True):
            inside.lines.append(loop.combine.format(total, value) + ";")
        lines = [f"let {', '.join(f'{total} = {loop.start}' for total in totals)};"]
        lines += nested(*where.inside[loop], inside.lines)
        for corner, total in zip(corners, totals, strict=True):
            lines.append(f"{where.target(loop, corner)} = {total};")
        if list(where.sizes) == steps:  # no loop around: a block keeps the names apart
            lines = ["{", *(f"  {line}" for line in lines), "}"]
        self.lines += nested(where.sizes, where.counters, lines, steps)


class _Where:
    """Where the loads of some loops over one shape are, and what their counters are called."""

    def __init__(self, writer, loops):
        rank = len(loops[0].shape)
        self.writer, self.held, self.known = writer, {}, {}
        loads = {load: None for loop in loops for load in _loads(loop.body)}
        outer = [load.args[2][:rank] for load in loads] + [loop.strides for loop in loops]
        self.sizes, columns = merged(loops[0].shape, outer)
        self.steps = dict(zip(loads, columns, strict=False))
        self.targets = dict(zip(loops, columns[len(loads) :], strict=True))
        inner = {}
        for loop in loops:
            own = _loads(loop.body)
            inner[loop] = merged(loop.inner, [load.args[2][rank:] for load in own])
            self.steps |= {
                load: self.steps[load] + step
                for load, step in zip(own, inner[loop][1], strict=True)
            }
        depth = len(self.sizes)
        most = max(len(sizes) for sizes, _ in inner.values())
        self.counters = writer.names.index(depth + most)
        self.inside = {loop: (sizes, self.counters[depth:]) for loop, (sizes, _) in inner.items()}

    def once(self, alone):
        """Leaves out the counters of dimensions that are done in one go."""
        for number, _ in enumerate(self.sizes):
            if alone[number]:
                self.counters[number] = None

    def leaf(self, expr):
        """A leaf inside the loops: a load moves with the counters, the rest stays outside."""
        if expr.op == "outside":
            return self.writer.named(expr.args[0])
        if expr.op == "total":
            return self.writer.read(expr)
        if expr in self.known:
            return self.known[expr], ATOM
        buffer, offset, _ = expr.args
        if buffer in self.held:
            return self.held[buffer], ATOM
        at = position(offset, self.steps[expr], self.counters)
        return f"{self.writer.at_hand(buffer)}[{at}]", ATOM

    def target(self, loop, corner=()):
        """What a loop assigns to, `corner` further on."""
        steps = self.targets[loop]
        offset = loop.offset + sum(n * s for n, s in zip(corner, steps, strict=False))
        return f"{self.writer.at_hand(loop.target)}[{position(offset, steps, self.counters)}]"

    def moved(self, body, corner):
        """`body` with its loads `corner` further on."""

        def change(leaf):
            if leaf.op != "load":
                return leaf
            buffer, offset, strides = leaf.args
            far = sum(n * s for n, s in zip(corner, self.steps[leaf], strict=False))
            new = Expr("load", buffer, offset + far, strides)
            self.steps[new] = self.steps[leaf]
            return new

        return changed(body, change)


def tile(sizes):
    """How many neighbors to take at a time in each dimension: up to `_TILE`, without a rest."""
    fitting = [[n for n in (4, 2, 3, 1) if size % n == 0] for size in sizes[-2:]]
    if len(sizes) == 1:
        fitting = [[n for n in (8, 4, 6, 5, 3, 2, 7, 1) if sizes[0] % n == 0]]
    choices = [c for c in product(*fitting) if _area(c) <= _TILE]
    best = max(choices, key=lambda c: (_area(c), -sum(c)))
    return [*[1] * (len(sizes) - len(best)), *best]


def _area(steps):
    result = 1
    for step in steps:
        result *= step
    return result


def _reads_own(loop, other):
    return any(load.args[0] is other.target for load in _loads(loop.body))


def nested(sizes, counters, lines, steps=()):
    """`lines` inside one `for` for each size, in strides of `steps`."""
    strides = [*steps, *[1] * (len(sizes) - len(steps))]
    for size, counter, step in reversed(list(zip(sizes, counters, strides, strict=False))):
        if counter is None:
            continue
        ahead = f"{counter}++" if step == 1 else f"{counter} += {step}"
        head = f"for (let {counter} = 0; {counter} < {size}; {ahead}) {{"
        lines = [head, *(f"  {line}" for line in lines), "}"]
    return lines


def position(offset, strides, counters):
    """`offset + strides · counters` as text."""
    pairs = [(s, c) for s, c in zip(strides, counters, strict=False) if s and c]
    terms = [c if s == 1 else f"{s} * {c}" for s, c in pairs]
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


def _loads(*bodies):
    found, waiting, seen = [], list(bodies), set()
    while waiting:
        expr = waiting.pop(0)
        if expr in seen:
            continue
        seen.add(expr)
        if expr.op == "load":
            found.append(expr)
        elif expr.op not in LEAVES:
            waiting = [*expr.args, *waiting]
    return found
