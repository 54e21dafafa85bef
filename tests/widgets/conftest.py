import pytest

from tests.widgets.driver import browser


@pytest.fixture(scope="session")
def chromium():
    with browser() as found:
        yield found
