"""What the tests of the site share: a small book, served, and a browser that looks at it."""

import threading
from contextlib import contextmanager

import pytest

from dlnotes.site.build import build
from dlnotes.site.serve import server
from tests.site.small_book import project


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
def opened(chromium):
    """`opened(url, **context)`: a page, with everything it asked for and complained about."""
    contexts = []

    def go(url, **options):
        context = chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        contexts.append(context)
        tab = context.new_page()
        tab.requests, tab.errors = [], []
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.on("requestfailed", lambda request: tab.errors.append(f"failed: {request.url}"))
        tab.on("console", lambda said: said.type == "error" and tab.errors.append(said.text))
        tab.on("pageerror", lambda error: tab.errors.append(str(error)))
        tab.goto(url, wait_until="networkidle")
        return tab

    yield go
    for context in contexts:
        context.close()
