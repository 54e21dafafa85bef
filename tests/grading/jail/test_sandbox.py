"""The wall itself: what it needs, what it shows, and the refusal where it cannot be had."""

import os
import pickle
import stat
import subprocess
import sys

import pytest

from dlnotes.core.language import LANGUAGES
from dlnotes.grading.jail import cgroups, mounts, sandbox
from dlnotes.grading.jail.cgroups import Group
from dlnotes.grading.jail.jail import Jail, Limits, SandboxMissing
from dlnotes.grading.jail.parcel import pack
from tests.grading.jail.test_jail import tried


@pytest.fixture(autouse=True)
def fresh():
    """What was found out about this machine is forgotten before and after."""
    caches = (sandbox.ensure, sandbox.tried, mounts.system, mounts.packages, mounts.opened)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


def refusal():
    with pytest.raises(SandboxMissing) as stop, Jail():
        pass
    for lang in LANGUAGES:
        assert stop.value.texts[lang] in str(stop.value)
        assert "bubblewrap" in stop.value.texts[lang] and "`check`" in stop.value.texts[lang]
    return stop.value.texts


def fake(folder, name, text):
    """A program of this name that does nothing but this."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o755)


def test_without_bubblewrap_a_class_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "`bwrap` is not installed" in refusal()["en"]
    assert "找不到 `bwrap`" in refusal()["zh"]


def test_a_refusal_comes_home_from_a_worker_as_it_was():
    error = sandbox.missing(sandbox.NOT_LINUX)
    assert pickle.loads(pickle.dumps(error)).texts == error.texts


def test_an_old_bubblewrap_is_refused(monkeypatch, tmp_path):
    fake(tmp_path, "bwrap", "echo bubblewrap 0.6.1")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert "bubblewrap is 0.6, which is too old" in refusal()["en"]


def test_other_systems_are_refused(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert "does not run Linux" in refusal()["en"]


def test_a_kernel_that_says_no_is_quoted(monkeypatch, tmp_path):
    said = "bwrap: No permissions to create new namespace"
    fake(
        tmp_path,
        "bwrap",
        f'[ "$1" = --version ] && echo bubblewrap 0.9.0 && exit; echo "{said}" >&2; exit 1',
    )
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert said in refusal()["en"] and said in refusal()["zh"]


def test_a_jail_without_with_is_refused_at_the_first_submission(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing):
        Jail().run(
            pack([], [], "seed").replace(
                b'"tasks": []', b'"tasks": [{"id": "x", "seconds": 1, "inputs": []}]'
            )
        )


def test_what_only_its_owner_can_read_is_named(monkeypatch, tmp_path):
    secret = tmp_path / "package"
    secret.mkdir(mode=0o700)
    monkeypatch.setattr(
        mounts, "packages", lambda: ("--ro-bind", str(secret), "/jail/site/package")
    )
    assert mounts.unreadable() == str(secret)
    secret.chmod(0o755)
    assert mounts.unreadable() is None


def test_a_library_installed_for_all_is_covered(monkeypatch, tmp_path):
    """With `dlnotes` as a wheel in the interpreter's own folder."""
    folder = tmp_path / "lib" / "python3.11" / "site-packages"
    (folder / "dlnotes" / "optimizers").mkdir(parents=True)
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    words = mounts.system()
    shown = words.index(str(tmp_path / "lib"))
    covered = [place for place, word in enumerate(words) if word == "--tmpfs"]
    assert words[shown - 1] == "--ro-bind"
    assert str(folder) in [words[place + 1] for place in covered] and covered[0] > shown


def test_packages_are_shown_one_by_one_and_never_the_library():
    words = mounts.packages()
    shown = {words[place + 2] for place, word in enumerate(words) if word == "--ro-bind"}
    assert {"/jail/site/torch", "/jail/site/numpy"} <= shown
    library = {place for place in shown if "dlnotes" in place}
    inside = (mounts.INSIDE / name for name in os.listdir(mounts.INSIDE) if name.endswith(".py"))
    assert library == {f"/jail/dlnotes/grading/inside/{file.name}" for file in inside}
    assert not [place for place in shown if place.endswith(".pth") or "nbgrader" in place]


