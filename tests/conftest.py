"""What tests of several folders share: one browser, and the built site."""

import gc
import os
import random
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from dlnotes.core import language

ROOT = Path(__file__).resolve().parents[1]
settings.register_profile("the same examples every time", derandomize=True, deadline=None)
settings.load_profile("the same examples every time")


@pytest.fixture(autouse=True)
def order_does_not_count():
    """Whatever ran before, in whichever process: the same randomness, and no language chosen."""
    language._chosen = None
    random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


@pytest.fixture(scope="session")
def chromium():
    """The browser of this test run; Playwright allows one at a time in a process."""
    from playwright.sync_api import sync_playwright

    from tests.browser import launch

    with sync_playwright() as play:
        browser = launch(play)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def every_tab(chromium):
    from tests.tabs import Tabs

    every = Tabs(chromium)
    yield every
    every.close()


@pytest.fixture
def tabs(every_tab):
    """Tabs of the browser, as good as new, see `tests.tabs`."""
    yield every_tab
    every_tab.give_back()


@pytest.fixture(scope="session")
def built_site() -> Path:
    """The book's site, built if it is not fresh."""
    from dlnotes.site.build import fresh_site

    return fresh_site(ROOT)


def pytest_collection_modifyitems(items) -> None:
    """Files with many slow tests first, so that two processes end together."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no search for garbage walks through it again.

    A million objects take a second, and several on a busy machine: as much as an answer may take.
    """
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter) -> None:
    """Sections that are laid out and not finished: their quantities are not yet held."""
    from dlnotes.site.sources import drafts

    for section in drafts(ROOT):
        terminalreporter.write_line(f"draft: {section} is not finished, and its page says so")


def pytest_sessionfinish(session) -> None:
    """A skipped test fails continuous integration: what it needs can be installed there."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
