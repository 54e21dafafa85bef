"""A real JupyterLab: open a section, run it all, move a slider, read what it says."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dlnotes.core import ledger
from tests.contracts.hosts import unreadable
from tests.demos.driver import DemoOnPage, assert_true
from tests.demos.found import SECTIONS, demo_of

BOOK = Path(__file__).resolve().parents[2] / "book"
# every cell in the document, also those out of sight; no question about news
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
CHAPTERS = sorted({section.partition("/")[0] for section in SECTIONS})
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab that serves a copy of the book."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(BOOK, home / "book")
    keep_out = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    for name, values in SETTINGS.items():
        file = home / f"JUPYTER_CONFIG_DIR/lab/user-settings/{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0", "--allow-root"]
    log = home / "lab.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token=", f"--ServerApp.root_dir={home}"],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **keep_out, "DLNOTES_LANG": "zh"},
        )
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        server.wait(timeout=30)


def _address(server: subprocess.Popen, log: Path, patience: float = 120) -> str:
    until = time.monotonic() + patience
    while time.monotonic() < until and server.poll() is None:
        if found := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)/lab", log.read_text()):
            address = f"http://127.0.0.1:{found[1]}"
            with contextlib.suppress(urllib.error.URLError):  # named before it listens
                urllib.request.urlopen(f"{address}/api", timeout=30).read()
                return address
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def browser(chromium):
    return chromium


def _run_all(page: Page) -> None:
    """Run every cell; asked again while the kernel is still on its way up."""
    expect(page.locator(".jp-StatusBar-Widget")).to_contain_text("| Idle", timeout=120_000)
    prompts, dialog = page.locator(".jp-CodeCell .jp-InputPrompt"), page.locator(".jp-Dialog")
    for _ in range(20):
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        page.wait_for_timeout(1000)
        if dialog.count():  # "which kernel?", when the question was faster than the server
            dialog.locator(".jp-mod-accept").click()
        if prompts.last.inner_text().strip() != "[ ]:":
            break
    expect(prompts.last).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=240_000)


@pytest.mark.parametrize(
    "chapter",
    # the ends of the book; its other chapters use the same frame, in `make test-all`
    [
        pytest.param(one, marks=[] if one in (CHAPTERS[0], CHAPTERS[-1]) else [pytest.mark.long])
        for one in CHAPTERS
    ],
)
def test_a_section_runs_and_its_slider_moves(lab, browser, chapter):
    """One section for each chapter, that with the shortest notebook."""
    notebooks = {one: BOOK / f"{one}.ipynb" for one in SECTIONS if one.startswith(f"{chapter}/")}
    section = min(notebooks, key=lambda one: notebooks[one].stat().st_size)
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{lab}/lab/tree/book/{section}.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120_000)
    _run_all(page)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    claims = [id for id in ledger.entries() if ledger.entry(id).section == section]
    assert page.locator("aside.claim").count() == len(claims) >= 2, "claim cards"
    assert "常听说" in page.locator("aside.claim").first.inner_text(), "the reader chose Chinese"

    demo = DemoOnPage(page, [], demo_of(section))
    for shown in (page.locator("aside.claim").first, demo.root):
        assert unreadable(shown, "JupyterLab light") == []
    picture, name = demo.picture(), next(iter(demo.demo.sliders))
    demo.slide(name, 0.3)
    was = demo.controls()[name]
    page.keyboard.press("ArrowRight")  # JupyterLab has commands on this key
    moved = "([name, was]) => document.querySelector('.dlnotes-demo').controls[name] > was"
    page.wait_for_function(moved, arg=[name, was])
    assert demo.picture() != picture
    assert_true(demo)
    page.close()
