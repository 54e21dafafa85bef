"""Parameters that move in one go: a large one by itself, small ones side by side in one vector."""

from collections.abc import Iterable

import torch
from torch import Tensor

from dlnotes.training.entries import Entry

SMALL = 2**16  # entries; below it, starting a loop costs more than running it


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

    def open(self) -> tuple[Tensor, Tensor]:
        """Gradient and parameter, contiguous; changes of the latter count at `close`."""
        self.opened = self.line(self.view)  # a copy, where the entries do not lie in line
        return self.line(self.params[0].grad.detach()), self.opened

    def close(self) -> None:
        """Brings the parameter up to date."""
        if not self.view.is_contiguous():
            self.view.copy_(self.opened.view(self.view.shape))


class Together:
    """Many parameters of one device and dtype as one long vector, for an elementwise rule.

    Args:
        params: the parameters.
        entries: their states; every tensor in them becomes a part of one long vector.
        names: the fields that are tensors.
        stay: leave the parameters where they lie and copy them to and fro at every step. Else
            they move into the vector once.
    """

    def __init__(
        self, params: list[Tensor], entries: list[Entry], names: Iterable[str], *, stay: bool
    ) -> None:
        self.params, self.stay, self.tensors = params, stay, {}
        self.param = torch.cat([_long(param.detach()) for param in params])
        self.grad = torch.empty_like(self.param)
        for name in names:
            self.tensors[name] = torch.cat([_long(entry[name]) for entry in entries])
            for entry, part in zip(entries, self._parts(self.tensors[name]), strict=True):
                entry[name] = part
        self.grads, self.parts = self._parts(self.grad), self._parts(self.param)
        if not stay:
            for param, part in zip(params, self.parts, strict=True):
                param.data = part
        self.places = self._places()

    def fits(self) -> bool:
        """Whether the parameters are still where, and what, they were."""
        return self.places == self._places()

    def open(self) -> tuple[Tensor, Tensor]:
        """Gradient and parameter, one long vector each; changes of the latter count at `close`."""
        torch._foreach_copy_(self.grads, [param.grad for param in self.params])
        if self.stay:
            torch._foreach_copy_(self.parts, self.params)
        return self.grad, self.param

    def close(self) -> None:
        """Brings the parameters up to date."""
        if self.stay:
            torch._foreach_copy_(self.params, self.parts)

    def _parts(self, vector: Tensor) -> list[Tensor]:
        parts = vector.split([param.numel() for param in self.params])
        return [part.view(one.shape) for part, one in zip(parts, self.params, strict=True)]

    def _places(self) -> list:
        if self.stay:
            return [(param.device, param.dtype) for param in self.params]
        return [param.data_ptr() for param in self.params]


def packed(
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
    small = [p for p in params if p.numel() < SMALL and _movable(p, homes, stay)]
    packs = []
    if len(small) > 1:
        packs.append(Together(small, [state[p] for p in small], names, stay=stay))
        homes.update(dict.fromkeys(small, packs[0].param))
    rest = params if len(small) < 2 else [p for p in params if p not in set(small)]
    return packs + [Alone(param, state[param], names, flat=True) for param in rest]


def _movable(param: Tensor, homes: dict[Tensor, Tensor], stay: bool) -> bool:
    """Whether nothing else would lose touch with the parameter, were it to move."""
    storage = param.untyped_storage()
    at_home = param in homes and storage.data_ptr() == homes[param].untyped_storage().data_ptr()
    dense = param.is_contiguous()
    return stay or at_home or (dense and storage.nbytes() == param.numel() * param.element_size())


def _long(tensor: Tensor) -> Tensor:
    return tensor.reshape(-1)
