"""The command line: `dlnotes site | read | lab | practice | …`, as `_parser` lists them."""

import argparse
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it went well."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except OSError as stop:  # a disk, a file or a connection that does not do its part
        where = f"{stop.filename}: {stop.strerror}" if stop.filename else str(stop)
        print(f"做不下去 · cannot go on: {where}", file=sys.stderr)
        return 2


class Parser(argparse.ArgumentParser):
    """A parser that says in both languages that it did not understand, and where help is."""

    def error(self, message: str) -> NoReturn:
        """Says what is wrong in one line, with the way out, and exits with 2."""
        way_out = f"看 · see `{self.prog} --help`"
        self.exit(2, f"命令没看懂 · not understood: {message}; {way_out}\n")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="dlnotes", description="深度学习训练笔记 · dlnotes")
    parser.add_argument("--version", action="version", version=f"dlnotes {version('dlnotes')}")
    parser.add_argument("--root", type=Path, default=ROOT, help="项目所在的文件夹 · project folder")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add(commands, "site", site, "建网站，放进 _build/site · build the website")
    reading = _add(commands, "read", read, "在浏览器里读，有改动才重建 · read it in a browser")
    reading.add_argument(
        "--port", type=_port, default=8000, help="从这个端口试起 · first port to try"
    )
    _add(commands, "lab", lab, "用 JupyterLab 打开全书 · open the notebooks in JupyterLab")
    practising = _add(
        commands, "practice", practice, "抄一份练习来做 · copy the exercises, open them"
    )
    practising.add_argument(
        "chapter",
        nargs="?",
        help="哪一章或哪一节，默认全书 · chapter or section",
    )
    practising.add_argument(
        "--folder", type=Path, default=Path("practice"), help="抄到哪里 · where to put them"
    )
    practising.add_argument(
        "--no-lab", action="store_true", help="只抄，不打开 · copy without opening JupyterLab"
    )
    _add(commands, "exercises", exercises, "重新生成练习 · write the exercise notebooks anew")
    laying = _add(commands, "new", new, "铺一节新的 · lay out a new section")
    laying.add_argument("section", help="章/节 · such as learning_rates/decay")
    taking = _add(commands, "remove", remove, "拿走一节草稿 · remove a section that is a draft")
    taking.add_argument("section", help="章/节 · such as learning_rates/decay")
    taking.add_argument("--force", action="store_true", help="改过也扔 · even if worked on")
    teaching = _add(commands, "course", course, "建一门课，给 nbgrader 用 · set up a course")
    teaching.add_argument("folder", type=Path, help="课程的文件夹 · the course's folder")
    teaching.add_argument(
        "--section", action="append", default=[], help="哪份练习 · such as optimizers/momentum"
    )
    _grading(_add(commands, "grade", grade, "批作业，批全班的 · grade what a class handed in"))
    return parser


def _grading(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("folder", nargs="?", type=Path, help="收上来的作业 · what was collected: student/*.ipynb")
    add("--section", action="append", default=[], help="哪份练习 · such as optimizers/momentum")
    add("--out", type=Path, default=Path("grades"), help="结果放哪里 · where the results go")
    add("--workers", type=int, help="几个进程 · processes; as many as there are cores")
    add("--dask", metavar="ADDRESS", help="交给 Dask 集群 · a cluster, such as tcp://host:8786")
    add("--seed-file", type=Path, help="本班的密钥 · the class's secret; by default in --out")
    add("--gradebook", metavar="URL", help="成绩册 · such as sqlite:///gradebook.db")
    add("--own", type=Path, metavar="FILE", help="批自己的一份，不用沙箱 · one's own notebook")


def _port(text: str) -> int:
    """A port; argparse shows the message of the error."""
    from dlnotes.site.serve import LAST_PORT

    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"应是 1 到 {LAST_PORT} · must be 1 to {LAST_PORT}: {text!r}"
        )
    return int(text)


def _add(commands, name: str, run, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    return command


def site(options) -> int:
    """Build the website."""
    from dlnotes.site.build import build

    place = _built(options.root, build)
    if place:
        print(f"建好了 · built: {place}")
    return 0 if place else 1


def read(options) -> int:
    """Build what changed, then serve."""
    from dlnotes.site.build import fresh_site
    from dlnotes.site.serve import serve

    place = _built(options.root, fresh_site)
    if not place:
        return 1
    serve(place, options.port)
    return 0


def lab(options) -> int:
    """Open JupyterLab in the book."""
    return _open_lab(options.root / "book")


def practice(options) -> int:
    """Copy exercises, keep what the reader has written, open JupyterLab."""
    from dlnotes.grading.reader.practice import practice as copy

    try:
        copy(options.chapter, options.folder)
    except LookupError as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0 if options.no_lab else _open_lab(options.folder)


def _open_lab(folder: Path) -> int:
    try:
        return subprocess.call([sys.executable, "-m", "jupyter", "lab", str(folder)])
    except KeyboardInterrupt:
        return 0


def exercises(options) -> int:
    """Write the exercises' source notebooks from their declarations, and say what is wrong."""
    from dlnotes.grading.faults import faults
    from dlnotes.grading.tasks.notebook import write_all

    write_all()
    found = faults()
    print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else 0


def new(options) -> int:
    """Lay out a section, and say which files to write in."""
    from dlnotes.scaffold.section import lay_out

    return _told(
        lambda: lay_out(options.root, options.section),
        "铺好了，往这些文件里写 · laid out; write in these files:",
    )


def remove(options) -> int:
    """Take a draft away, and say what is gone."""
    from dlnotes.scaffold.section import take_away

    return _told(
        lambda: take_away(options.root, options.section, force=options.force),
        "拿走了 · removed:",
    )


def _told(act: Callable[[], list[str]], done: str) -> int:
    from dlnotes.scaffold.place import Refused

    try:
        print(done, *act(), sep="\n  ")
    except Refused as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0


def course(options) -> int:
    """Set up a course for nbgrader: its settings, and the exercises to hand out."""
    from dlnotes.grading.classroom.command import set_up

    return set_up(options)


def grade(options) -> int:
    """Grade a class behind the wall, or one's own notebook without one."""
    from dlnotes.grading.classroom.command import run

    return run(options)


def _built(root: Path, build: Callable[..., Path]) -> Path | None:
    from dlnotes.site.sources import Faulty

    try:
        return build(root.resolve(), lambda: print("正在建网站…… · building the site…", flush=True))
    except Faulty as stop:
        print(*stop.faults, sep="\n", file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    return None


if __name__ == "__main__":
    sys.exit(main())
