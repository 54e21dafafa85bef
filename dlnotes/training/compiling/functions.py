"""Functions through torch's compiler, traced once for given shapes, kept from call to call."""

import logging
import threading
from collections.abc import Callable, Hashable
from functools import cache, lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx
from torch.utils._pytree import TreeSpec, tree_flatten, tree_unflatten

LOCK = threading.RLock()  # threads of an executor would trace the same function side by side


def compiled_function(function: Callable, first: Hashable, arguments: tuple) -> Callable | None:
    """`partial(function, first)`, compiled for arguments like these; `None` where that fails.

    Args:
        function: `(first, *arguments) -> result`; tensors in dicts, lists and tuples. It may
            change its arguments in place. Its code depends on nothing but shapes.
        first: built into the code.
        arguments: examples; they are not changed.
    """
    leaves, structure = tree_flatten(arguments)
    kinds = tuple(
        (x.shape, x.stride(), x.dtype, x.device) if isinstance(x, Tensor) else x for x in leaves
    )
    with LOCK:
        found = _compiled(function, first, structure, kinds)
    if found is None:
        return None
    program, results = found
    if all(isinstance(x, Tensor) for x in arguments):
        return lambda *given: tree_unflatten(program(*given), results)

    def run(*arguments: Any) -> Any:
        leaves = [x for x in tree_flatten(arguments)[0] if isinstance(x, Tensor)]
        return tree_unflatten(program(*leaves), results)

    return run


@lru_cache(maxsize=32)
def _compiled(
    function: Callable, first: Hashable, structure: TreeSpec, kinds: tuple
) -> tuple[Callable, TreeSpec] | None:
    examples = [
        torch.empty_strided(*kind[:2], dtype=kind[2], device=kind[3]).zero_()
        for kind in kinds
        if isinstance(kind, tuple)
    ]
    shape = []

    def flat(*tensors: Tensor) -> list[Tensor]:
        given = iter(tensors)
        leaves = [next(given) if isinstance(kind, tuple) else kind for kind in kinds]
        found, tree = tree_flatten(function(first, *tree_unflatten(leaves, structure)))
        shape[:] = [tree]
        return found

    try:
        graph = make_fx(flat, tracing_mode="fake")(*examples)
        with torch.no_grad():
            # torch.compile would look at all arguments again before every call
            program = inductor(graph, examples)
            program(*examples)
    except Exception as error:  # whatever stops the compiler, the function as written goes on
        _note(function.__name__, f"{type(error).__name__}: {error}".splitlines()[0])
        return None
    return program, shape[0]


def inductor(graph: torch.fx.GraphModule, examples: list[Tensor], **options: Any) -> Callable:
    """A traced graph through torch's compiler, called without checks: a sixth of the cost.

    Args:
        graph: from `make_fx`.
        examples: tensors like those it will be called with.
        **options: of the compiler's own, such as `fast_math=True`.
    """
    return torch._inductor.compile(graph, examples, options=options or None)


def copy_all(into: list[Tensor], values: list[Tensor]) -> None:
    """Copies many tensors in one call, each into the one at its place."""
    torch._foreach_copy_(into, values)


def holders(storage: torch.UntypedStorage) -> int:
    """How many tensors and other objects look at this memory, the argument among them."""
    return torch._C._storage_Use_Count(storage._cdata)


@cache
def _note(name: str, reason: str) -> None:
    logging.getLogger("dlnotes").warning(
        "%s runs as it is written, not compiled (%s). A C++ compiler such as g++ helps.",
        name.strip("_"),
        reason,
    )
