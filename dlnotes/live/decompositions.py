"""Operations in terms of others: PyTorch's own accounts, and ours where it has none.

Ours are written for tensors of a few hundred numbers: an index is compared with all places it
may have, so that they are sums that the table of operations knows.
"""

from functools import cache
from math import prod

import torch
from torch._decomp import core_aten_decompositions, decomposition_table

aten = torch.ops.aten


@cache
def decompositions():
    """aten overload -> what computes it with other operations."""
    return {**decomposition_table, **core_aten_decompositions(), **OWN}


def split(tensor, sizes, dim=0):
    """Pieces as slices; PyTorch's own account goes by memory."""
    length = tensor.shape[dim]
    if isinstance(sizes, int):
        sizes = [min(sizes, length - start) for start in range(0, length, sizes)]
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [tensor.narrow(dim, *piece) for piece in zip(starts, sizes, strict=True)]


def var_mean(tensor, dim=None, *, correction=1, keepdim=False):
    """Two results from one operation: two operations."""
    var = torch.var(tensor, dim, correction=correction, keepdim=keepdim)
    return var, torch.mean(tensor, dim, keepdim)


def pad(tensor, widths, value=0.0):
    """A frame of constants; a negative width cuts off."""
    pairs = zip(widths[::2], widths[1::2], strict=True)
    for dim, (before, after) in zip(range(tensor.ndim - 1, -1, -1), pairs, strict=False):
        start, stop = max(-before, 0), tensor.shape[dim] - max(-after, 0)
        tensor = tensor.narrow(dim, start, stop - start)
        shapes = [
            (*tensor.shape[:dim], max(n, 0), *tensor.shape[dim + 1 :]) for n in (before, after)
        ]
        left, right = (tensor.new_full(shape, value) for shape in shapes)
        tensor = torch.cat([part for part in (left, tensor, right) if part.numel()], dim)
    return tensor


def fmax(a, b):
    """The larger one; a number rather than NaN."""
    return torch.where(a != a, b, torch.where(b != b, a, torch.maximum(a, b)))


def fmin(a, b):
    """The smaller one; a number rather than NaN."""
    return torch.where(a != a, b, torch.where(b != b, a, torch.minimum(a, b)))


def shrink_backward(grad, x, limit):
    """The gradient, where a shrinking function lets it through."""
    return torch.where(x.abs() <= limit, 0.0, grad)


# places along a dimension


def places(size, like, dim):
    """0, 1, ..., size - 1 along `dim`, to be broadcast against `like`."""
    shape = [size if d == dim % like.ndim else 1 for d in range(like.ndim)]
    return torch.arange(size, device=like.device).reshape(shape)


def first(hits, dim, keepdim):
    """The first place along `dim` that is true."""
    size = hits.shape[dim]
    return torch.where(hits, places(size, hits, dim), size).amin(dim, keepdim)


def argmax(tensor, dim=None, keepdim=False):
    """The first place of the largest number."""
    if dim is None:
        return argmax(tensor.reshape(-1), 0)
    return first(tensor == tensor.amax(dim, True), dim, keepdim)


def argmin(tensor, dim=None, keepdim=False):
    """The first place of the smallest number."""
    return argmax(-tensor, dim, keepdim)


def max_dim(tensor, dim, keepdim=False):
    """The largest numbers, and where they are."""
    return tensor.amax(dim, keepdim), argmax(tensor, dim, keepdim)


def min_dim(tensor, dim, keepdim=False):
    """The smallest numbers, and where they are."""
    return tensor.amin(dim, keepdim), argmin(tensor, dim, keepdim)


def sort(tensor, dim=-1, descending=False):
    """By rank: how many are smaller, or equal and earlier. Stable."""
    moved = tensor.movedim(dim, -1)
    size = moved.shape[-1]
    one, other = moved.unsqueeze(-1), moved.unsqueeze(-2)
    place = torch.arange(size)
    smaller = other > one if descending else other < one
    earlier = (other == one) & (place < place.unsqueeze(1))
    rank = (smaller | earlier).to(tensor.dtype).sum(-1, keepdim=True)
    chosen = rank == place  # (..., from, to)
    values = torch.where(chosen, one, 0.0).sum(-2)
    indices = torch.where(chosen, place.unsqueeze(1), 0).sum(-2)
    return values.movedim(-1, dim), indices.movedim(-1, dim)


