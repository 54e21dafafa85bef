"""The shuffles of the demos, number for number: the twin of shared/random.js.

A demo shuffles in the page, without a kernel. Whoever wants the same order in Python, such as a
`readouts` function, takes it from here; tests hold the two generators equal.
"""

_WORD = 0xFFFFFFFF  # arithmetic on 32 bits, as Math.imul and >>> do it


class Random:
    """Tommy Ettinger's mulberry32: 32 bits of state, the same sequence in every language.

    Args:
        seed: a whole number, 0 or more; only its lowest 32 bits count.

    Example:
        >>> source = Random(1)
        >>> round(source.uniform(), 6)
        0.627074
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & _WORD

    def uniform(self) -> float:
        """The next number in [0, 1), a multiple of 2⁻³²."""
        self._state = state = (self._state + 0x6D2B79F5) & _WORD
        mixed = (state ^ state >> 15) * (state | 1) & _WORD
        mixed ^= (mixed + ((mixed ^ mixed >> 7) * (mixed | 61) & _WORD)) & _WORD
        return (mixed ^ mixed >> 14) / 2**32

    def order(self, count: int) -> list[int]:
        """The numbers 0 to count - 1, shuffled (Fisher & Yates, from the last place down).

        Example:
            >>> sorted(Random(7).order(5))
            [0, 1, 2, 3, 4]
        """
        numbers = list(range(count))
        for last in range(count - 1, 0, -1):
            other = int(self.uniform() * (last + 1))
            numbers[last], numbers[other] = numbers[other], numbers[last]
        return numbers
