"""Two web nodes and two workers, as real processes on one database: they share what they must, and one may die."""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from fysicure.tasks import deliver_message
from tests.operations.nodes import KEY, ROOT, TOKEN, Running, Web, production, wait_until, worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    """Where the nodes keep what is theirs, with the collected files of the pages."""
    made = tmp_path_factory.mktemp("nodes")
    environment = {**production(), "STATIC_ROOT": str(made / "static")}
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(collect, cwd=ROOT, env=environment, check=True, timeout=120)
    return made


@pytest.fixture(scope="module")
def nodes(folder: Path) -> Iterator[tuple[Web, Web]]:
    """Two web nodes that are ready."""
    pair = tuple(Web(folder, name, STATIC_ROOT=str(folder / "static")) for name in ("one", "two"))
    try:
        for node in pair:
            wait_until(lambda node=node: node.answers() == 200)
        yield pair  # type: ignore[misc]
    finally:
        for node in pair:
            node.stop()


@pytest.fixture
def signed_in(settings: Any, client_of: Callable[[User], Client], receptionist: User) -> str:
    """The cookie of somebody at the desk, signed with the key of the nodes."""
    settings.SECRET_KEY = KEY
    return f"__Host-sessionid={client_of(receptionist).cookies['sessionid'].value}"


@pytest.fixture
def lock() -> Iterator[Callable[[str], psycopg.Connection]]:
    """Return a function that makes everybody wait for a table until its connection is closed."""
    held = []

    def take(table: str) -> psycopg.Connection:
        other = psycopg.connect(production()["DATABASE_URL"])
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        held.append(other)
        return other

    yield take
    for each in held:
        each.close()


