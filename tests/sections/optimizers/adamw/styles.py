"""The tasks on weight decay in Adam, answered anew."""

import math

import numpy as np
import torch


def adamw_in_place(grad, state, param, *, lr, beta1, beta2, weight_decay):
    count, m, v = state[0] + 1, state[1].clone(), state[2].clone()
    m.mul_(beta1).add_(grad, alpha=1 - beta1)
    v.mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
    after = param * (1 - lr * weight_decay)
    scale = math.sqrt(1 - beta2**count) / (1 - beta1**count)
    after -= lr * scale * m / v.sqrt()
    return after - param, [count, m, v]


def with_adamw_of_torch(grad, state, param, *, lr, beta1, beta2, weight_decay):
    if isinstance(state, tuple):
        place = torch.nn.Parameter(param.clone())
        hyper = {"lr": lr, "betas": (beta1, beta2), "eps": 0, "weight_decay": weight_decay}
        state = torch.optim.AdamW([place], **hyper)
    (place,) = state.param_groups[0]["params"]
    before, place.grad = place.detach().clone(), grad.clone()
    state.step()
    return place.detach() - before, state


ANEW = {
    "penalty_takes": [
        lambda weight, size, lr, weight_decay: lr / math.hypot(1, size / weight_decay / weight),
        lambda weight, size, lr, weight_decay: lr * np.cos(np.arctan2(size, weight_decay * weight)),
    ],
    "where_they_agree": [
        lambda weight, weight_decay: math.cos(math.asin(weight * weight_decay)),
        lambda weight, weight_decay: np.sqrt(
            (1 - weight * weight_decay) * (1 + weight * weight_decay)
        ),
    ],
    "decay_on_schedule": [
        lambda lrs, weight_decay: [
            np.prod(1 - weight_decay * np.array(lrs) / top) for top in (1, lrs[0])
        ],
        lambda lrs, weight_decay: tuple(
            math.exp(sum(math.log1p(-weight_decay * lr / top) for lr in lrs))
            for top in (1, max(lrs))
        ),
    ],
    "decay_in_epochs": [
        lambda lr, steps, epochs: 1 / lr / (steps * epochs),
        lambda lr, steps, epochs: np.power(np.float64(lr) * steps * epochs, -1.0),
    ],
    "adamw": [adamw_in_place, with_adamw_of_torch],
}
