"""Tabs of the tests' browser, used again from test to test: a new one costs more than a page."""

import contextlib
import gzip
import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

VIEWPORT = {"width": 1280, "height": 800}
SOFT = {"viewport", "color_scheme", "reduced_motion"}  # what an open tab can still change
FORGET = "() => { try { localStorage.clear(); sessionStorage.clear(); } catch { /* none */ } }"
QUIET, PATIENCE = 0.1, 30.0  # seconds without a request; seconds until that is a fault


class Tabs:
    """Gives out tabs that remember nothing.

    Args:
        browser: in which they are.
    """

    def __init__(self, browser) -> None:
        self.browser, self.contexts, self.idle, self.busy = browser, {}, {}, []

    def take(self, **options: Any):
        """An empty tab; it notes what it asks for, `requests`, and complains about, `errors`.

        Args:
            options: of Playwright's `new_context`.
        """
        hard = {name: value for name, value in options.items() if name not in SOFT}
        key = json.dumps(hard, sort_keys=True)
        idle = self.idle.setdefault(key, [])
        tab = idle.pop() if idle else self._new(key, hard)
        self.busy.append((key, tab))
        wear(tab, options)
        return tab

    def give_back(self) -> None:
        """What was taken, emptied."""
        for key, tab in self.busy:
            if not tab.is_closed():
                tab.evaluate(FORGET)
                tab.context.clear_cookies()
                tab.goto("about:blank")
                self.idle[key].append(tab)
        self.busy.clear()

    def close(self) -> None:
        """Gives everything back to the browser."""
        for context in self.contexts.values():
            context.close()

    def _new(self, key: str, hard: dict):
        if key not in self.contexts:
            self.contexts[key] = self.browser.new_context(viewport=VIEWPORT, **hard)
        tab = self.contexts[key].new_page()
        tab.on("request", lambda request: _asked(tab, request))
        tab.on("requestfinished", lambda request: _answered(tab, request))
        tab.on("requestfailed", lambda request: _answered(tab, request))
        tab.on("requestfailed", lambda request: tab.errors.append(f"failed: {request.url}"))
        tab.on("console", lambda said: said.type == "error" and tab.errors.append(said.text))
        tab.on("pageerror", lambda error: tab.errors.append(str(error)))
        return tab


def wear(tab, options: dict) -> None:
    """Make a tab look as a new one with these options."""
    tab.requests, tab.errors, tab.under_way, tab.heard = [], [], set(), time.monotonic()
    tab.set_viewport_size(options.get("viewport", VIEWPORT))
    tab.emulate_media(
        media="null",
        color_scheme=options.get("color_scheme", "light"),
        reduced_motion=options.get("reduced_motion", "no-preference"),
    )


def load(tab, url: str) -> None:
    """Go there, and wait until it is quiet: all that was asked for has come, and nothing more."""
    tab.goto(url, wait_until="load")
    until = time.monotonic() + PATIENCE
    while tab.under_way or time.monotonic() - tab.heard < QUIET:
        assert time.monotonic() < until, f"{url} goes on asking for {tab.under_way}"
        tab.wait_for_timeout(20)


def _asked(tab, request) -> None:
    tab.requests.append(request.url)
    tab.heard = time.monotonic()
    if request.url.startswith(("http", "file")):
        tab.under_way.add(request.url)


def _answered(tab, request) -> None:
    tab.heard = time.monotonic()
    with contextlib.suppress(KeyError):
        tab.under_way.remove(request.url)


def weights(requests: list[str]) -> dict[str, int]:
    """Bytes of the files that a page asked for, as a server sends them: fonts and pictures as they
    are, all else in gzip."""

    def sent(url: str) -> int:
        content = Path(unquote(urlsplit(url).path)).read_bytes()
        return len(content) if url.endswith((".woff2", ".png")) else len(gzip.compress(content))

    return {url: sent(url) for url in dict.fromkeys(requests) if url.startswith("file:")}
