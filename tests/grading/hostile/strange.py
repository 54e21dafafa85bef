"""What nobody means to hand in: notebooks that are hardly any, and answers of every Python type.

Nothing here is worth a point: the cells are those handed out, and every answer is a constant.
"""

import json
from typing import Any

from hypothesis import strategies as st

from tests.grading.handing_in import untouched

# Notebooks

TEXT = st.text(st.characters(), max_size=20)  # halves of surrogate pairs included
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT, st.just(10**400))
ANYTHING = st.recursive(
    PLAIN,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(TEXT, some, max_size=4),
    max_leaves=12,
)
HANDED_OUT = untouched()["cells"]
NAMES = st.sampled_from([cell["id"] for cell in HANDED_OUT]) | ANYTHING
NBGRADER = st.fixed_dictionaries(
    {"grade_id": NAMES}, optional=dict.fromkeys(("points", "grade", "solution", "locked"), ANYTHING)
)
FIELDS = {
    "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "Code"]) | ANYTHING,
    "id": NAMES,
    "metadata": st.fixed_dictionaries(
        {},
        optional={
            "nbgrader": NBGRADER | ANYTHING,
            "id": NAMES,
            "tags": ANYTHING,
            "deep": st.integers(1, 200).map(lambda depth: json.loads("[" * depth + "]" * depth)),
            "huge": st.just("x" * 50_000),
        },
    )
    | ANYTHING,
    "source": st.one_of(
        TEXT, st.lists(TEXT, max_size=4), ANYTHING, st.sampled_from(["%%bash\nls", "?", "(" * 300])
    ),
    "outputs": ANYTHING,
    "execution_count": ANYTHING,
    "attachments": ANYTHING,
    "input": ANYTHING,
}
STRANGE = st.fixed_dictionaries({}, optional=FIELDS)


@st.composite
def changed(draw: Any) -> dict:
    """A cell handed out, some of its fields lost or strange."""
    cell = dict(draw(st.sampled_from(HANDED_OUT)))
    for name in draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=2)):
        if draw(st.booleans()):
            cell.pop(name, None)
        else:
            cell[name] = draw(FIELDS[name])
    return cell


@st.composite
def shuffled(draw: Any) -> list:
    """All cells handed out, some doubled, lost or moved, strange ones among them."""
    cells = list(HANDED_OUT)
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(cells)))
        cells[place : place + draw(st.integers(0, 2))] = draw(st.lists(CELLS, max_size=2))
    return draw(st.permutations(cells)) if draw(st.booleans()) else cells


CELLS = st.one_of(st.sampled_from(HANDED_OUT), changed(), changed(), STRANGE, ANYTHING)
WHOLE = st.fixed_dictionaries(
    {"cells": st.one_of(st.lists(CELLS, max_size=15), shuffled(), shuffled(), ANYTHING)},
    optional={
        "metadata": ANYTHING,
        "nbformat": st.integers(0, 6) | ANYTHING,
        "nbformat_minor": st.integers(0, 9) | ANYTHING,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(CELLS, max_size=3)}))
        | ANYTHING,
    },
)


@st.composite
def notebooks(draw: Any) -> bytes:
    """The bytes of a file: a notebook as strange as JSON allows, at times damaged on the way."""
    content = draw(st.one_of(WHOLE, WHOLE, WHOLE, ANYTHING))
    whole = json.dumps(content, ensure_ascii=draw(st.booleans()))
    codec = draw(st.sampled_from(["utf-8"] * 12 + ["utf-8-sig", "utf-16", "utf-32", "utf-7"]))
    text = whole.encode(codec, "surrogatepass" if codec != "utf-7" else "replace")
    if not draw(st.integers(0, 5)):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        text = text[:start] + draw(st.binary(max_size=9)) + text[end:]
    return text


# Answers, as Python text

