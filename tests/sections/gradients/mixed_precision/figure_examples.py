"""Small data for the figures on few bits; another `x` is another picture."""

import torch

from dlnotes.sections.gradients.mixed_precision import figures

FAMILIES = {
    "errors": ["adaptive momentum curvature"],
    "training": ["plain adaptive momentum curvature", "plain plain curvature curvature"],
}


def errors(x):
    rising = x * torch.tensor([[0.001, 0.002], [0.01, 0.02], [0.5, 0.6]])
    flat = x * torch.tensor([[0.001, 0.002]] * 3)
    return figures.errors({"fp16": rising, "scaled": flat, "bf16": 10 * flat}, (7, 14, 22))


def training(x):
    falling = x * torch.tensor([[1.0, 1.1], [0.1, 0.2], [0.01, 0.02]])
    many = {
        "float32": falling,
        "fp16": 10 * falling,
        "scaled": 1.1 * falling,
        "bf16": falling / 1.1,
    }
    both = torch.stack([falling + 1, falling], 1)
    return figures.training(many, {"copy": both, "alone": 2 * both}, (3e-4, 1e-2))
