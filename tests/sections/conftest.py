"""The demo of the section that a test lies in, on a page of its own.

What holds for every demo is tested in tests/contracts/test_demos.py: numbers, controls, words,
themes, a phone. Here stands what only this demo does.
"""

import pytest

from dlnotes.core.language import LANGUAGES
from tests.demos.driver import Bench
from tests.demos.found import demo_of


@pytest.fixture(scope="module")
def bench(request, chromium):
    """The page; `bench.fresh(lang, **controls)` shows the demo anew."""
    bench = Bench(chromium, demo_of("/".join(request.path.parts[-3:-1])))
    yield bench
    bench.close()


@pytest.fixture
def demo(bench):
    """The demo in English, for what has no language."""
    yield bench.fresh()
    assert bench.errors == []


@pytest.fixture(params=LANGUAGES)
def spoken(request, bench):
    """The demo in each language, for what it says."""
    yield bench.fresh(request.param)
    assert bench.errors == []
