"""A bar where somebody watches, silence where nobody does, the same items everywhere."""

import sys
import time
from types import SimpleNamespace

import pytest
from jupyter_client.manager import start_new_kernel

from dlnotes.core import progress as bars
from dlnotes.core.progress import progress, watched

WORK = """
import time
from dlnotes.core import progress as bars
bars.DELAY = 0.05
for item in bars.progress(range(8), label="work"):
    time.sleep(0.05)
"""


@pytest.mark.parametrize("show", [None, True, False])
def test_the_items_come_through(show, capsys):
    assert list(progress(range(5), show=show)) == [0, 1, 2, 3, 4]
    assert list(progress(iter("abc"), 3, show=show)) == ["a", "b", "c"]


def test_a_test_is_silent(capfd):
    assert not watched()
    for _ in progress(range(3)):
        time.sleep(0.01)
    assert capfd.readouterr() == ("", "")


def test_a_bar_says_what_and_how_far(capsys):
    assert sum(progress(iter([1, 2, 3]), 3, show=True, label="training")) == 6
    shown = capsys.readouterr().err
    assert "training: 100%" in shown and "3/3" in shown


def test_short_work_shows_no_bar_in_a_terminal_and_long_work_does(capsys, monkeypatch):
    monkeypatch.setattr(bars, "watched", lambda: True)
    list(progress(range(50)))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(bars, "DELAY", 0.02)
    for _ in progress(range(4), label="long"):
        time.sleep(0.15)
    assert "long" in capsys.readouterr().err


def test_a_bar_does_not_swallow_an_interrupt(capsys):
    with pytest.raises(KeyboardInterrupt):
        for item in progress(range(5), show=True):
            if item == 2:
                raise KeyboardInterrupt


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_is_watched_and_a_pipe_is_not(monkeypatch, terminal):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    assert watched() == terminal


@pytest.mark.parametrize("asks", [True, False])
def test_a_notebook_is_watched_when_its_front_end_can_be_asked(monkeypatch, asks):
    shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=asks))
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert watched() == asks


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the kernel's own libraries
def test_a_real_kernel_shows_a_bar_to_a_reader_and_none_to_a_test():
    """JupyterLab can be asked for input; nbval and a site build say that they cannot."""
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        outputs = {asks: _shown(client, asks) for asks in (True, False)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert outputs[False] == []
    assert "display_data" in outputs[True]


def _shown(client, asks):
    """The kinds of output that running WORK sends to the notebook."""
    kinds = []

    def note(message):
        if message["msg_type"] in ("display_data", "stream", "error", "execute_result"):
            kinds.append(message["msg_type"])

    client.execute_interactive(WORK, allow_stdin=asks, output_hook=note, timeout=60)
    return kinds
