"""What a demo says of its controls: how far a slider goes, where a handle leads."""

import math
import random
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Slider:
    """A number that one slides: between two ends, or among a few stops.

    Args:
        min: the left end.
        max: the right end.
        log: whether equal ways are equal factors; both ends are then greater than 0.
        steps: places between the ends, at least 1.
        stops: the few numbers, from left to right, instead of everything above.
        digits: significant digits that are kept and shown.

    Example:
        >>> Slider(1e-3, 1, log=True).page()
        {'min': 0.001, 'max': 1, 'log': True, 'steps': 400, 'digits': 3}
        >>> Slider(stops=(1, 2, 5)).page()
        {'stops': (1, 2, 5), 'digits': 3}
        >>> Slider(0, 90, steps=90).counts()
        True
    """

    min: float | None = None
    max: float | None = None
    log: bool = False
    steps: int = 400
    stops: tuple[float, ...] = ()
    digits: int = 3

    def page(self) -> dict[str, Any]:
        """What `demo.slider` in the page is given."""
        if self.stops:
            return {"stops": self.stops, "digits": self.digits}
        return {name: value for name, value in asdict(self).items() if name != "stops"}

    def ends(self) -> tuple[float, float]:
        """The numbers at the left and at the right end."""
        return (self.stops[0], self.stops[-1]) if self.stops else (self.min, self.max)

    def counts(self) -> bool:
        """Whether it sets whole numbers only."""
        if self.stops:
            return all(float(stop).is_integer() for stop in self.stops)
        return not self.log and self.steps == self.max - self.min

    def draw(self, source: random.Random) -> float:
        """A number that the slider can be set to, about."""
        if self.stops:
            return source.choice(self.stops)
        if self.counts():
            return source.randint(self.min, self.max)
        if self.log:
            return math.exp(source.uniform(math.log(self.min), math.log(self.max)))
        return source.uniform(self.min, self.max)


class Drag(NamedTuple):
    """A way to drag a handle, and what it changes.

    Attributes:
        dx: pixels to the right, in a demo 800 pixels wide as it opens.
        dy: pixels down.
        sets: the controls that change on this way.
    """

    dx: float
    dy: float
    sets: tuple[str, ...]
