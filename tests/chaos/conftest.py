"""A throw-away cluster that keeps its promises (fsync on), and the real web server on it."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fysicure.backup.programs import environment_of, program, with_database
from fysicure.database import EmbeddedServer
from tests.migrated_database import template_name
from tests.own_folder import own_folder

BIN = Path(sys.executable).parent
CSRF = "c" * 32


def wait_until(is_so: Callable[[], object], *, seconds: float = 60) -> None:
    """Wait for something that will be so; fail when it is not in time."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@dataclass
class Web:
    """The web server of a practice, spoken to as a program does."""

    port: int
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, dict[str, str]]:
        """Return status, text and headers of an answer. Raises OSError or HTTPException when there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            text = json.dumps(body) if isinstance(body, dict) else body
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())
        finally:
            connection.close()

    def book(self, booking: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Book a visit; the key makes sure that asking again books no second one."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key, "Content-Type": "application/json"}
        status, text, _headers = self.ask("POST", "/api/v1/appointments/", booking, **headers)
        return status, json.loads(text)

    def read(self, path: str) -> int:
        """Return the status of a page of the API."""
        return self.ask("GET", path, **{"Authorization": f"Bearer {self.token}"})[0]

    def is_well(self) -> bool:
        """Whether it serves."""
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except (OSError, http.client.HTTPException):
            return False


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that the server's own user can reach."""
    with own_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def bookings_made(django_db_setup: None, server_folder: Path) -> Iterator[tuple[EmbeddedServer, dict[str, Any]]]:
    """A server of its own that keeps a pristine practice: a copy of the suite's template, with people in it."""
    server = EmbeddedServer(server_folder / "postgres")
    app, url = server.attach(), server.owner_url
    source = with_database(os.environ["DATABASE_OWNER_URL"], template_name())
    dump = [program("pg_dump", server=18), "--format=custom", "--compress=0", "--no-password"]
    load = [program("pg_restore", server=18), "--no-owner", "--no-password", "--exit-on-error", "--dbname=fysicure"]
    with subprocess.Popen(dump, env=environment_of(source), stdout=subprocess.PIPE) as process:
        subprocess.run(load, env=environment_of(url), stdin=process.stdout, check=True)
    command = [sys.executable, "-m", "tests.chaos.practice", "200"]
    environment = {**os.environ, "DATABASE_URL": app, "DATABASE_OWNER_URL": url}
    made = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    with psycopg.connect(with_database(url, "postgres"), autocommit=True) as connection:
        connection.execute("ALTER DATABASE fysicure RENAME TO pristine")
    yield server, json.loads(made.stdout)
    server.leave()


@pytest.fixture
def cluster(bookings_made: tuple[EmbeddedServer, dict[str, Any]]) -> Iterator[EmbeddedServer]:
    """The server with a fresh copy of the practice, in the database that its `url` leads to."""
    server = bookings_made[0]
    with psycopg.connect(with_database(server.owner_url, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE fysicure TEMPLATE pristine STRATEGY file_copy")
    yield server
    with psycopg.connect(with_database(server.owner_url, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS fysicure WITH (FORCE)")


@pytest.fixture
def bookings(bookings_made: tuple[EmbeddedServer, dict[str, Any]]) -> dict[str, Any]:
    """The desk's key, and what can be booked in the practice."""
    return bookings_made[1]


@pytest.fixture
def web(cluster: EmbeddedServer, bookings: dict[str, Any]) -> Iterator[Web]:
    """The web server as `make demo` starts it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "8", "--no-ws", "--log-level", "error"]
    addresses = {"DATABASE_URL": cluster.url, "DATABASE_OWNER_URL": cluster.owner_url}
    environment = {**os.environ, **addresses, "DEBUG": "", "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen([*command, "fysicure.wsgi:application"], env=environment, start_new_session=True)
    served = Web(port, bookings["token"])
    try:
        wait_until(served.is_well)
        yield served
        assert process.poll() is None, "the web server was not to stop"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)


def rows(cluster: EmbeddedServer, query: str) -> list[Any]:
    """Return what a query finds in the cluster."""
    with psycopg.connect(cluster.owner_url) as connection:
        return connection.execute(query).fetchall()
