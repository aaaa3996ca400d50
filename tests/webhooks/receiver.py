"""Another program, as far as a webhook sees it: takes messages and answers what a test says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = Callable[["Handler"], None]


@dataclass
class Receiver:
    """What came in, in the order in which it came, and how to answer."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Answers = field(default=lambda handler: handler.say(204))


class Handler(BaseHTTPRequestHandler):
    """One message: read, kept, and answered as the receiver says."""

    receiver: Receiver

    def do_POST(self) -> None:  # noqa: N802 the name is http.server's
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.receiver.bodies.append(body)
        self.receiver.headers.append(dict(self.headers))
        self.receiver.answer(self)

    def say(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def reset(self) -> None:
        """Break the connection off without a word."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def hang(self, seconds: float) -> None:
        time.sleep(seconds)

    def drip(self, seconds: float) -> None:
        """Send an endless head, a byte at a time, faster than any wait for one byte ends."""
        until = time.monotonic() + seconds
        try:
            self.connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while time.monotonic() < until:
                self.connection.sendall(b"a")
                time.sleep(0.05)
        except OSError:
            return

    def flood(self, megabytes: int) -> None:
        """Answer 200 with a body that nobody wants."""
        self.say(200, Content_Length=str(megabytes * 1_000_000))
        try:
            for _each in range(megabytes):
                self.connection.sendall(b"x" * 1_000_000)
        except OSError:
            return

    def log_message(self, *args: Any) -> None:
        """Say nothing on the console."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hung up is what some tests are about."""


@contextmanager
def listening(answer: Answers | None = None) -> Iterator[Receiver]:
    """Run a receiver on this machine."""
    receiver = Receiver()
    if answer is not None:
        receiver.answer = answer
    handler = type("Bound", (Handler,), {"receiver": receiver})
    server = _Server(("127.0.0.1", 0), handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
