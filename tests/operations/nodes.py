"""Real nodes for the tests: granian and workers as processes, with the environment of a public host."""

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from benchmarks.nodes import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "fysicure.example"
KEY, TOKEN = secrets.token_urlsafe(60), secrets.token_urlsafe(40)
PATIENCE = 40.0
Answer = tuple[int, dict[str, str], bytes]


def production() -> dict[str, str]:
    """Return the environment of a public host that works on the database of this test."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": address,
        "DATABASE_OWNER_URL": os.environ["DATABASE_OWNER_URL"],
        "SECRET_KEY": KEY,
        "METRICS_TOKEN": TOKEN,
        "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
        "PUBLIC_URL": f"https://{HOST}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_FROM": "praktijk@kine-praktijk.be",
    }


def wait_until(is_so: Callable[[], object]) -> None:
    """Wait, on a busy machine too; fail when it takes unreasonably long."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "this took too long"
        time.sleep(0.05)


class Running:
    """A process of a node, with what it wrote."""

    def __init__(self, command: list[str], folder: Path, name: str, **more: str) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as file:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**production(), "FYSICURE_DATA_DIR": str(folder), **more},
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def lines(self) -> str:
        """Return what the process wrote so far."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        """End the process and its children at once."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


class Web(Running):
    """A web node on a port of its own, behind an imagined proxy on the same machine."""

    def __init__(self, folder: Path, name: str, **more: str) -> None:
        self.port = free_port()
        (folder / name).mkdir(parents=True, exist_ok=True)
        more = {"PORT": str(self.port), "DRAIN_SECONDS": "1", "DRAIN_FILE": str(folder / name / "draining"), **more}
        super().__init__([sys.executable, "scripts/serve.py"], folder, name, **more)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page as the proxy does."""
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request; `Content_Type="…"` becomes the header Content-Type."""
        given = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        channel = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            channel.request(method, path, body=body, headers=given)
            answer = channel.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            channel.close()

    def answers(self, path: str = "/readyz") -> int:
        """Return the status of a page, or 0 when nobody answers."""
        try:
            return self.get(path)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def kill(self) -> None:
        """Kill the node and its workers as a power cut does."""
        children = subprocess.run(
            ["/usr/bin/pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        self.process.kill()
        for child in children:  # granian leads a group of its own
            os.killpg(int(child), signal.SIGKILL)


def worker(folder: Path, name: str, **more: str) -> Running:
    """Start a process that runs jobs."""
    return Running([sys.executable, "manage.py", "procrastinate", "worker"], folder, name, **more)
