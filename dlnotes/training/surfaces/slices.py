"""Cuts through the loss of a real net: along a line, over a plane."""

from collections.abc import Callable

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.seeds import seeded

Params = dict[str, Tensor]
Loss = Callable[[Params], Tensor]


def random_direction(params: Params, *, seed: int = 0, normalized: bool = True) -> Params:
    """A random direction, scaled filter by filter to the net it starts from.

    direction_f ← direction_f · ‖params_f‖ / ‖direction_f‖    for every filter f

    Li et al. (2018, §4): a net of ReLUs does not change when one layer is scaled up and the next
    one down, but a picture of its loss does; with directions scaled like the filters, pictures of
    two nets can be compared. A filter is what makes one unit: a row of a matrix, one output
    channel of a kernel. Biases and scales of norms (one dimension or none) stay as they are, 0.

    Args:
        params: name -> tensor.
        seed: of the normal numbers, drawn on the CPU so that every device gets the same.
        normalized: whether to scale; otherwise all entries are standard normal, biases included.

    Returns:
        name -> tensor, shaped like `params`.

    Example:
        >>> params = {"weight": torch.tensor([[3.0, 4.0], [0.6, 0.8]]), "bias": torch.ones(2)}
        >>> direction = random_direction(params)
        >>> direction["weight"].norm(dim=1), direction["bias"]
        (tensor([5., 1.]), tensor([0., 0.]))
    """
    _named(params)
    source = seeded(seed)
    drawn = {
        name: torch.randn(param.shape, generator=source, dtype=torch.float64).to(param)
        for name, param in params.items()
    }
    if not normalized:
        return drawn
    return {name: _like_filters(drawn[name], param) for name, param in params.items()}


def _like_filters(direction: Tensor, param: Tensor) -> Tensor:
    if param.ndim < 2:
        return torch.zeros_like(direction)
    inner = tuple(range(1, param.ndim))
    sizes = [torch.linalg.vector_norm(x, dim=inner, keepdim=True) for x in (param, direction)]
    return direction * (sizes[0] / sizes[1])


def line(
    loss: Loss, params: Params, direction: Params, at: Tensor, *, chunk: int | None = 64
) -> Tensor:
    """The loss at `params + a · direction` for every a in `at`.

    With the difference of two sets of parameters as direction it is the path between them
    (Goodfellow et al. 2015): 0 is the first, 1 the second.

    Args:
        loss: takes parameters by name, gives one number; `vmap` must be able to run it.
        params: name -> tensor.
        direction: the same names and shapes.
        at: where to look, shape `(A,)`, in lengths of `direction`.
        chunk: points at a time, to bound the memory; `None` takes all at once.

    Returns:
        Losses, shape `(A,)`; far away they may be inf or NaN.

    Example:
        >>> params, ahead = {"w": torch.tensor([1.0])}, {"w": torch.tensor([2.0])}
        >>> line(lambda params: params["w"].square().sum(), params, ahead, torch.tensor([0.0, 1.0]))
        tensor([1., 9.])
    """
    return _cut(loss, params, [direction], _coordinates("at", at, params).unsqueeze(-1), chunk)


def plane(
    loss: Loss,
    params: Params,
    directions: tuple[Params, Params],
    at: tuple[Tensor, Tensor],
    *,
    chunk: int | None = 64,
) -> Tensor:
    """The loss at `params + a · directions[0] + b · directions[1]` on a grid of a and b.

    Args:
        loss: takes parameters by name, gives one number; `vmap` must be able to run it.
        params: name -> tensor.
        directions: two directions, each with the same names and shapes as `params`.
        at: where to look along each of them, shapes `(A,)` and `(B,)`.
        chunk: points at a time, to bound the memory; `None` takes all at once.

    Returns:
        Losses, shape `(A, B)`.

    Example:
        >>> params, e = {"w": torch.zeros(2)}, torch.eye(2)
        >>> at = torch.tensor([0.0, 1.0]), torch.tensor([0.0, 2.0, 3.0])
        >>> plane(lambda params: params["w"].sum(), params, ({"w": e[0]}, {"w": e[1]}), at)
        tensor([[0., 2., 3.],
                [1., 3., 4.]])
    """
    if len(directions) != 2 or len(at) != 2:
        given = f"{len(directions)} and {len(at)}"
        raise ValueError(f"`directions` and `at` of a plane must be two each, got {given}.")
    rows, columns = (_coordinates("at", one, params) for one in at)
    grid = torch.cartesian_prod(rows, columns)
    return _cut(loss, params, list(directions), grid, chunk).view(len(rows), len(columns))


def _cut(
    loss: Loss, params: Params, directions: list[Params], grid: Tensor, chunk: int | None
) -> Tensor:
    """Losses at points given by their coordinates along the directions, shape `(P, directions)`."""
    _check(loss, params, directions)
    whole("chunk", 1 if chunk is None else chunk)

    def height(coordinates: Tensor) -> Tensor:
        return loss(
            {
                name: sum(
                    (c * of[name] for c, of in zip(coordinates, directions, strict=True)), param
                )
                for name, param in params.items()
            }
        )

    with torch.no_grad():
        return torch.func.vmap(height, chunk_size=chunk)(grid)


def _coordinates(name: str, at: Tensor, params: Params) -> Tensor:
    _named(params)
    if not isinstance(at, Tensor) or at.ndim != 1 or not len(at):
        got = tuple(at.shape) if isinstance(at, Tensor) else type(at).__name__
        raise ValueError(f"`{name}` must be a tensor of shape (A,), got {got}; see torch.linspace.")
    return at.to(next(iter(params.values())))


def _check(loss: Loss, params: Params, directions: list[Params]) -> None:
    shapes = {name: tuple(param.shape) for name, param in params.items()}
    for direction in directions:
        found = {name: tuple(of.shape) for name, of in direction.items()}
        if found != shapes:
            raise ValueError(f"`direction` must be shaped like params, {shapes}, got {found}.")
    finite_loss(loss, params)


def _named(params: Params) -> None:
    if not isinstance(params, dict):
        raise TypeError(
            f"`params` must be a dict, name -> tensor, got {type(params).__name__}; "
            "of a net it is dict(net.named_parameters())."
        )
    if not params:
        raise ValueError("`params` must hold at least one tensor, got none; pass name -> tensor.")


def finite_loss(loss: Loss, params: Params) -> Tensor:
    """The loss at `params`, if it is one number and finite.

    Raises:
        ValueError: for anything else, mixed devices or no parameters at all.
    """
    _named(params)
    devices = sorted({str(param.device) for param in params.values()})
    if len(devices) > 1:
        raise ValueError(f"`params` must share one device, got {', '.join(devices)}; move them.")
    with torch.no_grad():
        value = loss(params)
    if not isinstance(value, Tensor):
        kind = type(value).__name__
        raise TypeError(f"`loss` must give a tensor, got {kind}; compute it from the parameters.")
    if value.ndim:
        shape = tuple(value.shape)
        raise ValueError(f"`loss` must give one number, got shape {shape}; take its mean or sum.")
    if not value.isfinite():
        raise ValueError(f"`loss` must be finite at `params`, got {value:g}; start elsewhere.")
    return value
