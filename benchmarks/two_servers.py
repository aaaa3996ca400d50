"""A practice past one machine, as processes of this one: a primary, a streaming replica, web nodes and workers.

Used by failover.py, replica_reads.py and pooler.py. Everything lives in one folder and stops with the program.
"""

import datetime
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.nodes import ROOT, Answer, Node, Program, end, free_port, start, wait_until
from benchmarks.practice.__main__ import database_of
from fysicure.database import EmbeddedServer, data_dir

TOKEN = secrets.token_urlsafe(40)
VISITS = 1600  # moments that can be booked
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
    "desk": cookie("desk@practice.example"), "other": cookie("desk@practice.example"),
}))
"""
DIARIES = """
import json
from django.utils import timezone
from accounts.models import Practitioner, Role
from accounts.tokens import issue
from patients.models import EpisodeOfCare, Patient
from tests.people import make_user
from tests.running_plan import make_plan, make_version
version, treating, tokens = make_version(), Practitioner.objects.order_by("name")[0], []
for number, patient in enumerate(Patient.objects.order_by("family_name")[:8]):
    patient.user = make_user(f"diary{number}@mail.example", patient.family_name, Role.PATIENT)
    patient.save(update_fields=["user"])
    episode = EpisodeOfCare.objects.create(
        patient=patient, reason="Knie", side="R", status="active", practitioner=treating,
        started_on=timezone.localdate(),
    )
    make_plan(episode, treating, version)
    tokens.append(issue(patient.user))
print(json.dumps(tokens))
"""


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
    diaries: list[str]  # keys of patients with a running plan
    cookies: dict[str, str]
    primary: EmbeddedServer
    replica: EmbeddedServer
    started: list[Program] = field(default_factory=list)

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
            **{"STATIC_ROOT": str(self.folder / "static"), "LOG_LEVEL": "WARNING"},
            **{"WORKERS": "1", "THREADS": "4", "DRAIN_SECONDS": "0"},
            **both, **reads,
        }  # fmt: skip

    def start(self, name: str, *command: str, **environment: str) -> Program:
        """Start a Python program that ends with this one."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.started.append(start([sys.executable, *command], environment, log))
        return self.started[-1]

    def web(self, name: str, environment: dict[str, str]) -> "Web":
        """Start a web node and wait until it is ready."""
        port = free_port()
        (self.folder / name).mkdir(exist_ok=True)
        own = {"PORT": str(port), "DRAIN_FILE": str(self.folder / name / "draining")}
        node = Web(port, self.start(name, "scripts/serve.py", **{**environment, **own}))
        wait_until(lambda: node.status("/readyz") == 200)
        return node

    def worker(self, name: str, environment: dict[str, str]) -> Program:
        """Start a process that does jobs."""
        return self.start(name, "manage.py", "procrastinate", "worker", **environment)

    def tend(self, workers: dict[str, Program], environment: dict[str, str]) -> int:
        """Start each worker that ended anew, as systemd does (Restart=always); return how many had."""
        ended = [name for name, process in workers.items() if process.poll() is not None]
        for name in ended:
            workers[name] = self.worker(name, environment)
        return len(ended)

    def stop(self) -> None:
        """End all processes, and both servers."""
        end(*self.started)
        for server in (self.replica, self.primary):
            server.leave()


class Web(Node):
    """A web node, asked as a proxy asks it, by programs and by the monitor."""

    def create(self, resource: str, values: dict[str, Any], key: str, token: str) -> Answer:
        """Create something as a program does; the key makes sure that asking again makes no second one."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency_Key": key, "Content_Type": "application/json"}
        return self.ask("POST", f"/api/v1/{resource}/", json.dumps(values), **headers)

    def book(self, booking: dict[str, Any], key: str, token: str) -> Answer:
        """Book a visit."""
        return self.create("appointments", booking, key, token)

    def figures(self, name: str) -> dict[str, float]:
        """Return the figures of a name that the monitor reads."""
        text = self.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}")[2].decode()
        return {key: float(value) for key, value in re.findall(rf"^({name}\S*) (\S+)$", text, re.M)}


def make(*, is_synchronous: bool = True) -> Practice:
    """Make the practice (kept while day and tables are these), a primary on it, and a replica that follows it."""
    folder = data_dir() / "two-servers"
    said = folder / f"{database_of('practice', datetime.datetime.now().astimezone().date())}.json"
    if not said.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _fill(folder, said)
    for name in ("one", "two", "three"):  # the third is failover.py's
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


def _fill(folder: Path, said: Path) -> None:
    server = EmbeddedServer(folder / "pristine" / "postgres")
    addresses = {"DATABASE_URL": server.attach(), "DATABASE_OWNER_URL": server.owner_url}
    run(folder, "manage.py", "migrate", "-v0", **addresses)
    run(folder, "manage.py", "collectstatic", "--noinput", "-v0", **addresses, STATIC_ROOT=str(folder / "static"))
    made = json.loads(run(folder, "-m", "tests.chaos.practice", str(VISITS), **addresses))
    diaries = json.loads(run(folder, "manage.py", "shell", "-v0", "-c", DIARIES, **addresses))
    server.leave()
    said.write_text(json.dumps(made | {"diaries": diaries, "cookies": {}}))
