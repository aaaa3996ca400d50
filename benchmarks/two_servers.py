"""A practice past one machine, as processes of this one: a primary, a streaming replica, web nodes and workers.

Used by failover.py, replica_reads.py and pooler.py. Everything lives in one folder and stops with the program.
"""

import http.client
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg

from benchmarks.nodes import free_port
from fysicure.database import EmbeddedServer, data_dir

ROOT = Path(__file__).resolve().parent.parent
TOKEN = secrets.token_urlsafe(40)
PEOPLE = """
import json, secrets
from django.test import Client
from accounts.models import User
from tests.second_factor import count_as_passed
count_as_passed()
def cookie(email):
    client = Client()
    client.force_login(User.objects.get(email=email), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value
print(json.dumps({
    "desk": cookie("desk@practice.example"), "kine": cookie("kine0@practice.example"),
    "other": cookie("desk@practice.example"),
}))
"""
Answer = tuple[int, dict[str, str], bytes]


def wait_until(is_so: Callable[[], object], *, seconds: float = 60) -> float:
    """Wait for something that will be so; return the moment. Raises TimeoutError when it is not in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.02)
    return time.monotonic()


def run(folder: Path, *command: str, **environment: str) -> str:
    """Run a Python program of ours and return what it printed."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FYSICURE_DATA_DIR": str(folder), **environment},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


