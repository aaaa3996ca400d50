"""Serve one node in production: granian, and a way to stop it that no visitor notices.

On SIGTERM (systemd, a container) /readyz says 503 first, for DRAIN_SECONDS, so that the proxy sends new requests to
another node; then granian stops taking connections and finishes what it is doing, for at most STOP_SECONDS.
HOST, PORT, WORKERS and THREADS say where and how wide; DRAIN_FILE names the file that /readyz looks for.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def number(name: str, default: int) -> int:
    """Return a number of the environment."""
    return int(os.environ.get(name) or default)


def command() -> list[str]:
    """Return how granian is started: threads as the database pool has connections, and a lid on what may queue."""
    workers, threads = number("WORKERS", 2), number("THREADS", 8)
    where = ["--host", os.environ.get("HOST") or "127.0.0.1", "--port", str(number("PORT", 8000))]
    size = ["--workers", str(workers), "--blocking-threads", str(threads), "--backpressure", str(threads * 8)]
    limits = ["--http1-buffer-size", "65536", "--http1-header-read-timeout", "10000", "--no-ws"]
    life = ["--respawn-failed-workers", "--respawn-interval", "0.5"]
    life += ["--workers-kill-timeout", str(number("STOP_SECONDS", 30))]
    program = [str(BIN / "granian"), "--interface", "wsgi", "--log-level", "warning"]
    return [*program, *where, *size, *limits, *life, "fysicure.wsgi:application"]


class Node:
    """A running granian, and the file that says that it is about to stop."""

    def __init__(self) -> None:
        given = os.environ.get("DRAIN_FILE")
        self.drain_file = Path(given) if given else Path(tempfile.mkdtemp(prefix="fysicure-node-")) / "draining"
        self.drain_file.unlink(missing_ok=True)
        self.stop_at: float | None = None
        environment = {**os.environ, "DRAIN_FILE": str(self.drain_file)}
        # A process group of its own: a signal to the group of this script must not reach granian before its time.
        self.granian = subprocess.Popen(command(), cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603

    def drain(self, _signal: int, _frame: FrameType | None) -> None:
        """Begin to stop; asked a second time, change nothing."""
        if self.stop_at is None:
            self.drain_file.touch()
            self.stop_at = time.monotonic() + float(os.environ.get("DRAIN_SECONDS") or 5)

    def run(self) -> int:
        """Wait until granian ends by itself or was asked to; return its exit code."""
        while self.granian.poll() is None:
            if self.stop_at is not None and time.monotonic() >= self.stop_at:
                self.granian.terminate()
                break
            time.sleep(0.1)
        try:
            code = self.granian.wait(number("STOP_SECONDS", 30) + 5)
        except subprocess.TimeoutExpired:
            os.killpg(self.granian.pid, signal.SIGKILL)
            code = self.granian.wait()
        self.drain_file.unlink(missing_ok=True)
        return 0 if self.stop_at is not None and code in {0, 1, -signal.SIGTERM} else code


def main() -> int:
    """Serve until asked to stop."""
    node = Node()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, node.drain)
    return node.run()


if __name__ == "__main__":
    sys.exit(main())
