"""The browser of the tests: found, or installed, or a clear line that says what to install.

python tests/browser.py      makes sure there is one, and fonts for Chinese
"""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HELP = (
    "No browser for the tests: install Chromium (Debian: apt-get install chromium "
    "fonts-noto-cjk) or run `.venv/bin/python -m playwright install --with-deps chromium`."
)


@functools.cache
def executable() -> str | None:
    """Path of a Chromium: on the PATH, else Playwright's own, else None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        path = play.chromium.executable_path
    return path if Path(path).exists() else None


def launch(play):
    """A headless browser that makes no request of its own."""
    return play.chromium.launch(executable_path=executable(), args=FLAGS)


def install() -> bool:
    """Install a browser: from Debian as root, else through Playwright."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        return _apt("chromium", "fonts-noto-cjk")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


def chinese_font() -> bool:
    """Whether the machine can show Chinese (where fontconfig can tell)."""
    if not shutil.which("fc-list"):
        return sys.platform in ("darwin", "win32")
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def _apt(*packages: str) -> bool:
    quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "check": False}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    done = subprocess.run(["apt-get", "install", "-y", "-qq", *packages], **quiet)
    executable.cache_clear()
    return done.returncode == 0


def main() -> int:
    """Exit status 0 when the tests have a browser and a font."""
    if executable() is None and not (install() and executable()):
        print(HELP, file=sys.stderr)
        return 1
    if not chinese_font() and not (hasattr(os, "geteuid") and os.geteuid() == 0):
        print("No Chinese font: install Noto Sans CJK (fonts-noto-cjk).", file=sys.stderr)
        return 1
    if not chinese_font() and not _apt("fonts-noto-cjk"):
        print("No Chinese font: install Noto Sans CJK (fonts-noto-cjk).", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
