import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from dlnotes import cli
from dlnotes.site.build import fresh_site
from dlnotes.site.serve import LAST_PORT, server


def test_the_next_free_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with server(tmp_path, port) as running:
            assert running.server_port > port
            assert running.server_address[0] == "127.0.0.1"


def test_no_port_beyond_the_last(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", LAST_PORT))
        with pytest.raises(OSError, match="--port"):
            server(tmp_path, LAST_PORT)


@pytest.mark.parametrize("port", ["99999", "0", "-5", "http"])
def test_a_port_that_is_none_is_refused(port, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["read", f"--port={port}"])
    assert end.value.code == 2 and f"must be 1 to {LAST_PORT}: {port!r}" in capsys.readouterr().err


def interruptible():
    """Ctrl-C ends it, even where the tests run in the background of a shell, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.slow
def test_reading_a_fresh_site_builds_nothing_and_ends_quietly(small_project):
    site = fresh_site(small_project)
    built = site.stat().st_ino
    command = [sys.executable, "-m", "dlnotes.cli", "--root", small_project, "read"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [*command, "--port", "8765"], preexec_fn=interruptible, **pipes
    ) as process:
        try:
            line = process.stdout.readline()
            address = line.rsplit(" ", 1)[1].strip()
            assert "浏览器" in line and "browser" in line
            with urllib.request.urlopen(f"{address}zh/index.html") as answer:
                assert "小书" in answer.read().decode("utf-8")
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert errors == ""
    assert site.stat().st_ino == built


def test_help_is_in_both_languages(capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert "建网站" in said and "build the website" in said
