"""`dlnotes grade` on the command line: what it was asked, what it says."""

import sys
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dlnotes.core.language import LANGUAGES, both, told
from dlnotes.grading.classroom import executors
from dlnotes.grading.classroom.batch import Batch, grade_folder
from dlnotes.grading.classroom.course import course
from dlnotes.grading.classroom.executors import Outdated
from dlnotes.grading.grade import Result
from dlnotes.grading.jail import sandbox
from dlnotes.grading.messages import Refusal, say
from dlnotes.grading.reader.own import grade_own, result_lines
from dlnotes.grading.safe_text import visible
from dlnotes.grading.tasks import declarations
from dlnotes.grading.tasks.declarations import Place

FOLDER = both(
    zh="要批哪个文件夹？写成 `dlnotes grade 文件夹`；批自己的一份用 `--own`。",
    en="Which folder? `dlnotes grade FOLDER`; for your own notebook `--own FILE`.",
)
NO_FOLDER = both(zh="没有这个文件夹：{folder}。", en="There is no folder {folder}.")
SECTION = both(
    zh="没有练习叫 `{name}`。有这些：{names}。",
    en="There is no exercise `{name}`. There are: {names}.",
)
WORKERS = both(
    zh="`--workers` 至少是 1，现在是 {workers}。", en="`--workers` must be at least 1: {workers}."
)
DONE = both(
    zh="{students} 个学生，{results} 份：新批 {fresh} 份，其余以前批过。结果：{place}",
    en="{students} students, {results} exercises: {fresh} graded now, the others before. "
    "Results: {place}",
)
COUNTS = {
    "unreadable": both(zh="{count} 份读不了", en="{count} could not be read"),
    "missing": both(zh="{count} 份没交", en="{count} were not handed in"),
    "failed": both(zh="{count} 份没批成，再运行一次", en="{count} failed, run it again"),
}
OUTDATED = both(
    zh="各台机器上的 dlnotes 版本不一样，分数会不一致：{error}",
    en="The machines have different versions of dlnotes and would not agree: {error}",
)
NEW_SECRET = both(
    zh="没有 {file}，这次会另造一份密钥：题里抽的数和以前不同。",
    en="There is no {file}; a new secret is made, which draws other inputs than before.",
)
NO_NBGRADER = both(
    zh="写成绩册要用 nbgrader：`pip install 'dlnotes[grade]'`。",
    en="A gradebook takes nbgrader: `pip install 'dlnotes[grade]'`.",
)
ENTERED = both(zh="成绩册里记了 {count} 份：{url}", en="Entered into the gradebook: {count}, {url}")
NEXT = both(
    zh="接下来：`cd {folder}`，`nbgrader generate_assignment {section}`。",
    en="Next: `cd {folder}`, `nbgrader generate_assignment {section}`.",
)
STOPPED = both(
    zh="停下了。批过的都在，再运行一次接着批。",
    en="Stopped. What was graded is kept; run it again to go on.",
)


class BadOption(Refusal):
    """An option that makes no sense."""


def run(options: Namespace) -> int:
    """Grade as asked; 0 when all went well, 1 when something must be run again, 2 when refused."""
    try:
        if options.own:
            return _own(options)
        entered = _gradebook(options.gradebook) if options.gradebook else None
        batch = _graded(options)
        if entered:
            entered(batch.results)
        return _told(batch, options.out)
    except Refusal as stop:
        print(*(visible_lines(stop.texts[lang]) for lang in LANGUAGES), sep="\n", file=sys.stderr)
        return 2
    except Outdated as stop:
        texts = say(OUTDATED, error=stop)
        print(*texts.values(), sep="\n", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(*STOPPED.values(), sep="\n", file=sys.stderr)
        return 130


def visible_lines(text: str) -> str:
    """The text without anything a terminal would obey, line by line."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _graded(options: Namespace) -> Batch:
    if options.folder is None:
        raise BadOption(FOLDER)
    if not options.folder.is_dir():
        raise BadOption(say(NO_FOLDER, folder=visible(str(options.folder))))
    workers = executors.cores() if options.workers is None else options.workers
    if workers < 1:
        raise BadOption(say(WORKERS, workers=workers))
    places = [place for name in options.section for place in places_of(name)]
    if options.seed_file and not options.seed_file.exists():
        texts = say(NEW_SECRET, file=visible(str(options.seed_file)))
        print(*texts.values(), sep="\n", file=sys.stderr)
    if options.dask:
        opens = partial(executors.dask, options.dask)
    else:
        sandbox.ensure()
        opens = executors.here if workers == 1 else partial(executors.pool, workers)
    return grade_folder(
        options.folder,
        options.out,
        places=places,
        opens=opens,
        workers=workers,
        seed_file=options.seed_file,
    )


def places_of(name: str) -> list[Place]:
    """The exercises that a word of the command line means: a chapter, a section, or both.

    Example:
        >>> places_of("momentum")
        [('optimizers', 'momentum')]
    """
    known = declarations.sections()
    found = [place for place in known if name in (*place, "/".join(place))]
    if not found:
        names = ", ".join("/".join(place) for place in known)
        raise BadOption(say(SECTION, name=visible(name), names=names))
    return found


def _gradebook(url: str) -> Callable[[list[Result]], None]:
    """What enters results into a gradebook that is known to open."""
    try:
        from dlnotes.grading.results import gradebook
    except ModuleNotFoundError:
        raise BadOption(NO_NBGRADER) from None

    def entered(results: list[Result]) -> None:
        count = gradebook.write(results, url)
        if results:
            shown = visible(gradebook.without_password(url))
            print(*say(ENTERED, count=count, url=shown).values(), sep="\n")

    entered([])
    return entered


def _told(batch: Batch, out: Path) -> int:
    statuses = [result.status for result in batch.results]
    students = len({result.submission.student for result in batch.results})
    count = {"students": students, "results": len(statuses), "fresh": batch.fresh}
    said = list(say(DONE, **count, place=visible(str(out / "results.csv"))).values())
    for status, text in COUNTS.items():
        if number := statuses.count(status):
            said.append(" · ".join(say(text, count=number).values()))
    print(*said, sep="\n")
    return 1 if "failed" in statuses else 0


def set_up(options: Namespace) -> int:
    """Set up a course as asked; 0 when it is there, 2 when refused."""
    try:
        places = [place for name in options.section for place in places_of(name)]
        lines = course(options.folder, places)
    except Refusal as stop:
        print(*stop.texts.values(), sep="\n", file=sys.stderr)
        return 2
    print(*(visible(told(line)) for line in lines), sep="\n")
    _, section = (places or declarations.sections())[0]
    print(*say(NEXT, folder=options.folder, section=section).values(), sep="\n")
    return 0


def _own(options: Namespace) -> int:
    """Grade one's own notebook and show what a class would get."""
    place = places_of(options.section[0])[0] if options.section else None
    result = grade_own(options.own, place)
    print(*(visible(line) for lang in LANGUAGES for line in result_lines(result, lang)), sep="\n")
    return 0 if result.status == "graded" else 1