def waiting_for(table: str) -> bool:
    """Whether somebody waits for a lock on a table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table])
        return bool(cursor.fetchone()[0])


def test_a_session_and_a_limit_hold_on_both_nodes(nodes: tuple[Web, Web], signed_in: str) -> None:
    for node in nodes:
        status, headers, body = node.get("/patients/", Cookie=signed_in)
        assert status == 200
        assert headers["cache-control"] == "private, no-store"
        assert "max-age=63072000" in headers["strict-transport-security"]
    User.objects.create_user("jan@practice.example", "a long enough phrase", role="patient", name="Jan")
    wrong = [sign_in(nodes[0], "jan@practice.example", f"wrong phrase {number}") for number in range(6)]
    assert 302 not in wrong
    assert sign_in(nodes[1], "jan@practice.example", "a long enough phrase") != 302, "the limit is not shared"


def test_no_line_of_a_node_says_whom_a_request_was_about(nodes: tuple[Web, Web], signed_in: str) -> None:
    node, before = nodes[0], len(nodes[0].lines())
    node.get("/patients/?q=Quetzalcoatlus", Cookie=signed_in, Referer="https://fysicure.example/Quetzalcoatlus")
    node.get("/Quetzalcoatlus/85073003328/", User_Agent="Quetzalcoatlus\tx")
    node.get("/calendar/Quetzalcoatlus.ics")
    sign_in(node, "quetzalcoatlus@mail.example", "Quetzalcoatlus")
    node.ask("POST", "/api/v1/patients/search/", b'{"q": "Quetzalcoatlus', Content_Type="application/json")
    lines = [json.loads(line) for line in node.lines()[before:].splitlines() if line.startswith("{")]
    access = [line for line in lines if line["logger"] == "fysicure.access"]
    assert len(access) == 6
    assert all(len(line["request"]) == 32 for line in access)
    assert "quetzalcoatlus" not in node.lines().lower()
    assert "85073003328" not in node.lines()


def sign_in(node: Web, email: str, password: str) -> int:
    """Send the form of the sign-in page; return the status of the answer."""
    _status, headers, page = node.get("/account/login/")
    assert re.fullmatch(r"__Host-csrftoken=\w+; expires=.*; Path=/; SameSite=Lax; Secure", headers["set-cookie"])
    cookie = headers["set-cookie"].split(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None
    body = f"csrfmiddlewaretoken={token[1].decode()}&login={email}&password={password}".encode()
    form = {
        "Content_Type": "application/x-www-form-urlencoded",
        "Cookie": cookie,
        "Referer": "https://fysicure.example/",
    }
    return node.ask("POST", "/account/login/", body, **form)[0]


def test_files_of_the_pages_are_served_for_good(nodes: tuple[Web, Web]) -> None:
    page = nodes[0].get("/account/login/")[2].decode()
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert len(found) > 4
    for path in found:
        status, headers, _body = nodes[1].get(path)
        assert (status, headers["cache-control"]) == (200, "max-age=315360000, public, immutable"), path
        assert headers["x-content-type-options"] == "nosniff"


def test_the_counts_of_all_processes_of_a_node_are_added_up(nodes: tuple[Web, Web]) -> None:
    for _time in range(12):
        nodes[0].get("/healthz")
    assert nodes[0].get("/metrics")[0] == 404
    assert nodes[0].get("/metrics", Authorization="Bearer wrong")[0] == 404
    status, _headers, text = nodes[0].get("/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    found = re.search(rb'fysicure_requests_total\{method="GET",route="healthz",status="200"\} (\d+)', text)
    assert found is not None
    assert int(found[1]) >= 12
    assert b'fysicure_source_up{source="jobs"} 1.0' in text


def test_who_asks_is_what_the_proxy_says_and_nobody_else(nodes: tuple[Web, Web]) -> None:
    plain = nodes[0].ask("GET", "/account/login/", **{"X_Forwarded_Proto": "http"})
    assert (plain[0], plain[1]["location"]) == (301, "https://fysicure.example/account/login/")
    assert nodes[0].ask("GET", "/account/login/", Host="evil.example")[0] == 400
    assert nodes[0].ask("GET", "/account/login/", X_Forwarded_Host="evil.example")[0] == 200


def test_a_node_that_stops_finishes_what_it_does(folder: Path, lock: Any, signed_in: str) -> None:
    node = Web(folder, "stopping", STATIC_ROOT=str(folder / "static"))
    try:
        wait_until(lambda: node.answers() == 200)
        table = lock("django_session")
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(node.get, "/patients/", Cookie=signed_in)
            wait_until(lambda: waiting_for("django_session"))
            node.process.terminate()
            wait_until(lambda: node.answers() == 503)
            wait_until(lambda: node.answers() == 0)  # granian takes no new connection any more
            assert not slow.done()
            table.close()
            assert slow.result(30)[0] == 200
        assert node.process.wait(30) == 0
    finally:
        node.stop()


def test_when_one_node_dies_the_other_serves(folder: Path, nodes: tuple[Web, Web], signed_in: str) -> None:
    node = Web(folder, "killed", STATIC_ROOT=str(folder / "static"))
    try:
        wait_until(lambda: node.answers() == 200)
        node.kill()
        wait_until(lambda: node.answers() == 0)
        assert nodes[1].get("/patients/", Cookie=signed_in)[0] == 200
    finally:
        node.stop()


def test_two_workers_run_each_job_once_and_finish_what_they_do(folder: Path, jobs: Any, lock: Any) -> None:
    table = lock("scheduling_communication")
    team: list[Running] = [worker(folder, f"worker{number}") for number in range(2)]
    try:
        for _number in range(12):
            deliver_message.defer(message=str(uuid4()))
        ours = jobs.filter(task_name="fysicure.tasks.deliver_message")
        wait_until(lambda: ours.filter(status="doing").count() == 2)
        team[0].process.terminate()
        wait_until(lambda: "Stop requested" in team[0].lines())
        table.close()
        assert team[0].process.wait(40) == 0
        wait_until(lambda: ours.filter(status="succeeded").count() == 12)
        assert set(ours.values_list("attempts", flat=True)) == {1}
        with connection.cursor() as cursor:
            cursor.execute("SELECT task_name, defer_timestamp FROM procrastinate_periodic_defers")
            deferred = Counter(cursor.fetchall())
        assert deferred
        assert set(deferred.values()) == {1}, "a periodic job was asked for twice"
        assert '"task": "fysicure.tasks.deliver_message"' in team[1].lines()
        assert '"message": "{' not in team[1].lines()
    finally:
        for each in team:
            each.stop()
