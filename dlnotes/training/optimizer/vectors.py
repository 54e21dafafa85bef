"""Parameters that move in one go: side by side in one vector, or alone where they lie."""

from collections.abc import Iterable, Iterator
from operator import is_

import torch
from torch import Tensor

from dlnotes.training.compiling.functions import copy_all
from dlnotes.training.optimizer import pages
from dlnotes.training.optimizer.entries import Entry

SMALL = 2**16  # entries; below it, starting a loop costs more than copying a gradient

Turn = tuple[Tensor, Tensor, Entry]


class Alone:
    """One parameter, where it lies.

    Args:
        param: the parameter.
        entry: its state, field by field.
        names: the fields that are tensors.
        flat: hand it over as one long vector, for an elementwise rule.
    """

    def __init__(self, param: Tensor, entry: Entry, names: Iterable[str], *, flat: bool) -> None:
        self.params, self.line = [param], _long if flat else Tensor.contiguous
        self.tensors = {name: self.line(entry[name]) for name in names}
        self.view = self.line(param.detach()) if param.is_contiguous() else param.detach()
        # the view holds on to the storage, so that nothing else can come to lie there
        self.place = param.data_ptr(), param.shape

    def fits(self) -> bool:
        """Whether the parameter is still where, and what, it was."""
        return self.place == (self.params[0].data_ptr(), self.params[0].shape)

    def turns(self) -> Iterator[Turn]:
        """Gradient, parameter and state, contiguous."""
        self.opened = self.line(self.view)  # a copy, where the entries do not lie in line
        grad = self.params[0].grad.detach().to(self.opened.dtype)
        yield self.line(grad), self.opened, self.tensors

    def close(self) -> None:
        """Brings the parameter up to date."""
        if not self.view.is_contiguous():
            self.view.copy_(self.opened.view(self.view.shape))

    def attach(self) -> None:
        """Nothing: its gradient is one vector by itself."""


class Together:
    """Parameters of one device and dtype as one long vector, for an elementwise rule.

    Args:
        params: the parameters, small ones first.
        entries: their states; every tensor in them becomes a part of one long vector.
        names: the fields that are tensors.
        stay: leave the parameters where they lie and copy them to and fro at every step. Else
            they move into the vector once.
    """

    def __init__(
        self, params: list[Tensor], entries: list[Entry], names: Iterable[str], *, stay: bool
    ) -> None:
        self.params, self.stay, self.tensors = params, stay, {}
        self.param = pages.joined([param.detach() for param in params])
        for name in names:
            self.tensors[name] = pages.joined([entry[name] for entry in entries])
            for entry, part in zip(entries, self._parts(self.tensors[name]), strict=True):
                entry[name] = part
        self.parts = self._parts(self.param)
        if not stay:
            for param, part in zip(params, self.parts, strict=True):
                param.data = part
        self.places = self._places()
        self.small = [param for param in params if param.numel() < SMALL]
        self.large = params[len(self.small) :]
        few = sum(param.numel() for param in self.small)
        self.copies, *self.pieces = self._cut([few, *(param.numel() for param in self.large)])
        self.copied = torch.empty_like(self.copies[0])
        self.grads = self._parts(self.copied, self.small)
        self.whole = None

    def fits(self) -> bool:
        """Whether the parameters are still where, and what, they were."""
        return self.places == self._places()

    def turns(self) -> Iterator[Turn]:
        """Gradient, parameter and state as vectors: all in one, if the gradients are attached.

        Else the small gradients are copied into one vector; the large ones stay where they are.
        """
        if self.stay:
            copy_all(self.parts, self.params)
        if self.whole is not None and all(map(is_, self.attached, _grads(self.params))):
            yield self.whole, self.param, self.tensors
            return
        if self.small:
            copy_all(self.grads, _grads(self.small))
            yield self.copied, *self.copies
        for param, piece in zip(self.large, self.pieces, strict=True):
            yield _long(param.grad.to(param.dtype)), *piece

    def close(self) -> None:
        """Brings the parameters up to date."""
        if self.stay:
            copy_all(self.params, self.parts)

    def attach(self) -> None:
        """Has autograd add into one vector what it adds to gradients that are 0 now."""
        if self.stay or not self.fits():
            return
        if self.whole is None:
            self.whole = pages.zeros_like(self.param)
            self.attached = self._parts(self.whole)
        self.whole.zero_()
        for param, part in zip(self.params, self.attached, strict=True):
            if param.grad is not None:
                param.grad = part

    def _cut(self, sizes: list[int]) -> list[tuple[Tensor, Entry]]:
        cuts = {name: held.split(sizes) for name, held in self.tensors.items()}
        return [
            (vector, {name: held[place] for name, held in cuts.items()})
            for place, vector in enumerate(self.param.split(sizes))
        ]

    def _parts(self, vector: Tensor, params: list[Tensor] | None = None) -> list[Tensor]:
        params = self.params if params is None else params
        parts = vector.split([param.numel() for param in params])
        return [part.view(param.shape) for part, param in zip(parts, params, strict=True)]

    def _places(self) -> list:
        if self.stay:
            return [(param.device, param.dtype) for param in self.params]
        return [param.data_ptr() for param in self.params]


def packs(
    params: list[Tensor],
    state: dict[Tensor, Entry],
    names: Iterable[str],
    stay: bool,
    homes: dict[Tensor, Tensor],
) -> list[Alone | Together]:
    """Packs of parameters of one device and dtype, for an elementwise rule.

    Args:
        params: what is to be packed.
        state: the entry of every parameter; its tensors may move.
        names: the fields of an entry that are tensors.
        stay: as in `Together`.
        homes: the vector that holds a parameter since an earlier call; kept up to date.
    """
    some = [p for p in params if _movable(p, homes, stay) and not (stay and p.numel() >= SMALL)]
    some = sorted(some, key=Tensor.numel) if len(some) > 1 else []
    packs = [Together(some, [state[p] for p in some], names, stay=stay)] if some else []
    homes.update({param: pack.param for pack in packs for param in some})
    rest = [param for param in params if param not in set(some)]
    return packs + [Alone(param, state[param], names, flat=True) for param in rest]


def _movable(param: Tensor, homes: dict[Tensor, Tensor], stay: bool) -> bool:
    """Whether nothing else would lose touch with the parameter, were it to move."""
    storage = param.untyped_storage()
    at_home = param in homes and storage.data_ptr() == homes[param].untyped_storage().data_ptr()
    dense = param.is_contiguous()
    return stay or at_home or (dense and storage.nbytes() == param.numel() * param.element_size())


def _grads(params: list[Tensor]) -> list[Tensor]:
    return [param.grad for param in params]


def _long(tensor: Tensor) -> Tensor:
    return tensor.reshape(-1)
