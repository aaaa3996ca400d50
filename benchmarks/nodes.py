"""The programs that are measured: how one is started, asked, waited for and ended, and what it uses of a core."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
OUR_APP, MINIMAL_APP = "fysicure.wsgi:application", "benchmarks.minimal:application"
WORKERS, THREADS = 2, 8  # what scripts/serve.py does when nothing else is said


Program = subprocess.Popen[bytes]
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Node:
    """A running web server, asked as a proxy asks it."""

    port: int
    process: Program

    def cpu(self) -> float:
        """Return the seconds of a core that it used so far, all its processes together."""
        return cpu_of(psutil.Process(self.process.pid))

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """Send a request; `Content_Type="…"` becomes the header Content-Type. Raises OSError when nobody answers."""
        channel = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            channel.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = channel.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            channel.close()

    def status(self, path: str) -> int:
        """Return the status of a page, 0 when nobody answers. Raises RuntimeError when the program has ended."""
        if self.process.poll() is not None:
            raise RuntimeError(f"The node on port {self.port} ended with {self.process.returncode}.")
        try:
            return self.ask("GET", path)[0]
        except (OSError, http.client.HTTPException):
            return 0


def start(
    command: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None = None, *, user: int | None = None
) -> Program:
    """Start a program in a session of its own; what it says goes to `log`, or where this program speaks.

    `user` is the id of who runs it, when that is not who runs this one.
    """
    groups: Any = {} if user is None else {"user": user, "extra_groups": []}
    return subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True, **groups
    )


def end(*programs: Program) -> None:
    """Ask programs to end, all at once, and kill with all its children what has not after 15 seconds."""
    for program in programs:
        program.terminate()
    for program in programs:
        try:
            program.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def wait_until(is_so: Callable[[], object], *, seconds: float = 60) -> float:
    """Wait for something that will be so; return the moment. Raises TimeoutError when it is not in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.02)
    return time.monotonic()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def cpu_of(*roots: psutil.Process | None) -> float:
    """Return the seconds of a core that processes and their children, living or gone, used so far."""
    total = 0.0
    for root in filter(None, roots):
        for each in (root, *root.children(recursive=True)):
            try:
                used = each.cpu_times()
            except psutil.Error:
                continue
            total += used.user + used.system
        gone = root.cpu_times()
        total += gone.children_user + gone.children_system
    return total


@contextmanager
def serve(app: str, address: str, owner: str) -> Iterator[Node]:
    """Serve over a database as production does (scripts/serve.py), and stop at the end."""
    port = free_port()
    environment = {**os.environ, "DATABASE_URL": address, "DATABASE_OWNER_URL": owner, "PYTHONPATH": str(ROOT)}
    environment |= {"PORT": str(port), "WORKERS": str(WORKERS), "DRAIN_SECONDS": "0"}
    if app == OUR_APP:
        environment["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    command = [sys.executable, "-m", "scripts.serve"] if app == OUR_APP else [*_granian(port), app]
    with running(command, environment, port) as node:
        yield node


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[Node]:
    """Run a web server until the end, from the moment that it answers."""
    node = Node(port, start(command, environment))
    try:
        wait_until(lambda: node.status("/healthz"))
        yield node
    finally:
        end(node.process)


def _granian(port: int) -> list[str]:
    """The same server with the same width for another app than the product."""
    where = ["--host", "127.0.0.1", "--port", str(port), "--interface", "wsgi", "--log-level", "warning", "--no-ws"]
    width = ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS * 8)]
    return [str(Path(sys.executable).parent / "granian"), *where, *width]
