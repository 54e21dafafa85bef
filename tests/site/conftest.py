"""What the tests of the site share: a small book, served, and a browser that looks at it."""

import threading
from contextlib import contextmanager

import pytest

from dlnotes.site.build import build
from dlnotes.site.serve import server
from tests.site.small_book import project
from tests.tabs import load, wear


@pytest.fixture(scope="session")
def small_project(tmp_path_factory):
    """A small book, built once; tests that change it take `fresh_project`."""
    root = project(tmp_path_factory.mktemp("book") / "project")
    build(root)
    return root


@pytest.fixture(scope="session")
def small_site(small_project):
    return small_project / "_build" / "site"


@pytest.fixture
def fresh_project(tmp_path):
    """A small book of one's own, not built."""
    return project(tmp_path / "project")


@contextmanager
def served(folder):
    with server(folder, 8800) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture(scope="module")
def address(small_site):
    with served(small_site) as url:
        yield url


@pytest.fixture
def opened(tabs):
    """`opened(url, **context)`: a page, with everything it asked for and complained about."""

    def go(url, again=None, **options):
        """In a tab of its own, or `again` in one that is already there."""
        tab = again or tabs.take(**options)
        wear(tab, options)
        load(tab, url)
        return tab

    return go
