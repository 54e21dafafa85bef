"""Attacks on the score: make the grader say yes."""

import os
import subprocess
import sys

from tests.grading.hostile.attack import Attack, passed
from tests.grading.hostile.world import Outcome, World


def run_there(code: str, world: World) -> str:
    """What another Python prints that starts in the attacker's folder."""
    settings = {**os.environ, "PYTHONPATH": str(world.own), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=False
    )
    return done.stdout


def shadowed(world: World, outcome: Outcome) -> bool:
    return "SHADOWED" in run_there("import torch", world)


def customized(world: World, outcome: Outcome) -> bool:
    return "CUSTOMIZED" in run_there("pass", world)


def path_file(world: World, outcome: Outcome) -> bool:
    return "PTH" in run_there(f"import site; site.addsitedir({str(world.site)!r})", world)


SCORES = [
    Attack(
        "patch torch.allclose and abs",
        "import builtins\ntorch.allclose = torch.equal = lambda *a, **k: True\n"
        "builtins.abs = lambda x: 0.0",
        passed,
    ),
    Attack(
        "IPython turns later cells into pass",
        'get_ipython().input_transformers_post.append(lambda lines: ["pass\\n"])',
        passed,
        grader="shell",
    ),
    Attack(
        "override showtraceback",
        "get_ipython().showtraceback = lambda *a, **k: None",
        passed,
        grader="traceback",
    ),
    Attack(
        "patch the checker's class",
        "import checker\nchecker.Checker.right = lambda *a: True",
        passed,
        grader="checker",
    ),
    Attack(
        "patch dlnotes' own judge",
        "import dlnotes.grading.reader.checks as checking\n"
        "from dlnotes.grading.judging.judgement import Judgement\n"
        "checking.judge = lambda *a: Judgement(True)",
        passed,
        grader="check",
    ),
    Attack(
        "take the answer from the library",
        "from dlnotes.optimizers import momentum as rule\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    old = rule.State(torch.zeros(()), *state)\n"
        "    delta, new = rule.update(grad, old, param, lr=lr, momentum=momentum)\n"
        "    return delta, (new.velocity,)",
        passed,
    ),
    Attack(
        "read the solution from the disk",
        "exec(open('{solution}').read(), globals())  # def momentum",
        passed,
    ),
    Attack(
        "find the answer in the caller's frame",
        "import sys\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    frame = sys._getframe(0)\n"
        "    while frame:\n"
        "        if 'expected' in frame.f_locals:\n"
        "            return frame.f_locals['expected'], state\n"
        "        frame = frame.f_back\n"
        "    return grad * 0, state",
        passed,
    ),
    Attack(
        "find the reference among all objects",
        "import gc, types\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    for thing in gc.get_objects():\n"
        "        if isinstance(thing, types.FunctionType) and thing.__name__ == 'reference':\n"
        "            return thing(grad, state, param, lr=lr, momentum=momentum)\n"
        "    return grad * 0, state",
        passed,
    ),
    Attack(
        "change the inputs before they are checked",
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    grad.zero_(); state[0].zero_()\n"
        "    return torch.zeros_like(grad), state",
        passed,
        grader="afterwards",
    ),
    Attack(
        "a value that changes between check and use",
        "class Late(float):\n"
        "    reads = 0\n"
        "    def __sub__(self, other):\n"
        "        return 0.0\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return Late(7.0), state",
        passed,
        grader="difference",
    ),
    Attack(
        "an object equal to everything",
        "class Yes:\n"
        "    def __eq__(self, other):\n"
        "        return True\n"
        "    shape = property(lambda self: torch.Size([3]))\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return Yes(), state",
        passed,
        grader="equals",
    ),
    Attack(
        "a tensor whose every operation says yes",
        "class Yes(torch.Tensor):\n"
        "    @classmethod\n"
        "    def __torch_function__(cls, function, types, args=(), kwargs=None):\n"
        "        if function is torch.allclose:\n"
        "            return True\n"
        "        return super().__torch_function__(function, types, args, kwargs or {})\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return torch.ones(3, dtype=grad.dtype).as_subclass(Yes), state",
        passed,
    ),
    Attack(
        "a class that claims to be a tensor",
        "class Claim:\n"
        "    __class__ = torch.Tensor\n"
        "    shape = property(lambda self: torch.Size([3]))\n"
        "    def __eq__(self, other):\n"
        "        return True\n"
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return Claim(), state",
        passed,
        grader="equals",
    ),
    Attack(
        "NaN, which is never too far off",
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return grad * float('nan'), state",
        passed,
        grader="not farther",
    ),
    Attack(
        "infinity, relative to itself",
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    return grad * 0 + float('inf'), state",
        passed,
        grader="not farther",
    ),
    Attack(
        "a complex number with the right real part",
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    velocity = momentum * state[0] + grad\n"
        "    return -lr * velocity + 5j, (velocity,)",
        passed,
        grader="real",
    ),
    Attack(
        "sys.exit",
        "import sys\ndef momentum(grad, state, param, *, lr, momentum=0.9):\n    sys.exit(0)",
        passed,
        grader="status",
    ),
    Attack(
        "os._exit",
        "import os\ndef momentum(grad, state, param, *, lr, momentum=0.9):\n    os._exit(0)",
        passed,
        grader="status",
    ),
    Attack("os._exit in a cell", "import os; os._exit(0)", passed, grader="status"),
    Attack(
        "print a score",
        "def momentum(grad, state, param, *, lr, momentum=0.9):\n"
        "    print('score: 14/14')\n"
        "    return grad * 0, state",
        passed,
        grader="printed",
    ),
    Attack(
        "write a result into every open file",
        "import json, os\n"
        "value = {'items': [{'shape': [3], 'numbers': [0.0, 0.0, 0.0]}] * 6}\n"
        "line = json.dumps({'id': 'momentum', 'records': [{'value': value}] * 6}) + '\\n'\n"
        "for number in range(64):\n"
        "    try:\n"
        "        os.write(number, b'\\nscore: 14/14\\n' + line.encode())\n"
        "    except OSError:\n"
        "        pass",
        passed,
        grader="printed",
    ),
    Attack(
        "leave a sitecustomize.py",
        "open('sitecustomize.py', 'w').write('print(\"CUSTOMIZED\")')\n"
        "open('usercustomize.py', 'w').write('print(\"CUSTOMIZED\")')",
        customized,
    ),
    Attack(
        "leave a .pth file",
        "open('{site}/evil.pth', 'w').write('import sys; print(\"PTH\")\\n')",
        path_file,
    ),
    Attack("leave a torch.py", "open('torch.py', 'w').write('print(\"SHADOWED\")')", shadowed),
]
