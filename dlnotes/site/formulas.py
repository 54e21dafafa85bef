"""Lets KaTeX set formulas at build time, by the extension's own little Node server."""

import atexit
import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 60.0  # seconds; a busy machine is slow


@contextlib.contextmanager
def formulas(node: Path) -> Iterator[None]:
    """Set formulas with this Node, and stop it afterwards."""
    from sphinxcontrib import katex

    server = katex.KaTeXServer
    katex.NODEJS_BINARY = str(node)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = PATIENCE
    server.start_server_process = staticmethod(_started)
    try:
        yield
    finally:
        atexit.unregister(server.terminate)
        if server.katex_server:
            server.katex_server.terminate()


def _started(folder: Path, timeout: float) -> tuple[subprocess.Popen, socket.socket]:
    """The server and a connection to it.

    The extension's own start fails now and then: it connects as soon as the socket's file is
    there, before Node listens.
    """
    from sphinxcontrib.katex import KaTeXServer

    place = folder / "katex.sock"
    command = KaTeXServer.build_command(socket=place)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=folder, **pipes)
    end = time.monotonic() + timeout
    while True:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(place))
            return process, connection
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
        if time.monotonic() > end or process.poll() is not None:
            process.kill()
            raise KaTeXServer.timeout_error(timeout)
        time.sleep(0.01)
