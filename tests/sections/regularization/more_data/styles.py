"""The tasks on made data and real data, answered anew in other styles."""

import numpy as np
import torch
from scipy import ndimage


def over_signs(x, y, w, sigma):
    signs = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0], dtype=x.dtype)] * len(x))
    return ((y - (x + sigma * signs) @ w) ** 2).mean()


def searched(x, y, share):
    x, y = x.numpy(), y.numpy()
    whole, low, high = x @ y / (x @ x), 0.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        slope = x @ y / (x @ x + len(x) * middle**2)
        low, high = (middle, high) if slope / whole > share else (low, middle)
    return low


def by_scipy(image, right, down):
    found = ndimage.shift(image.numpy(), (down, right), order=1, mode="grid-constant")
    return torch.tensor(found)


def pixel_by_pixel(image, right, down):
    high, wide = image.shape
    found = torch.zeros_like(image)
    for i in range(high):
        for j in range(wide):
            for row in range(high):
                for column in range(wide):
                    near = max(0.0, 1 - abs(i - down - row)) * max(0.0, 1 - abs(j - right - column))
                    found[i, j] += near * image[row, column]
    return found


def by_mask(images, labels, after):
    keep = torch.tensor([int(label) in after for label in labels])
    told = [after[int(label)] for label in labels[keep]]
    return torch.rot90(images[keep], -2, (1, 2)), torch.tensor(told)


def by_numpy(images, labels, after):
    kept = [i for i in range(len(labels)) if int(labels[i]) in after]
    turned = np.stack([np.rot90(images[i].numpy(), 2) for i in kept])
    return torch.tensor(turned), np.array([after[int(labels[i])] for i in kept])


def by_line(few, error_few, many, error_many, target):
    slope, start = np.polyfit(np.log([few, many]), np.log([error_few, error_many]), 1)
    return slope, np.exp((np.log(target) - start) / slope)


_EITHER_WAY = "what is squared, or taken without its sign, has no direction"
HARMLESS = {
    "error_under_noise: y - (x * w).sum(): swapped": _EITHER_WAY,
    "image_moved: rows[:, None] - down - rows: swapped": _EITHER_WAY,
    "image_moved: columns[:, None] - right - columns: swapped": _EITHER_WAY,
}
ANEW = {
    "error_under_noise": [
        over_signs,
        lambda x, y, w, sigma: np.float64(
            (y - np.dot(x, w)) ** 2 + np.var(np.outer([-sigma, sigma], w), axis=0).sum()
        ),
    ],
    "noise_for_a_slope": [
        searched,
        lambda x, y, share: np.sqrt(np.mean(np.square(x.numpy())) * (1 - share) / share),
    ],
    "image_moved": [by_scipy, pixel_by_pixel],
    "half_turn": [by_mask, by_numpy],
    "how_many_more": [
        by_line,
        lambda few, error_few, many, error_many, target: (
            np.log2(error_many / error_few) / np.log2(many / few),
            few * (target / error_few) ** (np.log(many / few) / np.log(error_many / error_few)),
        ),
    ],
}
