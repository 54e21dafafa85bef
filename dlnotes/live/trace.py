"""What a PyTorch function does, written down: the one place that knows PyTorch's internals.

`record(function, arguments)` runs the function once on real tensors under a
`TorchDispatchMode` and notes every operation on the way, those of `torch.func.grad`
included. An operation that is not wanted as it is, is taken apart by PyTorch's own
decompositions. What does not depend on the arguments is computed then and there.
"""

from dataclasses import dataclass, field

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from dlnotes.live.decompositions import decompositions
from dlnotes.live.places import LiveError, Place, blamed, here
from dlnotes.live.rewrites import Rewriting
from dlnotes.live.structures import flatten, rebuild

_READING = ("_local_scalar_dense", "equal", "is_nonzero")  # from a tensor to a Python value
_SHAPELY = (  # these ask a tensor for its shape, not for its numbers
    "_has_same_storage_numel",
    *("zeros_like", "ones_like", "full_like", "empty_like"),
    *("new_zeros", "new_ones", "new_full", "new_empty", "_new_zeros_with_same_feature_meta"),
)


@dataclass(eq=False, repr=False)
class Node:
    """One operation: `op` is its aten name; tensors in `args` and `kwargs` are nodes again.

    A node with op `input` is an argument, one with op `constant` holds its tensor in `args`.
    `call` computes the operation on tensors.
    """

    op: str
    args: tuple
    kwargs: dict
    shape: tuple[int, ...]
    dtype: torch.dtype
    call: object = None
    place: Place | None = None
    users: set = field(default_factory=set)
    number: int = 0

    def __repr__(self):
        if self.op == "constant":
            return f"{self.dtype} {self.args[0].tolist()}"
        return f"node {self.number}"

    @property
    def parts(self):
        """The nodes that this one computes with."""
        return [part for part in flatten((self.args, self.kwargs)) if isinstance(part, Node)]


class _Recorder(TorchDispatchMode):
    def __init__(self, known):
        super().__init__()
        self.known, self.nodes = known, []
        self.apart = []  # operations being taken apart, the outermost first
        self.seen = {}  # what an operation computes -> its node
        self.made = {}  # id of a tensor -> (tensor, kept alive; its node)
        self.forward = {}  # number of a step of the gradient -> the line it is the gradient of

    @classmethod
    def _should_skip_dynamo(cls):
        """The compiler is not in play here; loading it to say so would take seconds."""
        return False

    def input(self, tensor):
        node = Node("input", (), {}, tuple(tensor.shape), tensor.dtype)
        node.number = -1 - len(self.made)
        self.made[id(tensor)] = tensor, node
        return node

    def node_of(self, tensor):
        if id(tensor) not in self.made:
            node = Node("constant", (tensor.clone(),), {}, tuple(tensor.shape), tensor.dtype)
            self.made[id(tensor)] = tensor, node
        return self.made[id(tensor)][1]

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        tensors = [a for a in flatten((args, kwargs)) if isinstance(a, torch.Tensor)]
        name, changes = func._schema.name.split("::")[1], func._schema.is_mutable
        if not any(map(self.moves, tensors)):
            if changes:
                self.forget(args[0])
            return func(*args, **kwargs)
        if name in _SHAPELY:
            return func(*args, **kwargs)
        place = here()
        self.forward.setdefault(torch._C._autograd._get_sequence_nr() - 1, place)
        self.refuse(name, changes, args, place)
        name = name.removesuffix("_") if changes else name
        if name not in self.known or len(func._schema.returns) != 1:
            return self.decomposed(name, func, args, kwargs, place)
        before = self.swapped(args), self.swapped(kwargs)  # of what the operation may change
        result = func(*args, **kwargs)
        if result.device.type == "meta":  # PyTorch asks for a shape by way of a ghost
            return result
        self.noted(name, func, before, result, place)
        return result

    def forget(self, tensor):
        """Lets go of what was known of a constant that changes, and of its views."""
        memory = tensor.untyped_storage().data_ptr()
        for key, (other, _) in list(self.made.items()):
            if other.untyped_storage().data_ptr() == memory:
                del self.made[key]

    def moves(self, tensor):
        """Whether `tensor` depends on the arguments."""
        return id(tensor) in self.made and self.node_of(tensor).op != "constant"

    def refuse(self, name, changes, args, place):
        """Stops what reads a value, and what changes a tensor that others see."""
        if name in _READING:
            raise LiveError(
                f"a traced value decides what Python does, at {place}: the program is the same"
                f" for all values, so choose with torch.where, and loop a fixed number of times."
            )
        if changes and not self.alone(args[0]):
            raise LiveError(
                f"aten.{name} changes part of a tensor in place, at {place}: make a new one"
                f" instead (x = x + y, torch.stack, torch.where)."
            )

    def alone(self, tensor):
        """Whether no other tensor shares the memory of `tensor`."""
        storage = tensor.untyped_storage()
        others = (other for other, _ in self.made.values() if other is not tensor)
        shared = any(o.untyped_storage().data_ptr() == storage.data_ptr() for o in others)
        return not shared and storage.nbytes() == tensor.numel() * tensor.element_size()

    def decomposed(self, name, func, args, kwargs, place):
        """Runs PyTorch's own account of an operation in terms of others."""
        result = NotImplemented
        if func not in self.apart:
            self.apart.append(func)
            with self:
                result = decompositions().get(func, func.decompose)(*args, **kwargs)
        if result is NotImplemented:
            outer = self.apart[0]._schema.name.split("::")[1]
            inner = f" (for its {name})" if name != outer else ""
            raise LiveError(
                f"aten.{outer} has no live form{inner}, at {self.origin() or place}: write it"
                f" with other operations, or add a row for it to dlnotes/live/ops."
            )
        self.apart.pop()
        return result

    def origin(self):
        """The line whose gradient is being computed, if one is."""
        node = torch._C._current_autograd_node()
        return node and self.forward.get(node._sequence_nr())

    def noted(self, name, func, before, result, place):
        if result.dtype not in (torch.float64, torch.bool, torch.int64):
            raise LiveError(
                f"aten.{name} gives {result.dtype}, at {place}: live programs compute in"
                f" float64, so give the tensors made there dtype=torch.float64."
            )
        if result.numel() == 0:
            raise LiveError(f"aten.{name} gives an empty tensor, at {place}: leave it out.")
        node = Node(name, *before, tuple(result.shape), result.dtype, func, place)
        node.number = len(self.nodes)
        node = self.seen.setdefault(repr((func, *before)), node)
        for part in node.parts:
            part.users.add(node)
        self.made[id(result)] = result, node
        if node.place is place:
            self.nodes.append(node)

    def swapped(self, value):
        if isinstance(value, (tuple, list)):
            return type(value)(map(self.swapped, value))
        if isinstance(value, dict):
            return {key: self.swapped(item) for key, item in value.items()}
        return self.node_of(value) if isinstance(value, torch.Tensor) else value


