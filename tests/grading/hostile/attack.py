"""What an attack is: code for one cell, and the sign by which it is known to have worked."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.grading.hostile.world import Outcome, World

Sign = Callable[[World, Outcome], bool]


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes:
        name: short, unique.
        code: text of the answer cell to `momentum`; braces of `World.places` filled in.
        sign: whether it has worked, asked in the open (must be true) and in the jail (must not).
        grader: the careless grader of `careless.GRADERS` that tries the answer in the open.
        score: what its submission earns, of which 1 is for the right answer to `gains`.
    """

    name: str
    code: str
    sign: Sign
    grader: str = "allclose"
    score: float = 1.0

    def cell(self, world: World) -> str:
        """The code, aimed at this world."""
        text = self.code.strip("\n") + "\n"
        for name, place in world.places.items():
            text = text.replace("{" + name + "}", str(place))
        return text if "def momentum" in text else text + WRONG


HEAD = "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
TELL = HEAD + "    if worked:\n        raise ValueError('it worked')\n    return grad * 0, state\n"
WRONG = """
def momentum(grad, state, param, *, lr, momentum=0.9):
    return grad * 0 + 123.0, state
"""


def passed(world: World, outcome: Outcome) -> bool:
    """The grader took a wrong answer for a right one."""
    return outcome.passed


def hung(world: World, outcome: Outcome) -> bool:
    """Its process would never have ended."""
    return outcome.hung


def said(mark: str) -> Sign:
    """It got the grader to say this."""
    return lambda world, outcome: any(mark in text for text in outcome.texts)


told = said("it worked")
