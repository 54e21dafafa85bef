"""45 useless weights on two routes to zero; and an ellipse that meets a diamond or a circle.

Book: regularization/l1_l2
"""

from typing import ClassVar

from dlnotes.demos.controls import Drag, Slider
from dlnotes.demos.demo import Demo
from dlnotes.live import emit
from dlnotes.sections.regularization.l1_l2 import programs
from dlnotes.sections.regularization.l1_l2.words import TEXT

EMITTED = (
    programs.subgradient, programs.stop, programs.zeros, programs.sweep, programs.sweep_all,
    programs.on_an_axis, programs.hill, programs.price,
)  # fmt: skip
_W, _E = (programs.FEATURES,), (programs.ELLIPSES,)
SHAPES = {
    "subgradient": {"w": _W},
    "stop": {"w": _W},
    "zeros": {"w": _W},
    "sweep_all": {"a": _E, "b": _E},
    "on_an_axis": {"a": _E, "b": _E},
}


class L1L2Demo(Demo):
    """Two routes to zero, and where a penalty and a loss touch."""

    words = TEXT
    start: ClassVar = {
        "strength": 0.2, "mix": 1.0, "lr": 0.1, "tilt": 0.4, "x": 0.9, "y": 0.75, "now": 0,
    }  # fmt: skip
    sliders: ClassVar = {
        "strength": Slider(0.01, 2, log=True, steps=200),
        "mix": Slider(0, 1, steps=100),
        "lr": Slider(0.02, 0.4, log=True, steps=200),
        "tilt": Slider(-0.9, 0.9, steps=180),
    }
    handles: ClassVar = {"bottom": Drag(40, 60, ("x", "y")), "time": Drag(90, 0, ("now",))}
    presets = ("weak", "half", "circle", "slow")
    guesses = ("neither", "all_both", "some_all", "none_all")
    formula = ("penalty", "loss")

    @staticmethod
    def emitted() -> str:
        functions = {function.__name__: function for function in EMITTED}
        program = emit(**functions, shapes=SHAPES, inplace={"sweep_all": ("a", "b")})
        x, y, _ = programs.ellipses()
        numbers = {
            "STEPS": programs.STEPS, "USEFUL": programs.USEFUL, "USELESS": programs.USELESS,
            "SWEEPS": programs.SWEEPS, "FAR": programs.FAR, "ELLIPSES": programs.ELLIPSES,
            "BEGIN": programs.BEGIN.tolist(), "BOTTOMS": [x.tolist(), y.tolist()],
        }  # fmt: skip
        return program + "".join(f"export const {n} = {value};\n" for n, value in numbers.items())

    @staticmethod
    def readouts(
        *, strength: float, mix: float, lr: float, tilt: float, x: float, y: float, now: int
    ) -> dict[str, float]:
        """The numbers the demo shows at a setting, computed by the library.

        Args:
            strength: of the penalty, greater than 0.
            mix: share of L1, from 0 to 1.
            lr: learning rate of both routes.
            tilt: how far the ellipse leans, between -1 and 1.
            x: where the loss of two weights has its bottom, to the right.
            y: and upwards.
            now: steps on the two routes.
        """
        routes = {"hops": programs.subgradient, "stops": programs.stop}
        found = {
            name: programs.zeros(programs.run(route, lr, strength, mix, now)).item()
            for name, route in routes.items()
        }
        a, b = programs.touched(x, y, tilt, strength, mix)
        corners = programs.corners(strength, mix)
        return {"now": now, **found, "first": a, "second": b, "corners": corners}

    @staticmethod
    def answer() -> str:
        found = L1L2Demo.readouts(**(L1L2Demo.start | {"now": programs.STEPS}))
        hops, stops = found["hops"], found["stops"]
        if hops == stops:
            return "all_both" if hops else "neither"
        return "some_all" if hops else "none_all"
