"""Serves the built site on this machine."""

import functools
import http.server
from pathlib import Path

HOST = "127.0.0.1"
FIRST_PORT = 8000
PORTS = 100
LAST_PORT = 65535


class Handler(http.server.SimpleHTTPRequestHandler):
    """Static files, quietly; the browser asks again after every build."""

    def log_message(self, *args) -> None:
        """Say nothing: the terminal belongs to the reader."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()


def server(site: Path, first: int = FIRST_PORT) -> http.server.ThreadingHTTPServer:
    """A server of the site on the first free port from `first` on.

    Raises:
        OSError: when none of the next hundred ports is free.
    """
    handler = functools.partial(Handler, directory=str(site))
    last = min(first + PORTS - 1, LAST_PORT)
    for port in range(first, last + 1):
        try:
            return http.server.ThreadingHTTPServer((HOST, port), handler)
        except OSError:
            continue
    raise OSError(
        f"端口 {first} 到 {last} 都被占用：空出一个，或者用 --port 换一段。"
        f" · Ports {first} to {last} are all taken: free one, or try others with --port."
    )


def serve(site: Path, first: int = FIRST_PORT) -> None:
    """Serve until Ctrl-C."""
    with server(site, first) as running:
        print(f"在浏览器里打开 · open in a browser: http://{HOST}:{running.server_port}/")
        print("按 Ctrl-C 停止 · Ctrl-C stops it", flush=True)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            print()
