"""The database server of the tests: found, or installed, or a clear line that says what to install.

python tests/postgres.py      makes sure there is one
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HELP = (
    "No PostgreSQL for the tests: install its server "
    "(Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server)."
)
ACCOUNT = "nobody"  # the server refuses to run as root


def programs() -> Path | None:
    """The folder of the server's programs, installed from the distribution if need be."""
    if not _found() and shutil.which("apt-get"):
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "postgresql")
    return _found()


def _apt(*words: str) -> None:
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*rights, "apt-get", *words], env=settings, check=False)


def _found() -> Path | None:
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    path = shutil.which("initdb") or (known[-1] if known else None)
    return Path(path).parent if path else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A server of its own in a folder, without a port; the URL of an empty database.

    Args:
        folder: empty; its path must be short, for a socket lies in it.
    """
    where, data, sockets = programs(), folder / "data", folder / "s"
    assert where, HELP
    sockets.mkdir()
    if os.geteuid() == 0:
        for place in (folder, sockets):
            shutil.chown(place, ACCOUNT)
    settings = f"-k {sockets} -c listen_addresses='' -c fsync=off"
    _run(where / "initdb", "-D", data, "-U", "teacher", "-A", "trust", "-E", "UTF8")
    _run(where / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start")
    try:
        yield f"postgresql://teacher@/postgres?host={sockets}"
    finally:
        _run(where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _run(*words: object) -> None:
    lowered = ["runuser", "-u", ACCOUNT, "--"] if os.geteuid() == 0 else []
    command = [*lowered, *map(str, words)]
    subprocess.run(command, check=True, cwd="/", stdout=subprocess.DEVNULL)


def main() -> int:
    """Exit status 0 when the tests have a server."""
    if programs():
        return 0
    print(HELP, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
