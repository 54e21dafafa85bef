"""Where random numbers come from: always a seed that was handed over, never the global state."""

import torch

from dlnotes.core.arguments import whole

MOST = 2**62  # a generator takes up to 2⁶⁴ - 1, and `batching` makes three of every seed


def seeded(seed: int) -> torch.Generator:
    """A generator on the CPU that begins at a seed.

    Args:
        seed: a whole number from 0 to 2⁶².

    Raises:
        TypeError: when it is not a whole number.
        ValueError: when it is negative or too large.

    Example:
        >>> torch.rand(2, generator=seeded(0)) == torch.rand(2, generator=seeded(0))
        tensor([True, True])
    """
    return torch.Generator().manual_seed(whole("seed", seed, least=0, most=MOST))
