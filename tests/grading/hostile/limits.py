"""Attacks on time, memory, processes, disk, and on whoever reads the result."""

from tests.grading.hostile.attack import HEAD, TELL, Attack, hung, passed, said, told
from tests.grading.hostile.world import Outcome, World


def flooded(world: World, outcome: Outcome) -> bool:
    return outcome.printed > 20_000_000


def crashed(world: World, outcome: Outcome) -> bool:
    return outcome.status is not None and outcome.status < 0


def long_text(world: World, outcome: Outcome) -> bool:
    return any(len(text) > 100_000 for text in outcome.texts)


LIMITS = [
    Attack("loop for ever", HEAD + "    while True:\n        pass", hung),
    Attack(
        "loop and swallow every exception",
        HEAD + "    while True:\n"
        "        try:\n"
        "            while True:\n"
        "                pass\n"
        "        except BaseException:\n"
        "            pass",
        hung,
    ),
    Attack("sleep for ever", "import time\n" + HEAD + "    time.sleep(1000)", hung),
    Attack("never let go of the interpreter", HEAD + "    return 7 ** 10 ** 9, state", hung),
    Attack(
        "loop in a cell and swallow every exception",
        "while True:\n"
        "    try:\n"
        "        while True:\n"
        "            pass\n"
        "    except BaseException:\n"
        "        pass",
        hung,
    ),
    Attack(
        "wait for a lock nobody opens",
        "import threading\n" + HEAD + "    lock = threading.Lock()\n"
        "    lock.acquire(); lock.acquire()",
        hung,
    ),
    Attack(
        "take memory in a list",
        HEAD + "    hoard = [bytearray(1 << 24) for _ in range(60)]\n"
        "    raise ValueError('it worked')",
        told,
    ),
    Attack(
        "take memory in a tensor",
        HEAD + "    hoard = torch.ones(240_000_000, dtype=torch.float32)\n"
        "    raise ValueError('it worked')",
        told,
    ),
    Attack(
        "a bomb of forks",
        "import os, time\n"
        "worked = 0\n"
        "for number in range(60):\n"
        "    try:\n"
        "        child = os.fork()\n"
        "    except OSError:\n"
        "        continue\n"
        "    if not child:\n"
        "        os.setsid()\n"
        "        time.sleep(10)\n"
        "        os._exit(0)\n"
        "    worked += 1\n"
        "worked = worked == 60\n" + TELL,
        told,
    ),
    Attack(
        "a bomb of threads",
        "import threading, time\n"
        "worked = 0\n"
        "for number in range(60):\n"
        "    try:\n"
        "        threading.Thread(target=time.sleep, args=(10,), daemon=True).start()\n"
        "        worked += 1\n"
        "    except RuntimeError:\n"
        "        pass\n"
        "worked = worked == 60\n" + TELL,
        told,
    ),
    Attack(
        "use up the open files",
        "import os\n"
        "held = []\n"
        "for number in range(300):\n"
        "    try:\n"
        "        held.append(os.open('/dev/null', 0))\n"
        "    except OSError:\n"
        "        pass\n"
        "worked = len(held) == 300\n"
        "for number in held:\n"
        "    os.close(number)\n" + TELL,
        told,
    ),
    Attack(
        "print 30 MB",
        "for number in range(300):\n    print('x' * 100_000)",
        flooded,
    ),
    Attack(
        "fill the disk with one file",
        "with open('fill', 'wb') as file:\n"
        "    for number in range(100):\n"
        "        file.write(bytes(1_000_000))\n"
        "worked = True\n" + TELL,
        told,
    ),
    Attack(
        "fill the disk with many files",
        "for number in range(100):\n"
        "    with open(f'fill{number}', 'wb') as file:\n"
        "        file.write(bytes(1_000_000))\n"
        "worked = True\n" + TELL,
        told,
    ),
    Attack(
        "crash the interpreter",
        HEAD + "    import ctypes\n    ctypes.string_at(0)",
        crashed,
    ),
    Attack(
        "a list nested a million deep",
        HEAD + "    deep = []\n    for _ in range(1_000_000):\n        deep = [deep]\n"
        "    return deep, state",
        said("RecursionError"),
        grader="json",
    ),
    Attack(
        "a number with a million digits",
        HEAD + "    return 1 << 4_000_000, state",
        said("OverflowError"),
        grader="number",
    ),
    Attack(
        "an error of 50 MB",
        HEAD + "    raise ValueError('x' * 50_000_000)",
        long_text,
    ),
    Attack(
        "a type with an endless name",
        HEAD + "    return type('T' * 5_000_000, (), {})(), state",
        long_text,
        grader="number",
    ),
    Attack(
        "a list that holds itself",
        HEAD + "    ring = []\n    ring.append(ring)\n    return ring, state",
        said("ValueError: Circular"),
        grader="json",
    ),
    Attack(
        "a list without end",
        "class Endless(list):\n"
        "    def __iter__(self):\n"
        "        while True:\n"
        "            yield 0.0\n" + HEAD + "    return Endless([0.0]), state",
        hung,
        grader="listed",
    ),
    Attack(
        "an error that cannot be shown",
        "class Mute(Exception):\n"
        "    def __str__(self):\n"
        "        raise SystemExit(0)\n" + HEAD + "    raise Mute",
        passed,
        grader="status",
    ),
    Attack(
        "an error that obeys nobody, in a cell",
        "class Mute(BaseException):\n    def __str__(self):\n        raise self\nraise Mute",
        lambda world, outcome: outcome.status == 4,
    ),
    Attack(
        "terminal escapes in an error",
        HEAD + "    raise ValueError('\\x1b]0;owned\\x07\\x1b[2J\\u202egnp')",
        said("\x1b[2J"),
    ),
    Attack(
        "half of a pair in an error",
        HEAD + "    raise ValueError('\\ud83d')",
        said("\ud83d"),
    ),
    Attack(
        "script in an error",
        HEAD + "    raise ValueError('<script>alert(1)</script>')",
        said("<script>"),
    ),
    Attack(
        "script in the name of a type",
        HEAD + "    return type('<img src=x onerror=alert(1)>', (), {})(), state",
        said("<img src=x"),
        grader="number",
    ),
]
