"""Where random numbers come from: always a seed that was handed over, never the global state."""

from torch import Generator

from dlnotes.core.arguments import whole

MOST = 2**62  # a generator takes up to 2⁶⁴ - 1, and `generator` makes three of every seed
STREAMS = ("weights", "rows", "masks")


def seeded(seed: int) -> Generator:
    """A generator on the CPU that begins at a seed.

    Args:
        seed: a whole number from 0 to 2⁶².

    Raises:
        TypeError: when it is not a whole number.
        ValueError: when it is negative or too large.

    Example:
        >>> import torch
        >>> torch.rand(2, generator=seeded(0)) == torch.rand(2, generator=seeded(0))
        tensor([True, True])
    """
    return Generator().manual_seed(whole("seed", seed, least=0, most=MOST))


def generator(seed: int, stream: str) -> Generator:
    """A source of random numbers for one purpose; purposes never share one.

    Args:
        seed: of the run, at least 0.
        stream: `"weights"`, `"rows"` or `"masks"`.
    """
    seed = whole("seed", seed, least=0, most=MOST)
    return Generator().manual_seed(len(STREAMS) * seed + STREAMS.index(stream))
