"""A step of the build waits for its settings, and ends when the build does."""

import subprocess
import sys
import time

import psutil
import pytest

from dlnotes.site.processes import Step

STEP = """
import time

from dlnotes.site.processes import run


def step(word, seconds=0):
    time.sleep(seconds)
    return [f"{word} is wrong"] * (word != "right")


if __name__ == "__main__":
    run(step)
"""
BUILD = "import step_of_a_test as s; from dlnotes.site.processes import Step; import time\n"
BUILD += "step = Step(s.__name__, 'It'); step.start(word='right', seconds=60); time.sleep(60)"


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "step_of_a_test.py").write_text(STEP, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{':'.join(filter(None, sys.path))}")
    return "step_of_a_test"


@pytest.mark.parametrize(("word", "faults"), [("right", []), ("left", ["left is wrong"])])
def test_a_step_says_what_is_wrong(module, word, faults):
    with Step(module, "It") as step:
        step.start(word=word)
        assert step.faults() == faults


def test_a_step_that_dies_is_a_fault(module):
    with Step(module, "It") as step:
        step.start(no="such setting")
        assert step.faults() == ["It was cut short; build again."]


def test_a_step_that_is_never_started_ends_with_the_build(module):
    with Step(module, "It") as step:
        pass
    assert step.process.poll() is not None


def test_a_step_clears_nothing_up_when_it_has_said_what_is_wrong(module, tmp_path):
    file = tmp_path / f"{module}.py"
    file.write_text(f"import atexit\n\nprint('?', end='') or atexit.register(print, '!'){STEP}")
    with Step(module, "It") as step:
        step.start(word="right")
        assert step.process.stdout.read() == "?[]"
    assert step.process.returncode == 0


def test_a_killed_build_takes_its_steps_along(module):
    build = subprocess.Popen([sys.executable, "-c", BUILD])
    process = psutil.Process(build.pid)
    while not (steps := process.children()):
        time.sleep(0.05)
    time.sleep(3)  # it has its settings
    build.kill()
    build.wait()
    gone, alive = psutil.wait_procs(steps, timeout=30)
    assert gone and not alive