def test_what_lies_below_a_closed_folder_is_opened_alone(monkeypatch, tmp_path):
    home = tmp_path / "home"
    source = home / "ann" / "python" / "lib"
    source.mkdir(parents=True)
    (home / "ann" / "diary").write_text("private", encoding="utf-8")
    tmp_path.chmod(0o755)
    home.chmod(0o700)
    monkeypatch.setattr(mounts, "system", lambda: ("--ro-bind", str(source), str(source)))
    monkeypatch.setattr(mounts, "packages", tuple)
    monkeypatch.setattr(mounts, "_closed", closed_below(tmp_path))
    words = mounts.opened()
    place = words.index(str(home))
    assert words[place - 1] == "--tmpfs" and words[-4:] == (
        "--ro-bind",
        str(source),
        str(source),
        "--",
    )
    assert [word for word in words if "diary" in word] == []
    assert words[words.index(str(home / "ann")) - 3 :][:3] == ("--perms", "0755", "--dir")


def closed_below(root):
    """As `mounts._closed`, blind to the folders above the test's own."""
    real = mounts._closed

    def closed(source):
        found = real(source)
        if found and not found.startswith(str(root)):
            inner = [p for p in sorted(root.rglob("*")) if not p.stat().st_mode & stat.S_IXOTH]
            return str(inner[0]) if inner else None
        return found

    return closed


def test_limits_for_the_whole_jail_are_written_and_entered(tmp_path):
    (tmp_path / "memory").mkdir()
    (tmp_path / "pids").mkdir()
    group = Group(Limits(total=5 << 30, processes=9), tmp_path)
    memory, tasks = group.folders
    assert (memory / "memory.limit_in_bytes").read_text() == str(5 << 30)
    assert (tasks / "pids.max").read_text() == str(9 + cgroups.SPARE)
    done = subprocess.run(
        group.command(["sh", "-c", 'echo "$$ $1"', "sh", "a b"]),
        capture_output=True,
        text=True,
        check=True,
    )
    pid, rest = done.stdout.strip().split(" ", 1)
    assert rest == "a b"
    assert {(folder / "cgroup.procs").read_text().strip() for folder in group.folders} == {pid}


def test_the_second_version_has_one_group(tmp_path):
    (tmp_path / "cgroup.controllers").write_text("memory pids", encoding="ascii")
    (folder,) = Group(Limits(), tmp_path).folders
    assert (folder / "memory.max").read_text() == str(Limits().total)
    assert (folder / "memory.swap.max").read_text() == "0"


def test_no_control_groups_change_nothing(tmp_path):
    group = Group(Limits(), tmp_path)
    assert group.folders == [] and group.command(["true"]) == ["true"]


def test_what_a_killed_grader_left_is_removed(tmp_path):
    ours, gone = tmp_path / f"dlnotes-{os.getpid()}-99", tmp_path / "dlnotes-999999999-0"
    for folder in (ours, gone, tmp_path / "other-999999999-0"):
        folder.mkdir()
    (tmp_path / "cgroup.controllers").write_text("memory pids", encoding="ascii")
    Group(Limits(), tmp_path)
    assert not gone.exists() and ours.exists() and (tmp_path / "other-999999999-0").exists()


HOARD = """
import os, time
children = []
for _ in range(8):
    child = os.fork()
    if not child:
        hoard = b"x" * 200_000_000
        time.sleep(1)
        os._exit(0)
    children.append(child)
ends = [os.waitpid(child, 0)[1] for child in children]
def killed(momentum):
    return sum(end == 9 for end in ends)
"""


def test_many_small_processes_share_one_limit(bubblewrap):
    limits = Limits(total=1 << 30, memory=512 << 20)
    with Jail(limits=limits) as jail:
        (record,) = tried(jail, ("killed", HOARD))["killed"]
        group = jail._group
        bounded = any("memory" in str(folder) for folder in group.folders) or bool(group._scope)
        killed = record["value"]["numbers"][0] if "value" in record else 8
        assert killed > 0 if bounded else killed == 0
        assert tried(jail, ("fine", "def fine(momentum): return 1"))["fine"][0]["value"]
        folders = list(group.folders)
    assert not any(folder.exists() for folder in folders)
