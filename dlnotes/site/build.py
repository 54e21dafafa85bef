"""Builds the website: check, run, two editions, check again, then swap it in at once."""

import hashlib
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock

from dlnotes.core.data import PACKAGE
from dlnotes.core.language import LANGUAGES
from dlnotes.site import assets, execution, exercises, sources
from dlnotes.site.edition import Edition
from dlnotes.site.findings import Findings
from dlnotes.site.finish import finished, shared
from dlnotes.site.lint import book
from dlnotes.site.processes import Step
from dlnotes.site.search import write_index
from dlnotes.site.slim import share_static
from dlnotes.site.sources import BOOK, Faulty
from dlnotes.site.stations import furnished
from dlnotes.site.verify import check_site
from dlnotes.site.versions import files

STAMP = ".built"
SETTINGS = ("_config.yml", "_toc.yml", "package.json", "package-lock.json")
LEFT_OUT = shutil.ignore_patterns(
    "*.map", "*.LICENSE.txt", "fontawesome.js", "webfonts", "objects.inv", ".buildinfo", "*.po",
    "plot_directive.css", "locales", "images", "reports", ".doctrees", "searchindex.js", "*.html",
)  # fmt: skip


def build(root: Path, tell: Callable[[], object] = lambda: None) -> Path:
    """Build the site of the project at `root` into `_build/site`; other builds of it wait.

    Args:
        root: the project.
        tell: called when it begins.

    Returns:
        The site's folder.

    Raises:
        Faulty: with a line for everything that is wrong; the last good site stays in place.
    """
    with _alone(root):
        return _build(root, tell)


def fresh_site(root: Path, tell: Callable[[], object] = lambda: None) -> Path:
    """The site, built first if it does not stand or something it is made from has changed."""
    with _alone(root):
        return root / "_build" / "site" if is_fresh(root) else _build(root, tell)


def _alone(root: Path) -> FileLock:
    folder = root / "_build"
    folder.mkdir(exist_ok=True)
    return FileLock(folder / "lock")


def _build(root: Path, tell: Callable[[], object]) -> Path:
    tell()
    version = sources_version(root)
    editions = _built_editions(root)
    findings = Findings(editions[0].folder.with_name("findings.json"))
    new = _gathered(editions, root / "_build" / "site.new", findings)
    _stop_on(check_site(new, findings))
    findings.save()
    (new / STAMP).write_text(version, encoding="utf-8")
    return _swap_in(new, root / "_build" / "site")


def _built_editions(root: Path) -> list[Edition]:
    with ExitStack() as stack:  # the steps load their programs while the book is being checked
        makers = [_step(stack, "edition", f"The {lang} edition") for lang in LANGUAGES]
        _stop_on(sources.check(root))
        stale = execution.stale(root)
        runner = _step(stack, "kernels", "The run of the notebooks") if stale else None
        looked = Findings(root / "_build" / "lint.json", _version(_makers()))
        faults = book.check(root, looked)
        looked.save()
        _stop_on(faults)
        editions = _editions(root)
        if runner:
            runner.start(root=root, folder=execution.outputs(root), stale=stale)
            _stop_on(runner.faults())
        for maker, edition in zip(makers, editions, strict=True):
            maker.start(**asdict(edition))
        _stop_on([fault for maker in makers for fault in maker.faults()])
    return editions


def _step(stack: ExitStack, module: str, name: str) -> Step:
    return stack.enter_context(Step(f"dlnotes.site.{module}", name))


def is_fresh(root: Path) -> bool:
    """Whether the site stands and nothing it was built from has changed since."""
    stamp = root / "_build" / "site" / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == sources_version(root)


def sources_version(root: Path) -> str:
    """A name for the present state of every file the site is built from."""
    return _version(
        [*_settings(root), *files(root / BOOK), *exercises.files(root), *files(PACKAGE)]
    )


def _editions(root: Path) -> list[Edition]:
    work, outputs = root / "_build" / "work", execution.outputs(root)
    try:
        static, node = assets.vendored(root, work), assets.node()
    except assets.MissingTool as error:
        raise Faulty([str(error)]) from None
    offered = " ".join(path.stem for path in exercises.files(root))
    frame = work / f"pages-{_version([*_settings(root), *_makers()], offered)}"
    _forget(work, keep=(static, outputs, frame))
    return [Edition(lang, root, frame / lang, outputs, static, node) for lang in LANGUAGES]


def _makers() -> list[Path]:
    """The files of the package that say how a page is made and checked."""
    return [*files(PACKAGE / "site"), *files(PACKAGE / "core")]


def _settings(root: Path) -> list[Path]:
    return [root / name for name in SETTINGS if (root / name).is_file()]


def _version(paths: list[Path], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for path in paths:
        state = path.stat()
        digest.update(f"{path} {state.st_mtime_ns} {state.st_size}\n".encode())
    return digest.hexdigest()[:12]


def _forget(work: Path, keep: tuple[Path, ...]) -> None:
    """Drop what earlier versions of settings and site left; a way back costs one build."""
    for path in work.iterdir():
        if path not in keep and not path.name.startswith("npm-"):
            shutil.rmtree(path, ignore_errors=True)


def _stop_on(faults: list[str]) -> None:
    if faults:
        raise Faulty(list(dict.fromkeys(faults)))


def _gathered(editions: list[Edition], new: Path, findings: Findings) -> Path:
    shutil.rmtree(new, ignore_errors=True)
    (new / "_static").mkdir(parents=True)
    modules = assets.modules(editions[0].root, editions[0].static.parent)
    for edition in editions:
        shutil.copytree(edition.html, new / edition.lang, ignore=LEFT_OUT)
        pages = finished(edition, modules)
        for name in pages:
            text = furnished(name, pages, edition.lang, findings)
            (new / edition.lang / f"{name}.html").write_text(text, encoding="utf-8")
        shutil.copytree(shared(edition), new / "_static", dirs_exist_ok=True)
    share_static(editions, new, modules, findings)
    for edition in editions:
        write_index(new, edition.lang, edition.root / BOOK / "glossary.yml", modules, findings)
    shutil.copy(Path(__file__).parent / "root.html", new / "index.html")
    exercises.write(editions[0].root, new)
    return new


def _swap_in(new: Path, site: Path) -> Path:
    old = site.with_name("site.old")
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    new.rename(site)
    shutil.rmtree(old, ignore_errors=True)
    return site
