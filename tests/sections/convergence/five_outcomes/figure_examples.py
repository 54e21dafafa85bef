"""Small data for the gallery; another `x` is another picture."""

from dlnotes.convergence.diagnosis import Curves
from dlnotes.sections.convergence.five_outcomes import figures
from dlnotes.sections.convergence.five_outcomes.experiments import Case

FAMILIES = {"gallery": ["plain theory"] * 6}
NAMES = ("good", "undertrained", "small", "unstable", "overfit", "stuck")


def gallery(x):
    train = [0.2 + 0.8 * x * 0.8**t for t in range(12)]
    held = [loss + 0.1 for loss in train]
    return figures.gallery(
        {name: Case("moons", name, name, Curves(train, held), 0.1) for name in NAMES}
    )
