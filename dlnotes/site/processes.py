"""Runs a step of the build in a process of its own: Sphinx and kernels keep state in modules."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def started(module: str, settings: dict[str, object]) -> subprocess.Popen:
    """A process that runs `module` with these settings, as `faults_of_settings` reads them."""
    text = json.dumps({name: str(value) for name, value in settings.items()})
    return subprocess.Popen([sys.executable, "-m", module, text], stdout=subprocess.PIPE, text=True)


def faults_of(process: subprocess.Popen, name: str) -> list[str]:
    """What the process found wrong; that it was cut short is a fault as well."""
    said, _ = process.communicate()
    return json.loads(said) if said else [f"{name} was cut short; build again."]


def run(step: Callable[..., list[str]]) -> None:
    """The other side: call `step` with the settings given, say its faults as JSON."""
    settings = json.loads(sys.argv[1])
    lang = {"lang": settings.pop("lang")} if "lang" in settings else {}
    faults = step(**lang, **{name: Path(value) for name, value in settings.items()})
    json.dump(faults, sys.stdout)