def record(function, tensors, known, name):
    """Runs `function` on tensors and notes what it did.

    It runs twice, on different numbers: the notes must be the same.

    Args:
        function: takes the tensors, returns any structure of tensors and numbers.
        tensors: float64 tensors of the shapes of its arguments.
        known: names of the aten operations that may appear; others are taken apart.
        name: what errors call the function.

    Returns:
        `(inputs, nodes, result)`: the arguments as nodes, the operations in order, and the
        result with nodes in place of tensors.

    Raises:
        LiveError: for a branch on a value, an operation that cannot be expressed, numbers
            that are not float64, or any error of the function itself.
    """
    recorder, inputs, result = _run(function, tensors, known, name)
    again, _, other = _run(function, [_others(tensor) for tensor in tensors], known, name)
    if list(recorder.seen) != list(again.seen) or repr(result) != repr(other):
        pairs = zip(recorder.seen.items(), again.seen, strict=False)
        place = next((node.place for (key, node), new in pairs if key != new), "its result")
        raise LiveError(
            f"`{name}` is another program for other numbers, at {place}: keep numbers in"
            f" tensors (no .tolist(), no .numpy()), and let random ones come in as arguments."
        )
    return inputs, recorder.nodes, result


def _others(tensor):
    return torch.linspace(0.3, 0.7, tensor.numel() + 1, dtype=tensor.dtype)[1:].view(tensor.shape)


def _run(function, tensors, known, name):
    recorder = _Recorder(known)
    inputs = [recorder.input(tensor) for tensor in tensors]
    try:
        with Rewriting(), recorder:
            result = function(*tensors)
    except LiveError as error:
        raise LiveError(f"`{name}`: {error}") from None
    except Exception as error:
        reason = (str(error) or repr(error)).splitlines()[0].rstrip(".")
        raise LiveError(
            f"`{name}` fails on tensors of the given shapes, at {blamed(error)}: {reason}."
            f" An argument without a shape is a single number."
        ) from error
    return recorder, inputs, rebuild(result, lambda path, leaf: recorder.swapped(leaf))
