"""What the tests of grading share: a sandbox, and jails that stay open for all of them."""

import pytest

from dlnotes.grading.jail.jail import Jail
from tests import sandbox


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    """No test reads or writes what the person at this machine has achieved."""
    monkeypatch.setenv("DLNOTES_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture(scope="session")
def bubblewrap() -> None:
    """The wall itself; without it the tests that need it fail."""
    assert sandbox.ready(), sandbox.HELP


@pytest.fixture(scope="session")
def cold(bubblewrap):
    """A jail that starts anew for every submission."""
    with Jail(warm=False) as jail:
        yield jail


@pytest.fixture(scope="session")
def warm(bubblewrap):
    """A jail with torch waiting in it."""
    with Jail() as jail:
        yield jail