@dataclass
class Practice:
    """Two database servers with the same practice, and the processes that use them."""

    folder: Path
    bookings: list[dict[str, Any]]
    token: str
    cookies: dict[str, str]
    primary: EmbeddedServer
    replica: EmbeddedServer
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def address(self, role: str, **more: str) -> str:
        """Return the address that finds whichever of the two takes writes."""
        hosts = ",".join(str(server.socket_dir) for server in (self.primary, self.replica))
        rest = "".join(f"&{name}={value}" for name, value in more.items())
        return f"postgresql://{role}@/fysicure?host={hosts}&target_session_attrs=read-write&connect_timeout=2{rest}"

    def environment(self, *, with_replica: bool = True) -> dict[str, str]:
        """Return what the processes of a node are told."""
        both = {"DATABASE_URL": self.address("fysicure_app"), "DATABASE_OWNER_URL": self.address("postgres")}
        reads = {"DATABASE_REPLICA_URL": self.replica.url} if with_replica else {}
        return {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            **{"PYTHONPATH": str(ROOT), "FYSICURE_DATA_DIR": str(self.folder), "METRICS_TOKEN": TOKEN},
            **{"LOG_LEVEL": "WARNING", "WORKERS": "1", "THREADS": "4", "DRAIN_SECONDS": "0"},
            **both, **reads,
        }  # fmt: skip

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process that ends with the program."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, *command], cwd=ROOT, env=more, stdout=log, stderr=log, start_new_session=True
            )
        self.started.append(process)
        return process

    def web(self, name: str, environment: dict[str, str]) -> "Web":
        """Start a web node and wait until it is ready."""
        port = free_port()
        (self.folder / name).mkdir(exist_ok=True)
        own = {"PORT": str(port), "DRAIN_FILE": str(self.folder / name / "draining")}
        node = Web(port, self.start(name, "scripts/serve.py", **{**environment, **own}))
        wait_until(lambda: node.status("/readyz") == 200)
        return node

    def worker(self, name: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        """Start a process that does jobs."""
        return self.start(name, "manage.py", "procrastinate", "worker", **environment)

    def tend(self, workers: dict[str, subprocess.Popen[bytes]], environment: dict[str, str]) -> int:
        """Start each worker that ended anew, as systemd does (Restart=always); return how many had."""
        ended = [name for name, process in workers.items() if process.poll() is not None]
        for name in ended:
            workers[name] = self.worker(name, environment)
        return len(ended)

    def stop(self) -> None:
        """End all processes, and both servers."""
        for process in self.started:
            process.terminate()
        for process in self.started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
        for server in (self.replica, self.primary):
            server.leave()


@dataclass
class Web:
    """A web node, asked as a proxy asks it."""

    port: int
    process: subprocess.Popen[bytes]

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
        """Return the status of a page, 0 when nobody answers."""
        try:
            return self.ask("GET", path)[0]
        except (OSError, http.client.HTTPException):
            return 0

    def book(self, booking: dict[str, Any], key: str, token: str) -> Answer:
        """Book a visit as a program does; the key makes sure that asking again books no second one."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency_Key": key, "Content_Type": "application/json"}
        return self.ask("POST", "/api/v1/appointments/", json.dumps(booking), **headers)

    def figures(self, name: str) -> dict[str, float]:
        """Return the figures of a name that the monitor reads."""
        text = self.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()
        return {key: float(value) for key, value in re.findall(rf"^({name}\S*) (\S+)$", text, re.M)}


def cpu_of(*roots: psutil.Process | None) -> float:
    """Return the processor seconds that processes and their children used so far."""
    total = 0.0
    for root in roots:
        for process in [root, *root.children(recursive=True)] if root is not None else []:
            try:
                used = process.cpu_times()
            except psutil.Error:
                continue
            total += used.user + used.system
    return total


def make(folder: Path | None = None, *, visits: int = 1600, is_synchronous: bool = True) -> Practice:
    """Make the practice (kept for the next run), a primary on it, and a replica by pg_basebackup that follows it."""
    folder = folder or data_dir() / "two-servers"
    folder.mkdir(parents=True, exist_ok=True)
    said = folder / "practice.json"
    if not said.exists():
        _fill(folder, visits, said)
    for name in ("one", "two"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "one").mkdir()
    subprocess.run(["/bin/cp", "-a", folder / "pristine" / "postgres", folder / "one" / "postgres"], check=True)  # noqa: S603
    primary = EmbeddedServer(folder / "one" / "postgres", settings=("wal_keep_size=512MB",))
    primary.attach()
    replica = follow(primary, folder / "two" / "postgres")
    if is_synchronous:
        execute(primary.owner_url, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
    practice = Practice(folder, **json.loads(said.read_text()), primary=primary, replica=replica)
    practice.cookies = json.loads(run(folder, "manage.py", "shell", "-v0", "-c", PEOPLE, **practice.environment()))
    return practice


def follow(primary: EmbeddedServer, cluster: Path) -> EmbeddedServer:
    """Make a replica of a running server and start it; return when it streams."""
    cluster.parent.mkdir(parents=True, exist_ok=True)
    cluster.mkdir(mode=0o700)
    replica = EmbeddedServer(cluster)
    replica._give_away(cluster)
    source = ("--dbname", f"host={primary.socket_dir} user=postgres")
    done = replica._run("pg_basebackup", "-D", str(cluster), *source, "-R", "-X", "stream", "-c", "fast")
    if done.returncode:
        raise RuntimeError(done.stderr)
    for left in cluster.glob(".s.PGSQL.*"):
        left.unlink()  # the socket of an embedded server stands in its cluster, and came along
    replica.attach()
    query = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
    wait_until(lambda: rows(primary.owner_url, query) == [(1,)])
    return replica


def rows(url: str, query: str) -> list[Any]:
    """Return what a query finds."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchall()  # type: ignore[call-overload]


def execute(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for each in statements:
            connection.execute(each)  # type: ignore[call-overload]


def _fill(folder: Path, visits: int, said: Path) -> None:
    server = EmbeddedServer(folder / "pristine" / "postgres")
    addresses = {"DATABASE_URL": server.attach(), "DATABASE_OWNER_URL": server.owner_url}
    run(folder, "manage.py", "migrate", "-v0", **addresses)
    run(folder, "manage.py", "collectstatic", "--noinput", "-v0", **addresses)
    made = json.loads(run(folder, "-m", "tests.chaos.practice", str(visits), **addresses))
    server.leave()
    said.write_text(json.dumps(made | {"cookies": {}}))
