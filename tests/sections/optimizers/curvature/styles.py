"""The tasks on curvature, answered anew."""

import numpy as np
import torch


def newton_by_matrix(slopes, curvatures, damping):
    matrix = torch.diag(torch.tensor(curvatures, dtype=torch.float64))
    matrix.diagonal().add_(damping)
    return torch.linalg.solve(matrix, -torch.tensor(slopes, dtype=torch.float64))


def newton_one_by_one(slopes, curvatures, damping):
    steps = ()
    for n in range(len(slopes)):
        steps += (slopes[n] / -(curvatures[n] + damping),)
    return steps


def damping_by_hand(curvatures):
    needed = 0
    for curvature in curvatures:
        if curvature + needed < 0:
            needed = -curvature
    return needed


def memory_of_shapes(layers, pairs):
    """Makes the layers, on a device that stores nothing, and counts."""
    adam = 0
    for units, inputs in layers:
        net = torch.nn.Linear(inputs, units, device="meta")
        adam += 2 * sum(part.numel() for part in net.parameters())
    return [adam, adam * pairs, float((adam // 2) ** 2)]


def memory_in_numpy(layers, pairs):
    units, columns = np.add(layers, [0, 1]).T
    params = units @ columns
    return np.array([2 * params, 2 * pairs * params, params**2])


def product_of_autograd(loss, point, direction):
    place = point.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss(place), place, create_graph=True)
    return torch.autograd.grad(gradient @ direction, place)[0]


def product_by_difference(loss, point, direction, reach=1e-4):
    """Four gradients along the direction, so that the error is of the fourth order."""

    def slope(times):
        place = (point + times * reach * direction).requires_grad_()
        loss(place).backward()
        return place.grad

    return (8 * (slope(1) - slope(-1)) - (slope(2) - slope(-2))) / (12 * reach)


def product_forward_twice(loss, point, direction):
    """A derivative along the direction first, and then its gradient."""

    def along(place):
        return torch.func.jvp(loss, (place,), (direction,))[1]

    return torch.func.grad(along)(point)


def downhill_in_numpy(grad, hessian):
    curvatures, basis = np.linalg.eigh(hessian.numpy())
    return -np.linalg.solve(basis * np.abs(curvatures) @ basis.T, grad.numpy())


def downhill_by_singular_values(grad, hessian):
    """The singular values of a symmetric matrix are the sizes of its curvatures."""
    _, sizes, Vh = torch.linalg.svd(hessian)
    return -Vh.T.matmul(Vh.matmul(grad).div(sizes))


def downhill_one_by_one(grad, hessian):
    step = torch.zeros_like(grad)
    curvatures, basis = torch.linalg.eigh(hessian)
    for curvature, vector in zip(curvatures.tolist(), basis.T, strict=True):
        step -= (vector @ grad) / abs(curvature) * vector
    return step


ANEW = {
    "newton_by_directions": [
        newton_by_matrix,
        newton_one_by_one,
        lambda slopes, curvatures, damping: np.negative(slopes) / np.add(curvatures, damping),
    ],
    "damping_needed": [
        damping_by_hand,
        lambda curvatures: np.abs(np.minimum(curvatures, 0)).max(),
        lambda curvatures: torch.tensor(curvatures, dtype=torch.float64).neg().relu().max(),
    ],
    "curvature_memory": [memory_of_shapes, memory_in_numpy],
    "curvature_times": [
        product_of_autograd,
        product_by_difference,
        product_forward_twice,
        lambda loss, point, direction: torch.autograd.functional.hvp(loss, point, direction)[1],
        lambda loss, point, direction: torch.func.hessian(loss)(point) @ direction,
    ],
    "no_more_climbing": [downhill_in_numpy, downhill_by_singular_values, downhill_one_by_one],
}
