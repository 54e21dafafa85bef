"""Parameters that move in one go: side by side in one vector, or alone where they lie.

A pack knows its parameters by their places in a list, and does not hold on to them: one that has
been replaced is free at once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import attrgetter, is_, itemgetter

import torch
from torch import Tensor

from dlnotes.training.compiling.functions import copy_all, holders
from dlnotes.training.optimizer import pages
from dlnotes.training.optimizer.entries import Entry

SMALL = 2**16  # entries; below it, starting a loop costs more than copying a gradient

Turn = tuple[Tensor, Tensor, Entry]
KIND = attrgetter("shape", "dtype", "device")


class Alone:
    """One parameter, where it lies.

    Args:
        place: of the parameter in the list.
        param: the parameter.
        entry: its state, field by field.
        names: the fields that are tensors.
        flat: hand it over as one long vector, for an elementwise rule.
    """

    def __init__(
        self, place: int, param: Tensor, entry: Entry, names: Iterable[str], *, flat: bool
    ) -> None:
        self.pick, self.line = picked([place]), _long if flat else Tensor.contiguous
        self.tensors = {name: self.line(entry[name]) for name in names}
        self.kind = KIND(param)

    def fits(self, params: Sequence[Tensor]) -> bool:
        """Whether the parameter is still what it was."""
        return self.kind == KIND(*self.pick(params))

    def turns(self, params: Sequence[Tensor], grads: Sequence[Tensor]) -> Iterator[Turn]:
        """Gradient, parameter and state, contiguous; what is done to them is kept."""
        (param,), (grad,) = self.pick(params), self.pick(grads)
        param, grad = param.detach(), grad.detach().to(param.dtype)
        opened = self.line(param)  # a copy, where the entries do not lie in line
        yield self.line(grad), opened, self.tensors
        if not param.is_contiguous():
            param.copy_(opened.view(param.shape))

    def takes_its_own(self, grads: Sequence[Tensor]) -> bool:
        """Never: its gradient is one vector by itself."""
        return False

    def attach(self, params: Sequence[Tensor]) -> None:
        """Nothing, for the same reason."""


class Together:
    """Parameters of one device and dtype as one long vector, for an elementwise rule.

    Args:
        places: of the parameters in the list.
        params: the parameters, small ones first.
        entries: their states; every tensor in them becomes a part of one long vector.
        names: the fields that are tensors.
        stay: leave the parameters where they lie and copy them to and fro at every step. Else
            they move into the vector once.
    """

    def __init__(
        self,
        places: list[int],
        params: list[Tensor],
        entries: list[Entry],
        names: Iterable[str],
        *,
        stay: bool,
    ) -> None:
        self.pick, self.stay, self.tensors = picked(places), stay, {}
        self.shapes = [param.shape for param in params]
        self.param = pages.joined([param.detach() for param in params])
        for name in names:
            self.tensors[name] = pages.joined([entry[name] for entry in entries])
            for entry, part in zip(entries, parts(self.tensors[name], self.shapes), strict=True):
                entry[name] = part
        found = parts(self.param, self.shapes)
        if not stay:
            for param, part in zip(params, found, strict=True):
                param.data = part
        self.parts = found if stay else []  # else nothing but the parameters holds on to them
        self.known = self._known(params)
        self._cut([param.numel() for param in params])
        self.grads = parts(self.copied, self.shapes[: self.few])
        self.whole, self.own = None, False

    def fits(self, params: Sequence[Tensor]) -> bool:
        """Whether the parameters are still where, and what, they were."""
        return self.known == self._known(self.pick(params))

    def turns(self, params: Sequence[Tensor], grads: Sequence[Tensor]) -> Iterator[Turn]:
        """Gradient, parameter and state as vectors: all in one, if the gradients are its own.

        Else the small gradients are copied into one vector; the large ones stay where they are.
        """
        params, grads = self.pick(params), self.pick(grads)
        if self.stay:
            copy_all(self.parts, params)
        if self.own:
            yield self.whole, self.param, self.tensors
        else:
            yield from self._piece_by_piece(grads)
        if self.stay:
            copy_all(params, self.parts)

    def takes_its_own(self, grads: Sequence[Tensor]) -> bool:
        """Whether the gradients are still those attached; asked once before the turns."""
        self.own = self.whole is not None and all(map(is_, self.attached, self.pick(grads)))
        return self.own

    def attach(self, params: Sequence[Tensor]) -> None:
        """Has autograd add into one vector what it adds to gradients that are 0 now."""
        if self.stay or not self.fits(params):
            return
        if self.whole is None:
            self.whole = pages.zeros_like(self.param)
            self.attached = parts(self.whole, self.shapes)
        self.whole.zero_()
        for param, part in zip(self.pick(params), self.attached, strict=True):
            if param.grad is not None:
                param.grad = part

    def _piece_by_piece(self, grads: Sequence[Tensor]) -> Iterator[Turn]:
        if self.few:
            copy_all(self.grads, grads[: self.few])
            yield self.copied, *self.copies
        for grad, piece in zip(grads[self.few :], self.pieces, strict=True):
            yield _long(grad.to(self.param.dtype)), *piece

    def _cut(self, sizes: list[int]) -> None:
        """Pieces: all small parameters in one, and each large one."""
        self.few = sum(size < SMALL for size in sizes)
        pieces = [sum(sizes[: self.few]), *sizes[self.few :]]
        cuts = {name: held.split(pieces) for name, held in self.tensors.items()}
        self.copies, *self.pieces = [
            (vector, {name: held[place] for name, held in cuts.items()})
            for place, vector in enumerate(self.param.split(pieces))
        ]
        self.copied = torch.empty_like(self.copies[0])

    def _known(self, params: Sequence[Tensor]) -> list:
        return list(map(KIND if self.stay else Tensor.data_ptr, params))


def packs(
    params: Sequence[Tensor],
    places: list[int],
    state: dict[Tensor, Entry],
    names: Iterable[str],
    stay: bool,
) -> list[Alone | Together]:
    """Packs of parameters of one device and dtype, for an elementwise rule.

    Args:
        params: a list that holds what is to be packed.
        places: of those to pack in it.
        state: the entry of every parameter; its tensors may move.
        names: the fields of an entry that are tensors.
        stay: leave all of them where they lie.
    """
    kinds: dict[str, list[int]] = {"alone": [], "move": [], "stay": []}
    for place in sorted(places, key=lambda place: params[place].numel()):
        kinds[_way(params[place], stay)].append(place)
    found = []
    for way in ("move", "stay"):
        if len(kinds[way]) < 2:
            kinds["alone"] += kinds[way]
            continue
        some = [params[place] for place in kinds[way]]
        entries = [state[param] for param in some]
        found.append(Together(kinds[way], some, entries, names, stay=way == "stay"))
    for place in kinds["alone"]:
        entry = state[params[place]]
        found.append(Alone(place, params[place], entry, names, flat=True))
    return found


def parts(vector: Tensor, shapes: Iterable[torch.Size]) -> list[Tensor]:
    """A vector cut up. Each part looks at memory of its own size, so that it can be saved, copied
    and shared without the others."""
    memory, size = vector.untyped_storage(), vector.element_size()
    begin, found = vector.storage_offset() * size, []
    for shape in shapes:
        end = begin + shape.numel() * size
        found.append(vector.new_empty(0).set_(memory[begin:end], 0, shape))
        begin = end
    return found


def picked(places: Sequence[int]) -> Callable[[Sequence], Sequence]:
    """A function that picks the entries at these places of a list."""
    first, count = places[0], len(places)
    if list(places) == list(range(first, first + count)):
        return itemgetter(slice(first, first + count))
    return itemgetter(*places)


def _way(param: Tensor, stay: bool) -> str:
    """How to pack a parameter: what others see as well must not move."""
    if not stay and _movable(param):
        return "move"
    return "stay" if param.numel() < SMALL else "alone"


def _movable(param: Tensor) -> bool:
    storage = param.untyped_storage()
    whole = param.is_contiguous() and storage.nbytes() == param.numel() * param.element_size()
    shared = param.device.type == "cpu" and storage.is_shared()
    return whole and not shared and holders(storage) == 2  # the parameter, and this function


def _long(tensor: Tensor) -> Tensor:
    return tensor.contiguous().view(-1)
