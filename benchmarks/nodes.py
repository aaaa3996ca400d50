"""The programs that are measured: a web node of the product, one of the minimal app, and what they use of a core."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
OUR_APP, MINIMAL_APP = "fysicure.wsgi:application", "benchmarks.minimal:application"
WORKERS, THREADS = 2, 8  # what scripts/serve.py does when nothing else is said


@dataclass(frozen=True)
class Node:
    """A running web server."""

    port: int
    process: psutil.Process

    def cpu(self) -> float:
        """Return the seconds of a core that it used so far, all its processes together."""
        return cpu_of(self.process)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def cpu_of(process: psutil.Process) -> float:
    """Return the seconds of a core that a process and its children, living or gone, used so far."""
    total = 0.0
    for each in (process, *process.children(recursive=True)):
        try:
            used = each.cpu_times()
        except psutil.Error:
            continue
        total += used.user + used.system
    gone = process.cpu_times()
    return total + gone.children_user + gone.children_system


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
def running(command: list[str], environment: dict[str, str], port: int) -> Iterator[Node]:
    """Run a web server until the end, from the moment that it answers."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603
    try:
        wait_for(port, process)
        yield Node(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _granian(port: int) -> list[str]:
    """The same server with the same width for another app than the product."""
    where = ["--host", "127.0.0.1", "--port", str(port), "--interface", "wsgi", "--log-level", "warning", "--no-ws"]
    width = ["--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS * 8)]
    return [str(Path(sys.executable).parent / "granian"), *where, *width]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Return when the node answers. Raises RuntimeError when it does not within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"The node on port {port} does not answer.")
