"""The tasks on layer-wise pretraining, answered anew in other styles."""

import itertools
import math

import numpy as np
import torch


def by_torch(h, weight, bias, back):
    h, W, b, there = (torch.tensor(each, dtype=torch.float64) for each in (h, weight, bias, back))
    return torch.nn.functional.mse_loss(there @ torch.sigmoid(W @ h + b), h)


def by_numpy(h, weight, bias, back):
    code = 1 / (1 + np.exp(-(np.array(weight) @ h + bias)))
    return np.square(np.array(back) @ code - h).mean()


def through_torch(x, weights, biases):
    found = [torch.tensor(x, dtype=torch.float64)]
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        W, b = (torch.tensor(each, dtype=torch.float64) for each in (weight, bias))
        found.append((W @ found[-1] + b).sigmoid())
    return [each.tolist() for each in found]


def through_numpy(x, weights, biases):
    def deeper(h, rest):
        if len(rest) == 1:
            return [h.tolist()]
        weight, bias = rest[0]
        return [h.tolist(), *deeper(1 / (1 + np.exp(-(weight @ h + bias))), rest[1:])]

    layers = [(np.array(W), np.array(b)) for W, b in zip(weights, biases, strict=True)]
    return deeper(np.array(x), layers)


def by_modules(sizes):
    found = []
    for inputs, outputs in itertools.pairwise(sizes[:-1]):
        whole = torch.nn.Sequential(
            torch.nn.Linear(inputs, outputs), torch.nn.Linear(outputs, inputs)
        )
        found.append(sum(param.numel() for param in whole.parameters()))
    return found


def halved(layers, part):
    low, high = 0.0, 4.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if (middle / 4) ** layers > part else (middle, high)
    return low


def by_argmax(random, learned):
    one, other = (t["test"][int(np.argmax(t["validation"]))] for t in (random, learned))
    return np.float64(other - one)


def by_sorting(random, learned):
    def scored(table):
        return sorted(zip(table["validation"], table["test"], strict=True))[-1][1]

    return scored(learned) - scored(random)


ANEW = {
    "pretraining_error": [by_torch, by_numpy],
    "pretraining_inputs": [through_torch, through_numpy],
    "pretraining_count": [
        by_modules,
        lambda sizes: [(2 * i + 1) * o + i for i, o in itertools.pairwise(sizes[:-1])],
    ],
    "pretraining_gain": [halved, lambda layers, part: 4 * math.exp(math.log(part) / layers)],
    "pretraining_worth": [by_argmax, by_sorting],
}