HOSTILE = """
import array, asyncio, collections, dataclasses, decimal, enum, fractions, functools, itertools
import math, os, sys, types, weakref, datetime, numpy as np, torch

class Loud(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __str__

def acts(act):
    def method(self, *args, **named):
        if act == "raise": raise ValueError("\\udc80" * 3)
        if act == "loud": raise Loud
        if act == "exit": raise SystemExit
        if act == "interrupt": raise KeyboardInterrupt
        if act == "stop": raise StopIteration
        if act == "memory": raise MemoryError
        if act == "deeper": return method(self, *args, **named)
        if act == "self": return self
        if act == "none": return None
        if act == "text": return "1"
        if act == "true": return True
        if act == "huge": return 10**30
        if act == "endless": return itertools.count()
        if act == "hang":
            while True: pass
        if act == "die": os._exit(0)
        return NotImplemented
    return method

def hostile(base, start, name, act):
    method = property(acts(act)) if name in ("__class__", "__array_interface__") else acts(act)
    meta = type("Meta", (type,), {name: acts(act)} if name == "__instancecheck__" else {})
    kind = meta("Thing", (base,), {name: method})
    if base is torch.Tensor: return torch.ones(()).as_subclass(kind)
    if base is np.ndarray: return np.ones(2).view(kind)
    return kind(*start)

def itself(kind):
    box = kind()
    box.append(box) if kind is list else box.update({0: box})
    return box

def nested(depth, kind=list):
    value = 1.0
    for _ in range(depth): value = kind([value])
    return value

def leaked(wrapped):
    kept = []
    wrapped(lambda x: (kept.append(x), x.sum())[1])(torch.ones(2))
    return kept[0]

def generated():
    yield 1.0

async def awaited():
    return 1.0

@dataclasses.dataclass
class Record:
    x: float = 1.0

class Color(enum.IntEnum):
    RED = 1
Pair = collections.namedtuple("Pair", "x y")
"""
_METHODS = """
eq ne lt hash repr str format len bool iter next getitem contains float int index complex array
array_interface array_ufunc array_function torch_function getattr getattribute class del call add
instancecheck dlpack dlpack_device buffer reduce deepcopy abs round trunc
"""
_ACTS = "raise loud exit interrupt stop memory deeper self none text true huge endless other"
METHODS, ACTS = _METHODS.split(), _ACTS.split()
BASES = {
    "object": "()",
    "float": "(1.5,)",
    "int": "(1,)",
    "complex": "(1j,)",
    "str": "('x',)",
    "list": "([1.0],)",
    "tuple": "([1.0],)",
    "dict": "({},)",
    "fractions.Fraction": "(1, 3)",
    "np.float64": "(1.5,)",
    "np.ndarray": "()",
    "torch.Tensor": "()",
    "Exception": "('x',)",
}
_VALUES = """
None|True|...|NotImplemented|0|-1|1|2.5|-0.0|10**5000|-10**400|1e308|5e-324|float("nan")
float("inf")|1j|complex("nan")|"text"|"\\udc80"|"x" * 10**6|"\\0"|b"\\xff"|bytearray(3)
memoryview(b"ab")|range(10**12)|range(3)|object()|type|int|Record()|Record|Color.RED|Pair(1.0, 2.0)
print|torch|np|lambda *_: 1|(x for x in [1.0])|iter([1.0])|itertools.count()|generated()|awaited()
map(abs, [1])|{1, 2}|frozenset([1])|{}|{"a": 1}|types.MappingProxyType({})|collections.deque([1.0])
itself(list)|itself(dict)|nested(5)|nested(7)|nested(900)|nested(5000)|nested(50, tuple)|[[], [[]]]
[1.0, [2.0]]|[1.0] * 100_001|[[1.0] * 1000] * 1000|[None] * 3|["a", 1.0]|slice(1)|Exception("x")
SystemExit()|decimal.Decimal("1.5")|decimal.Decimal("sNaN")|fractions.Fraction(1, 3)
array.array("d", [1.0])|datetime.datetime.now()|datetime.timedelta(1)|sys.modules
types.ModuleType("x")|weakref.ref(Record)|functools.partial(int)|sys._getframe()|staticmethod(int)
super|property()|collections.Counter("ab")|np.float16(1)|np.float32("nan")|np.longdouble(1)
np.complex64(1j)|np.bool_(True)|np.str_("x")|np.int8(-1)|np.uint64(2**64 - 1)|np.datetime64("NaT")
np.timedelta64(1, "D")|np.void(b"ab")|np.ma.masked|np.array([1, "a"], object)
np.array([None, [1]], object)|np.array([], object)|np.array("x")|np.zeros((0, 3))
np.zeros((2,) * 16)|np.zeros((1,) * 32)|np.matrix([[1.0]])|np.array(1j)|np.array([b"x"])
np.array([(1, 2.0)], "i4,f8")|np.lib.stride_tricks.as_strided(np.ones(1), (10**9,), (0,))
np.broadcast_to(np.float32(1), (10**12,))|np.ma.array([1.0], mask=[True])
np.array(["NaT"], "M8[s]")|np.array([1.0], ">f8")|np.ones(4)[::-2]|np.random.default_rng()
np.dtype("f8")|np.poly1d([1, 2])|torch.empty(0)|torch.zeros(0, 3)|torch.ones(()).bool()
torch.tensor(1j)|torch.tensor(float("nan"))|torch.ones(2, dtype=torch.bfloat16)
torch.ones(2).half()|torch.ones(2, dtype=torch.uint8)|torch.ones(2).to(torch.float8_e4m3fn)
torch.ones(2).to(torch.complex32)|torch.ones(2).to(torch.uint16)|torch.ones(2).to(torch.uint64)
torch.eye(2).to_sparse()|torch.eye(2).to_sparse_csr()|torch.ones(2).to_mkldnn()
torch.empty(2, device="meta")|torch.ones(2, requires_grad=True) * 2
torch.nn.Parameter(torch.ones(2))|torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
torch.nested.nested_tensor([torch.ones(2)])|torch.ones(1).expand(10**12)
torch.ones(()).expand(3, 10**6)|torch.tensor(1j).expand(3).conj()|torch._neg_view(torch.ones(2))
torch.ones(2)[None].T|torch.ones((1,) * 40)|torch.ones(4)[::2]|torch.nn.Linear(1, 1)|torch.float64
torch.device("cpu")|torch.Generator()|torch.Size([1])|torch.nn
torch.optim.SGD([torch.ones(1, requires_grad=True)], 0.1)|torch.finfo(torch.float32)
torch.ones(2).storage()|leaked(torch.func.grad)|leaked(torch.func.vmap)
torch.nn.UninitializedParameter()|torch.nn.ParameterList()
"""
VALUES = _VALUES.strip().replace("\n", "|").split("|")

