"""How a rule looks in every figure: its name, the colour of its family, its dash."""

from typing import NamedTuple

from dlnotes.core.language import both
from dlnotes.figures.ink import BROKEN, DOTTED


class Look(NamedTuple):
    """One rule: `text(**look.name)`, `color(look.token)`, `linestyle=look.dash`."""

    name: dict[str, str]
    token: str
    dash: str | tuple = "-"


LOOKS = {
    "sgd": Look(both(zh="SGD", en="SGD"), "plain"),
    "momentum": Look(both(zh="动量法", en="momentum"), "momentum"),
    "nesterov": Look(both(zh="Nesterov", en="Nesterov"), "momentum", BROKEN),
    "adagrad": Look(both(zh="Adagrad", en="Adagrad"), "adaptive"),
    "rmsprop": Look(both(zh="RMSprop", en="RMSprop"), "adaptive", BROKEN),
    "adadelta": Look(both(zh="Adadelta", en="Adadelta"), "adaptive", DOTTED),
    "adam": Look(both(zh="Adam", en="Adam"), "adam"),
    "lion": Look(both(zh="Lion", en="Lion"), "adam", BROKEN),
    "muon": Look(both(zh="Muon", en="Muon"), "curvature", BROKEN),
    "kfac": Look(both(zh="K-FAC", en="K-FAC"), "curvature"),
}
