"""The jail: what is right comes out right, in either mode, and what hangs costs only itself."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import pytest

from dlnotes.core.solutions import without_marks
from dlnotes.grading.jail import sandbox
from dlnotes.grading.jail.jail import Jail, Limits
from dlnotes.grading.jail.parcel import pack
from dlnotes.grading.judging.judgement import judge
from dlnotes.grading.tasks import declarations

IMPORTS = ("", "import math\nimport torch\nfrom dlnotes.grading import check")
GAINS = declarations.find("gains")
LIMIT = 2.0


@pytest.fixture(scope="module", params=["warm", pytest.param("cold", marks=pytest.mark.slow)])
def jail(request):
    """Both kinds of jail."""
    return request.getfixturevalue(request.param)


def task(name, *, seconds=GAINS.seconds, cases=1):
    """A small task of this name, whose answer is tried once."""
    return dataclasses.replace(GAINS, id=name, seconds=seconds, cases=cases)


def tried(jail, *cells, seconds=10.0):
    """The records of the answers in these cells: name and text."""
    tasks = [task(name, seconds=seconds) for name, _ in cells if name]
    return jail.run(pack(cells, tasks, "seed"))


def value(jail, code):
    """The number that an answer with this body returns inside the jail."""
    body = "".join(f"    {line}\n" for line in code.splitlines())
    (record,) = tried(jail, ("asked", f"def asked(momentum):\n{body}"))["asked"]
    return record["value"]["numbers"][0] if "value" in record else record


def test_every_solution_passes(jail):
    """In a cold jail each is started anew: there the first section of every chapter."""
    places = declarations.sections()
    for place in places if jail.warm else {place[0]: place for place in reversed(places)}.values():
        tasks = declarations.declaration(*place).TASKS
        solved = [IMPORTS, *((task.id, without_marks(task.solution)) for task in tasks)]
        records = jail.run(pack(solved, tasks, "seed"))
        for task in tasks:
            assert judge(task, "seed", records[task.id]).passed, records[task.id]


INSIDE = {
    "nothing of the machine": "import os\nreturn len(set(os.listdir('/')) - SHOWN)",
    "no shell": "import os, sys\n"
    "own = os.path.basename(sys.executable)\n"
    "return sum(place != own for at in ('/bin', '/usr/bin') if os.path.isdir(at)\n"
    "           for place in os.listdir(at))",
    "no home but for the interpreter": "import os, sys\n"
    "return sum(not at.startswith(sys.base_prefix) and bool(files)\n"
    "           for home in ('/root', '/home') for at, _, files in os.walk(home))",
    "no library of answers": "import importlib.util as u\n"
    "return sum(u.find_spec(f'dlnotes.{name}') is not None for name in ('core', 'optimizers'))",
    "no file of the library but the runner's": "import os\n"
    "return sum('dlnotes' in at and at != '/jail/dlnotes/grading/inside' and bool(files)\n"
    "           for at, _, files in tree())",
    "no network": "import socket\n"
    "return len([name for _, name in socket.if_nameindex() if name != 'lo'])",
    "no power": "import ctypes, struct\n"
    "data = ctypes.create_string_buffer(24)\n"
    "ctypes.CDLL(None).capget(struct.pack('=Ii', 0x20080522, 0), data)\n"
    "return float(data.raw != bytes(24))",
    "no way to more power": "import ctypes\nreturn 1 - ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)",
    "no user namespace": "import ctypes\nreturn 1 + ctypes.CDLL(None).unshare(0x10000000)",
    "no mount namespace": "import ctypes\nreturn 1 + ctypes.CDLL(None).unshare(0x20000)",
    "no mount": "import ctypes\n"
    "return 1 + ctypes.CDLL(None).mount(b'tmpfs', b'/jail', b'tmpfs', 0, None)",
    "no change of what is mounted": "try:\n"
    "    open('/jail/dlnotes/grading/inside/runner.py', 'a')\n"
    "except OSError:\n"
    "    return 0\n"
    "return 1",
    "no file outside of /tmp": "import os\n"
    "def writable(place):\n"
    "    try:\n"
    "        open(place + '/x', 'w').close()\n"
    "    except OSError:\n"
    "        return 0\n"
    "    return 1\n"
    "return sum(writable(at) for at, _, _ in tree() if not at.startswith('/tmp'))",
    "no variable of the grader": "import os\nreturn 'CLASS_SECRET' in os.environ",
    "no other process": "import os\n"
    "return max(0, len([n for n in os.listdir('/proc') if n.isdigit()]) - 3)",
    "no open file but its own": "import os\n"
    "def held(number):\n"
    "    try:\n"
    "        return not os.path.samestat(os.fstat(number), os.stat('/dev/null'))\n"
    "    except OSError:\n"
    "        return False\n"
    "return max(0, sum(held(number) for number in range(3, 100)) - 1)",
}
TREE = "import functools, os\n@functools.cache\ndef tree(): return list(os.walk('/'))"
SHOWN = "{'tmp', 'proc', 'dev', 'jail', 'usr', 'lib', 'lib32', 'lib64', 'etc', 'nix', %r}"


@pytest.fixture(scope="module")
def inside(jail):
    """What each probe gives, all asked in one submission."""
    shown = SHOWN % os.path.realpath(sys.base_prefix).split("/")[1]
    os.environ["CLASS_SECRET"] = "x"
    cells = [("", TREE)]
    for number, code in enumerate(INSIDE.values()):
        body = "".join(f"    {line}\n" for line in code.replace("SHOWN", shown).splitlines())
        cells.append((f"probe{number}", f"def probe{number}(momentum):\n{body}"))
    records = tried(jail, *cells)
    del os.environ["CLASS_SECRET"]
    return {name: records[f"probe{number}"] for number, name in enumerate(INSIDE)}


@pytest.mark.parametrize("name", INSIDE)
def test_inside_there_is(name, inside):
    assert inside[name] == [{"value": {"shape": [], "numbers": [0.0]}}]


def test_the_account_is_nobodys(jail):
    uid = value(jail, "import os\nreturn os.getuid()")
    low, high = sandbox.USERS if os.getuid() == 0 else (os.getuid(), os.getuid())
    assert low <= uid <= high


def test_an_error_in_a_cell_stops_only_that_cell(jail):
    records = tried(
        jail,
        ("", "1 / 0"),
        ("", "import dlnotes.optimizers"),
        ("broken", "def broken(momentum) return"),
        ("late", "raise KeyError('here')\ndef late(momentum): return 1.0"),
        (
            "fine",
            "from dlnotes.grading import check, score\ncheck('fine'); display(1)\n"
            "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()\n"
            "def fine(momentum): return 2.0",
        ),
    )
    assert records["broken"][0]["type"] == "SyntaxError" and records["broken"][0]["line"] == 1
    assert records["late"][0] == {
        "problem": "raised",
        "type": "KeyError",
        "text": "'here'",
        "line": 1,
    }
    assert records["fine"] == [{"value": {"shape": [], "numbers": [2.0]}}]


def test_an_answer_counts_where_its_cell_stands(jail):
    records = tried(
        jail,
        ("first", "def first(momentum): return scale * 2"),
        ("second", "def second(momentum): return 5"),
        ("", "scale = 3\nsecond = 'a name used again'"),
        ("third", "third = 3"),
        ("", "def fourth(momentum): return 4"),
        ("fourth", ""),
    )
    numbers = {name: record[0].get("value", record[0]) for name, record in records.items()}
    assert numbers["first"]["numbers"] == [6.0]
    assert numbers["second"]["numbers"] == [5.0]
    assert numbers["third"] == {"problem": "uncallable", "kind": "int"}
    assert numbers["fourth"]["numbers"] == [4.0]


def test_a_missing_answer_is_said_to_be_missing(jail):
    assert tried(jail, ("absent", "x = 1"))["absent"] == [{"problem": "missing"}]


def test_randomness_is_the_same_every_time(jail):
    code = "import random\nimport numpy as np\n"
    code += "return random.random() + np.random.rand() + torch.rand(()).item() + hash('x') % 7"
    assert len({value(jail, code) for _ in range(3)}) == 1


STUCK = {
    "a loop": "while True: pass",
    "a loop that swallows": "while True:\n  try:\n    while True: pass\n"
    "  except BaseException:\n    pass",
    "a sleep": "import time; time.sleep(99)",
    "arithmetic": "return 7 ** 10 ** 9",
}


@pytest.mark.slow
def test_the_time_of_an_answer_is_not_taken_from_the_cells_below_it(jail):
    slow = "import time\ndef slow(momentum):\n    time.sleep(4)\n    return 1"
    with Jail(warm=jail.warm, limits=Limits(seconds=7)) as short:
        records = tried(short, ("slow", slow), ("below", "def below(momentum): return 2"))
    assert [record[0].get("value", record[0]) for record in records.values()] == [
        {"shape": [], "numbers": [1.0]},
        {"shape": [], "numbers": [2.0]},
    ]


@pytest.mark.slow
@pytest.mark.parametrize("body", STUCK.values(), ids=STUCK)
def test_a_hanging_answer_costs_its_limit_and_nobody_elses_points(jail, body):
    text = "def stuck(momentum):\n" + "".join(f"  {line}\n" for line in body.splitlines())
    small = Jail(warm=jail.warm, limits=Limits(seconds=2 * LIMIT))
    with small:
        tried(small, ("ready", "def ready(momentum): return 0"))
        start = time.perf_counter()
        records = tried(
            small,
            ("before", "def before(momentum): return 1"),
            ("stuck", text),
            ("after", "def after(momentum): return 2"),
            seconds=LIMIT,
        )
        seconds = time.perf_counter() - start
    assert records["before"][0]["value"]["numbers"] == [1.0]
    assert records["stuck"][-1] == {"problem": "time", "seconds": LIMIT}
    assert records["after"][0]["value"]["numbers"] == [2.0]
    assert seconds > LIMIT
    if jail.warm:
        assert seconds < LIMIT + 3  # what it costs on a quiet machine is in the benchmark


def test_crashes_cost_only_themselves(jail):
    crash = "def {0}(momentum):\n    import ctypes\n    ctypes.string_at(0)"
    names = ("one", "two", "three")
    cells = [(name, crash.format(name)) for name in names]
    records = tried(jail, *cells, ("fine", "def fine(momentum): return 1"))
    assert [records[name] for name in names] == [[{"problem": "crashed"}]] * 3
    assert records["fine"][0]["value"]["numbers"] == [1.0]


def test_a_crash_in_a_cell_leaves_what_came_before(jail):
    records = tried(
        jail,
        ("before", "def before(momentum): return 1"),
        ("", "import os; os._exit(0)"),
        ("after", "def after(momentum): return 2"),
    )
    assert records["before"][0]["value"]["numbers"] == [1.0]
    assert records["after"] == [{"problem": "crashed"}]


def test_running_out_of_memory_is_told(bubblewrap):
    with Jail(limits=Limits(memory=256 * 1024**2)) as jail:
        assert value(jail, "return len(bytearray(1 << 30))") == {"problem": "memory"}
        assert value(jail, "return torch.zeros(1 << 28).sum()") == {"problem": "memory"}
        assert value(jail, "return len(bytearray(1 << 20))") == 1 << 20


def test_a_large_answer_is_refused_and_the_next_one_is_not(jail):
    records = tried(
        jail,
        ("large", "def large(momentum): return torch.rand(90_000)"),
        ("small", "def small(momentum): return torch.ones(3)"),
    )
    assert records["large"] == [{"problem": "output"}]
    assert records["small"][0]["value"]["numbers"] == [1.0, 1.0, 1.0]


LEAVE = """
import ctypes, os, socket, builtins
for place in ("/tmp", "/dev/shm", "/jail", "."):
    try:
        open(place + "/note", "w").write("5")
    except OSError:
        pass
