"""Which examples each step sees."""

import torch
from torch import Tensor

from dlnotes.core.arguments import whole
from dlnotes.core.seeds import generator


def rows(examples: int, batch_size: int, steps: int, seed: int) -> Tensor:
    """The rows of every batch.

    Shuffled epochs follow one another, each with every row exactly once, and are cut into
    batches of one size; a batch may hold the end of one epoch and the start of the next. A
    batch of everything is the data set in its own order.

    Args:
        examples: N, rows of the data set.
        batch_size: B, from 1 to N.
        steps: T, at least 1.
        seed: of the order.

    Returns:
        Shape `(T, B)`, int64, on the CPU.

    Raises:
        ValueError: when the batch is larger than the data set.

    Example:
        >>> rows(examples=4, batch_size=2, steps=4, seed=0).shape
        torch.Size([4, 2])
    """
    examples, steps = whole("examples", examples), whole("steps", steps)
    batch_size = whole("batch_size", batch_size)
    if batch_size > examples:
        raise ValueError(
            f"`batch_size` must be at most the number of examples, got batch_size={batch_size} "
            f"and {examples} examples; leave it out to use them all."
        )
    if batch_size == examples:
        return torch.arange(examples).expand(steps, examples)
    source = generator(seed, "rows")
    epochs = -(-steps * batch_size // examples)
    order = torch.cat([torch.randperm(examples, generator=source) for _ in range(epochs)])
    return order[: steps * batch_size].view(steps, batch_size)
