"""A real JupyterLab: open a section, run it all, move a slider, read what it says."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from dlnotes.widgets.optimizers import gradient_descent, momentum
from tests.browser import launch

BOOK = Path(__file__).resolve().parents[2] / "book"
DEMOS = {"momentum": momentum, "gradient_descent": gradient_descent}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab that serves a copy of the book."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(BOOK, home / "book")
    keep_out = {name: str(home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
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
            urllib.request.urlopen(f"{address}/api", timeout=30).read()
            return address
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as play:
        chromium = launch(play)
        yield chromium
        chromium.close()


def _run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


@pytest.mark.parametrize("section", DEMOS)
def test_a_section_runs_and_its_slider_moves(lab, browser, section):
    page = browser.new_page(viewport={"width": 1400, "height": 2400})
    page.goto(f"{lab}/lab/tree/book/optimizers/{section}.ipynb?reset")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=120_000)
    _run_all(page)
    # The last cell's number says that the kernel has come through.
    _scroll_through(page, until=f"{_count_code_cells(section)}")
    assert page.locator(".jp-RenderedText[data-mime-type*='stderr']").count() == 0
    _scroll_to(page, ".dlnotes [data-picture]")

    slider = page.locator("input[data-control=lr]").first
    slider.scroll_into_view_if_needed()
    readouts = page.locator("output[data-readout]")
    before = _values(readouts)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_be_focused()
    page.wait_for_timeout(200)
    assert _values(readouts) != before, "the slider moved and no readout changed"
    page.close()


def _values(readouts) -> dict[str, str]:
    items = readouts.evaluate_all("all => all.map(o => [o.dataset.readout, o.dataset.value])")
    return dict(items)


def _count_code_cells(section: str) -> int:
    import json

    cells = json.loads((BOOK / "optimizers" / f"{section}.ipynb").read_text("utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


def _scroll_through(page: Page, *, until: str, patience: float = 120) -> None:
    """Scroll down (Lab draws only what is near the window) until cell [until] has run."""
    end = time.monotonic() + patience
    page.locator(".jp-WindowedPanel-outer").first.hover()
    while time.monotonic() < end:
        prompts = page.locator(".jp-InputPrompt").all_inner_texts()
        if any(until == prompt.strip("[]: ") for prompt in prompts):
            return
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(300)
    raise AssertionError(f"cell [{until}] has not run; prompts seen: {prompts}")


def _scroll_to(page: Page, selector: str) -> None:
    for direction in (-1200, 1200):
        for _ in range(30):
            if page.locator(selector).count():
                page.locator(selector).first.scroll_into_view_if_needed()
                return
            page.mouse.wheel(0, direction)
            page.wait_for_timeout(150)
    raise AssertionError(f"nothing on the page matches {selector}")