torch.note = builtins.note = 5
os.environ["NOTE"] = "5"
ctypes.CDLL(None).shmget(4242, 64, 0o1666)
ctypes.CDLL(None).msgget(4242, 0o1666)
held = socket.socket(socket.AF_UNIX)
held.bind("\\0note")
held.listen()
if not os.fork():
    os.setsid()
    import time
    time.sleep(60)
def leave(momentum): return 1
"""
FIND = """
import ctypes, os, socket, builtins
found = [os.path.exists(at + "/note") for at in ("/tmp", "/dev/shm", "/jail", ".")]
found += [hasattr(torch, "note"), hasattr(builtins, "note"), "NOTE" in os.environ]
found += [ctypes.CDLL(None).shmget(4242, 64, 0) >= 0, ctypes.CDLL(None).msgget(4242, 0) >= 0]
try:
    socket.socket(socket.AF_UNIX).connect("\\0note")
    found.append(True)
except OSError:
    found.append(False)
def find(momentum): return sum(found)
"""


def test_nothing_is_left_for_the_next_submission(jail):
    """The control: within one submission all of it is found again."""
    within = tried(jail, ("leave", LEAVE), ("find", FIND))
    assert within["leave"][0]["value"]["numbers"] == [1.0]
    assert within["find"][0]["value"]["numbers"][0] >= 7
    assert tried(jail, ("find", FIND))["find"] == [{"value": {"shape": [], "numbers": [0.0]}}]


def test_half_precision_is_there(jail):
    """Its first use asks which processor this is, of files that a submission does not see."""
    assert value(jail, "return (torch.ones(2).half() + 1).float().sum()") == 4


def test_derivatives_are_there_when_a_submission_comes(warm):
    """The first one of a process imports half of torch, for a second or more."""
    code = "import sys\nbefore = len(sys.modules)\n"
    code += "torch.func.grad(lambda x: x**2)(torch.ones(()))\nreturn len(sys.modules) - before"
    assert value(warm, code) < 10


@pytest.mark.slow
def test_a_waiting_process_that_dies_is_replaced(warm):
    first = warm._waiting.process
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert value(warm, "return 3") == 3
    assert warm._waiting.process.pid != first.pid


@pytest.mark.slow
def test_without_a_warm_start_every_submission_starts_cold(bubblewrap, monkeypatch):
    command = sandbox.command

    def weak(code, limits, capabilities=()):
        return command(code, limits)

    monkeypatch.setattr(sandbox, "command", weak)
    with Jail() as jail:
        assert not jail.warm
        assert value(jail, "return 3") == 3


ALONE = """
import sys
from dlnotes.grading.jail.jail import Jail
jail = Jail().__enter__()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.slow
def test_a_killed_grader_leaves_no_process(bubblewrap):
    with subprocess.Popen(
        [sys.executable, "-c", ALONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as grader:
        assert grader.stdout.readline() == "ready\n"
        started = descendants(grader.pid)
        assert len(started) >= 3
        grader.kill()
    end = time.monotonic() + 10
    while any(map(running, started)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(running, started))


def descendants(pid):
    """The processes below this one."""
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as children:
        direct = [int(child) for child in children.read().split()]
    return direct + [below for child in direct for below in descendants(child)]


def running(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_threads_share_a_jail(warm):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda number: value(warm, f"return {number}"), range(12)))
    assert numbers == list(range(12))
