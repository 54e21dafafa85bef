import pytest

from dlnotes.site.build import build
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