TAKEN = st.builds(
    lambda base, name, act: f"hostile({base}, {BASES[base]}, '__{name}__', '{act}')",
    st.sampled_from(sorted(BASES)),
    st.sampled_from(METHODS),
    st.sampled_from(ACTS),
)
RARE = st.sampled_from(  # each costs a process, or its whole time
    [
        "hostile(float, (1.0,), '__float__', 'hang')",
        "hostile(torch.Tensor, (), '__torch_function__', 'die')",
        "hostile(torch.Tensor, (), '__torch_function__', 'hang')",
        "hostile(object, (), '__call__', 'die')",
    ]
)
AROUND = st.sampled_from(
    [
        *("[{0}, {1}]", "({0},)", "({0}, {1})", "[{0}] * 3", "{{'a': {0}}}", "lambda *_: {0}"),
        *("np.array([{0}, {1}], object)", "(x for x in [{0}])", "Record({0})", "Pair({0}, {1})"),
        *("collections.deque([{0}])", "types.SimpleNamespace(x={0})", "weakref.ref({0})"),
        *("torch.tensor({0})", "np.asarray({0})", "torch.as_tensor([{0}])"),
    ]
)
VALUE = st.recursive(
    st.sampled_from(VALUES) | TAKEN,
    lambda some: st.builds(lambda around, one, two: around.format(one, two), AROUND, some, some),
    max_leaves=4,
)
FORMS = st.sampled_from(
    [
        *["def {0}(*args, **named):\n    return {1}"] * 6,
        "{0} = {1}",
        "{0} = lambda *args, **named: {1}",
        "def {0}(*args, **named):\n    yield {1}",
        "async def {0}(*args, **named):\n    return {1}",
        "def {0}(*args, **named):\n    raise {1}",
        "class {0}:\n    def __new__(kind, *args, **named):\n        return {1}",
        "def {0}(alone):\n    return {1}",
        "{0} = functools.partial(lambda value, *args, **named: value, {1})",
    ]
)


@st.composite
def answers(draw: Any, names: list[str]) -> list[str]:
    """The text of an answer to each of these tasks."""
    rare = draw(st.integers(0, 99)) == 0
    values = [draw(RARE if rare and not place else VALUE) for place in range(len(names))]
    return [draw(FORMS).format(*pair) for pair in zip(names, values, strict=True)]