def sort_stable(tensor, *, stable=None, dim=-1, descending=False):
    """As `sort`, which is stable."""
    return sort(tensor, dim, descending)


def topk(tensor, k, dim=-1, largest=True, sorted=True):
    """The first of a sorted tensor."""
    values, indices = sort(tensor, dim, largest)
    return values.narrow(dim, 0, k), indices.narrow(dim, 0, k)


def kthvalue(tensor, k, dim=-1, keepdim=False):
    """One of a sorted tensor."""
    found = [part.narrow(dim, k - 1, 1) for part in sort(tensor, dim)]
    return tuple(part if keepdim else part.squeeze(dim) for part in found)


def median_dim(tensor, dim, keepdim=False):
    """The lower one of the two in the middle."""
    return kthvalue(tensor, (tensor.shape[dim] + 1) // 2, dim, keepdim)


def median(tensor):
    """The lower one of the two in the middle of all numbers."""
    return median_dim(tensor.reshape(-1), 0)[0]


def scatter_add(tensor, dim, index, source):
    """`tensor` plus each number of `source` at its place along `dim`."""
    dim %= tensor.ndim
    source = source[tuple(map(slice, index.shape))]
    hits = index.unsqueeze(dim) == places(tensor.shape[dim], index.unsqueeze(dim), dim)
    added = torch.where(hits, source.unsqueeze(dim), 0).sum(dim + 1)
    missing = [
        n
        for d in range(tensor.ndim - 1, -1, -1)
        for n in (0, 0 if d == dim else tensor.shape[d] - index.shape[d])
    ]
    return tensor + (pad(added, missing) if any(missing) else added)


def scatter(tensor, dim, index, source):
    """`tensor` with the numbers of `source` in their places; of several at one place, the sum."""
    covered = scatter_add(torch.zeros_like(tensor), dim, index, torch.ones_like(source))
    return torch.where(
        covered > 0, scatter_add(torch.zeros_like(tensor), dim, index, source), tensor
    )


def scatter_value(tensor, dim, index, value):
    """`tensor` with `value` in the given places."""
    return scatter(tensor, dim, index, torch.full(index.shape, value, dtype=tensor.dtype))


def index_put(tensor, indices, values, accumulate=False):
    """`tensor` with `values` put in, or added where `accumulate`, at the given places."""
    given = [dim for dim, index in enumerate(indices) if index is not None]
    around = torch.broadcast_shapes(*(indices[dim].shape for dim in given))
    at = given[0] if given[-1] - given[0] == len(given) - 1 else 0
    rest = [dim for dim in range(tensor.ndim) if dim not in given]
    count, kept = prod(around), [tensor.shape[dim] for dim in rest]
    full = values.expand(*kept[:at], *around, *kept[at:])
    flat = full.movedim(list(range(at, at + len(around))), list(range(len(around))))
    flat = flat.reshape(count, prod(kept))
    place = sum(
        (indices[dim] % tensor.shape[dim]).expand(around).reshape(count, 1)
        * prod(tensor.shape[d] for d in given[n + 1 :])
        for n, dim in enumerate(given)
    )
    moved = tensor.permute(*given, *rest).reshape(-1, prod(kept))
    put = scatter_add if accumulate else scatter
    placed = put(moved, 0, place.expand(count, prod(kept)), flat)
    back = torch.tensor([*given, *rest]).argsort().tolist()
    return placed.reshape([tensor.shape[d] for d in (*given, *rest)]).permute(back)


OWN = {
    aten.split.Tensor: split,
    aten.split_with_sizes.default: split,
    aten.var_mean.correction: var_mean,
    aten.constant_pad_nd.default: pad,
    aten.fmax.default: fmax,
    aten.fmin.default: fmin,
    aten.softshrink_backward.default: shrink_backward,
    aten.hardshrink_backward.default: shrink_backward,
    aten.argmax.default: argmax,
    aten.argmin.default: argmin,
    aten.max.dim: max_dim,
    aten.min.dim: min_dim,
    aten.sort.default: sort,
    aten.sort.stable: sort_stable,
    aten.topk.default: topk,
    aten.kthvalue.default: kthvalue,
    aten.median.default: median,
    aten.median.dim: median_dim,
    aten.scatter_add.default: scatter_add,
    aten.scatter.src: scatter,
    aten.scatter.value: scatter_value,
    aten.index_put.default: index_put,
}
