"""The sandbox of the tests: found, or installed, or a clear line that says what to install.

python tests/sandbox.py      makes sure there is one
"""

import os
import shutil
import subprocess
import sys

HELP = (
    "No sandbox for the tests: install bubblewrap 0.8 or newer "
    "(Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap)."
)


def ready() -> bool:
    """Whether there is a bubblewrap now, installed from the distribution if need be."""
    if not shutil.which("bwrap") and shutil.which("apt-get"):
        _apt("update", "-qq")
        _apt("install", "-y", "-qq", "bubblewrap")
    return shutil.which("bwrap") is not None


def _apt(*words: str) -> None:
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and not shutil.which("sudo"):
        return
    settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*rights, "apt-get", *words], env=settings, check=False)


def main() -> int:
    """Exit status 0 when the tests have a sandbox."""
    if ready():
        return 0
    print(HELP, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
