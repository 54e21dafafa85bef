"""What a rule does to single numbers, taken out of what it does to whole tensors.

A rule writes `1 - beta1**t` as the paper does. Compiled as it stands, that power is taken again
for every entry of the parameter. Here the rule is traced once, and its graph is cut in two: what
depends on 0-d tensors alone (t, learning rate, betas) and the rest, which receives the numbers it
needs from the first part as ready-made inputs.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.fx import Graph, GraphModule, Node
from torch.fx.experimental.proxy_tensor import make_fx


class Hoisted(NamedTuple):
    """A function in two parts; `scalars` first, `vectors` with what it handed over.

    Attributes:
        scalars: takes the 0-d arguments, gives the 0-d results that `vectors` does not give,
            followed by the numbers that `vectors` needs.
        vectors: takes the other arguments, then those numbers; gives the remaining results.
        known: for every result of the whole function, whether `scalars` gives it.
    """

    scalars: GraphModule
    vectors: GraphModule
    known: tuple[bool, ...]


def hoist(function: Callable[..., tuple[Tensor, ...]], *arguments: Tensor, mode: str) -> Hoisted:
    """Cuts a function of tensors in two: what depends on its 0-d arguments alone, and the rest.

    Args:
        function: takes tensors, may change them in place, gives a tuple of tensors.
        arguments: examples of what it will be called with; only shapes, dtypes and devices count.
        mode: `"symbolic"` for a function of any length, `"fake"` for exactly these shapes.

    Raises:
        RuntimeError: from PyTorch, where the function looks at a value (`if tensor`, `.item()`).

    Example:
        >>> def shrink(x, t):
        ...     return (x.mul_(1 - 0.5**t), t + 1)
        >>> parts = hoist(shrink, torch.ones(2), torch.tensor(1.0), mode="symbolic")
        >>> t, factor = parts.scalars(torch.tensor(2.0))
        >>> t, factor, parts.vectors(torch.ones(3), factor)
        (tensor(3.), tensor(0.7500), (tensor([0.7500, 0.7500, 0.7500]),))
    """
    # one tensor given twice would be one input of the graph, so every example is its own
    graph = make_fx(function, tracing_mode=mode)(*(one.clone() for one in arguments)).graph
    inputs, (results,) = graph.find_nodes(op="placeholder"), graph.output_node().args
    single = {node for node, example in zip(inputs, arguments, strict=True) if example.ndim == 0}
    calls = [node for node in graph.nodes if node.op not in ("placeholder", "output")]
    for node in calls:
        if set(node.all_input_nodes) <= single:
            single.add(node)
    rest = [node for node in calls if node not in single]
    known = tuple(node in single for node in results)
    given = [node for node in results if node in single]
    needed = _inner_ends(rest, single)
    return Hoisted(
        _part(
            [n for n in inputs if n in single], [n for n in calls if n in single], given + needed
        ),
        _part(
            [n for n in inputs if n not in single] + needed,
            rest,
            [node for node in results if node not in single],
        ),
        known,
    )


def _inner_ends(nodes: Iterable[Node], single: set[Node]) -> list[Node]:
    """What `nodes` read from the other side, each once and in order."""
    return list(
        dict.fromkeys(end for node in nodes for end in node.all_input_nodes if end in single)
    )


def _part(inputs: list[Node], calls: list[Node], results: list[Node]) -> GraphModule:
    graph, copied = Graph(), {}
    for node in inputs:
        copied[node] = graph.placeholder(node.name)
    for node in calls:
        copied[node] = graph.node_copy(node, copied.__getitem__)
    graph.output(tuple(copied[node] for node in results))
    return GraphModule(torch.nn.Module(), graph)
