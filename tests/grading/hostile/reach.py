"""Attacks on everything around: files, processes, the network, the next submission."""

import contextlib
import sqlite3
import time

from tests.grading.hostile.attack import TELL, Attack, Sign, told
from tests.grading.hostile.world import Outcome, World


def canary(name: str) -> Sign:
    return lambda world, outcome: world.canary(name)


def gradebook(world: World, outcome: Outcome) -> bool:
    with contextlib.closing(sqlite3.connect(world.gradebook)) as book:
        return book.execute("select score from grade").fetchone()[0] != 0


def other_work(world: World, outcome: Outcome) -> bool:
    return not world.other.exists() or world.other.read_text() != "work of alice"


def heard(text: bytes) -> Sign:
    def sign(world: World, outcome: Outcome) -> bool:
        end = time.monotonic() + (5 if outcome.status is not None else 0.2)
        while text not in world.heard and time.monotonic() < end:
            time.sleep(0.02)
        return text in world.heard

    return sign


def victim_dead(world: World, outcome: Outcome) -> bool:
    with contextlib.suppress(Exception):
        world.victim.wait(2 if outcome.status is not None else 0.1)
    return world.victim.poll() is not None


REACH = [
    Attack(
        "write the gradebook",
        "import sqlite3\n"
        "with sqlite3.connect('{gradebook}') as book:\n"
        "    book.execute('update grade set score = 297')",
        gradebook,
    ),
    Attack("overwrite another's work", "open('{other}', 'w').write('mine')", other_work),
    Attack(
        "delete another's work by a relative path",
        "import shutil; shutil.rmtree('../alice')",
        other_work,
    ),
    Attack(
        "write through a symbolic link",
        "import os\nos.symlink('{other}', 'link')\nopen('link', 'w').write('mine')",
        other_work,
    ),
    Attack(
        "send by TCP",
        "import socket\nsocket.create_connection(('127.0.0.1', {tcp}), 2).sendall(b'tcp')",
        heard(b"tcp"),
    ),
    Attack(
        "send by UDP",
        "import socket\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'udp', ('127.0.0.1', {udp}))",
        heard(b"udp"),
    ),
    Attack(
        "kill a process",
        "import os, signal\nos.kill({victim}, signal.SIGKILL)",
        victim_dead,
    ),
    Attack(
        "leave a daemon",
        "import os, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if os.fork():\n"
        "        os._exit(0)\n"
        "    open('{canaries}/daemon.pid', 'w').write(str(os.getpid()))\n"
        "    time.sleep(300)\n"
        "    os._exit(0)\n"
        "time.sleep(0.3)",
        canary("daemon.pid"),
    ),
    Attack(
        "run a shell",
        "import subprocess\n"
        "worked = subprocess.run(['/bin/sh', '-c', 'exit 7']).returncode == 7\n" + TELL,
        told,
    ),
    Attack(
        "read the environment of the grader",
        "import os\n"
        "worked = 'CLASS_SECRET' in os.environ\n"
        "for name in os.listdir('/proc'):\n"
        "    try:\n"
        "        worked = worked or 'CLASS_SECRET' in open(f'/proc/{name}/environ').read()\n"
        "    except OSError:\n"
        "        pass\n" + TELL,
        told,
    ),
    Attack(
        "list the other processes",
        "import os\n"
        "worked = len([name for name in os.listdir('/proc') if name.isdigit()]) > 4\n" + TELL,
        told,
    ),
    Attack(
        "read a file of the system",
        "worked = len(open('/etc/passwd').read()) > 0\n" + TELL,
        told,
    ),
    Attack(
        "open a device",
        "import os\nworked = os.path.exists('/dev/full')\n" + TELL,
        told,
    ),
    Attack(
        "read another's work",
        "worked = open('{other}').read() == 'work of alice'\n" + TELL,
        told,
    ),
]
