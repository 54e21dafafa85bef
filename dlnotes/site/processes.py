"""Runs a step of the build in a process of its own: Sphinx and kernels keep state in modules."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any


class Step:
    """A step of the build in a process that loads its modules, then waits for its settings.

    Used in a `with`, so that it ends with whatever stopped the build.

    Args:
        module: what to run; it ends with `run(step)`.
        name: what to call it where it is cut short.
    """

    def __init__(self, module: str, name: str) -> None:
        self.name = name
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self.process = subprocess.Popen([sys.executable, "-m", module], text=True, **pipes)

    def __enter__(self) -> "Step":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.terminate()
        self.process.communicate()

    def start(self, **settings: Any) -> None:
        """Hand over the settings, anything that becomes JSON or text; the step begins."""
        self.process.stdin.write(json.dumps(settings, default=str) + "\n")
        self.process.stdin.flush()

    def faults(self) -> list[str]:
        """What the step found wrong, when it has ended; that it was cut short is a fault too."""
        said = self.process.stdout.read()
        return json.loads(said) if said else [f"{self.name} was cut short; build again."]


def run(step: Callable[..., list[str]]) -> None:
    """The other side: call `step` with the settings given, say its faults as JSON, and end.

    At once: a process that has loaded Sphinx takes half a second to clear up what it held.
    """
    settings = sys.stdin.readline()
    if settings:
        threading.Thread(target=_end_with_the_build, daemon=True).start()
        json.dump(step(**json.loads(settings)), sys.stdout)
        sys.stdout.flush()
        os._exit(0)


def _end_with_the_build() -> None:
    """A build that was killed must not go on writing where the next one builds."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)
