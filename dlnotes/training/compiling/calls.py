"""A compiled function without the checks before every call.

`torch.compile` looks at all arguments each time, to see whether what it compiled still holds. In
a training that streams hundreds of megabytes through the caches these checks cost more than the
call itself. An optimizer knows its arguments: same dtype, same device, one line of entries.
"""

from collections.abc import Callable

import torch
from torch import Tensor

LENGTHS = range(2, 2**31)  # what one compiled function of any length serves


def straight(function: Callable[..., tuple], *examples: Tensor, dynamic: bool) -> Callable:
    """`function` compiled by torch's own compiler, to be called without checks.

    Args:
        function: takes tensors, may change them in place, gives a tuple of tensors.
        examples: what it is called with, once; later arguments have their dtypes and devices.
        dynamic: later arguments may have another length than the examples, one of `LENGTHS`;
            all that are not 0-d share it. Else they have the shapes of the examples.

    Raises:
        RuntimeError: when the compiler handed over something else than arguments and lengths.

    Example:
        >>> def shrink(x, factor):
        ...     x.mul_(factor)
        ...     return ()
        >>> run = straight(shrink, torch.ones(8), torch.tensor(0.5), dynamic=True)
        >>> x = torch.ones(3)
        >>> run(x, torch.tensor(0.25)), x
        ((), tensor([0.2500, 0.2500, 0.2500]))
    """
    calls = []

    def backend(graph: torch.fx.GraphModule, inputs: list) -> Callable:
        run = torch._dynamo.lookup_backend("inductor")(graph, inputs)

        def noted(*inputs):
            calls.append((run, inputs, run(*inputs)))
            return calls[-1][-1]

        return noted

    wanted = torch.compile(function, backend=backend, fullgraph=True, dynamic=dynamic)(*examples)
    (run, inputs, results), length = calls[0], examples[0].numel()
    order = [None if isinstance(one, int) else _place(one, examples) for one in inputs]
    back = [_place(one, (*results, *examples)) for one in wanted]
    if any(one != length for one in inputs if isinstance(one, int)):
        raise RuntimeError("The compiler asks for a number that is not the length.")

    def call(*arguments: Tensor) -> tuple[Tensor, ...]:
        length = arguments[0].numel()
        found = run(*[length if place is None else arguments[place] for place in order])
        return tuple([(*found, *arguments)[place] for place in back])

    return call


def _place(tensor: Tensor, among: tuple) -> int:
    for place, one in enumerate(among):
        if one is tensor:
            return place
    raise RuntimeError("The compiler hands over a tensor that is not an argument or a result.")
