"""What it costs that twenty screens ask every ten seconds whether the agenda is still right, while the desk books.

    python benchmarks/live_refresh.py [seconds] [screens]

Makes a database of 20,000 visits, serves it as the demo is served (two processes of eight threads, on 127.0.0.1 only),
and drops it. Prints what an answer takes and how much of a core the web server and the database use.
"""

import datetime
import http.client
import json
import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django
import psutil
import psycopg
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROOT = Path(__file__).resolve().parent.parent
VISITS, EVERY, BOOK_EVERY, ALONE = 20_000, 10.0, 15.0, 200
SHOWN = re.compile(r'data-version="([^"]*)" data-poll="([^"]*)"')
GRANIAN = ("--interface", "wsgi", "--host", "127.0.0.1", "--workers", "2", "--no-ws", "--blocking-threads", "8")
Answers = dict[int, list[float]]


def main(seconds: float, screens: int) -> int:
    """Make the database, serve it, measure, clean up; return the exit code."""
    template, url = connection.settings_dict["NAME"], os.environ["DATABASE_URL"]
    connection.close()
    connection.close_pool()
    name = f"{template}_live"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection.settings_dict["NAME"] = name
        try:
            postmaster = psutil.Process(server.info.backend_pid).parent()
            return _measure(url.replace(f"/{template}?", f"/{name}?"), postmaster, seconds, screens)
        finally:
            connection.close()
            connection.close_pool()
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _measure(url: str, postmaster: Any, seconds: float, screens: int) -> int:
    from calendar_data import fill

    from accounts.models import User

    fill(VISITS, datetime.datetime.now().astimezone().date())
    desk = User.objects.get(email="bench@practice.example")
    cookies = [_signed_in(desk) for _screen in range(screens + 1)]
    queries = _queries(desk)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = (str(Path(sys.executable).parent / "granian"), *GRANIAN, "--port", str(port), "--log-level", "error")
    command = (*command, "fysicure.wsgi:application")
    web = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url})  # noqa: S603
    try:
        _wait(port)
        shown = _open(port, cookies[0])
        alone = [_ask(port, cookies[0], *shown)[1] for _turn in range(ALONE)]
        before = _cpu(psutil.Process(web.pid), postmaster)
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(screens + 1) as pool:
            booked = pool.submit(_book, port, cookies[screens], _bookings(), until)
            polls = [pool.submit(_screen, port, cookies[at], until, at / screens) for at in range(screens)]
            answers: Answers = {}
            for each in polls:
                for status, times in each.result().items():
                    answers.setdefault(status, []).extend(times)
        after = _cpu(psutil.Process(web.pid), postmaster)
    finally:
        web.terminate()
        web.wait(10)
    print(f"{screens} screens, each asks every {EVERY:g} s, for {seconds:g} s; {queries} queries an answer 204")
    print(f"one screen, {ALONE} times in a row     {_words(alone)}")
    for status, times in sorted(answers.items()):
        print(f"answer {status}, {len(times):4} times           {_words(times)}")
    print(f"bookings meanwhile, {len(booked.result()):3}            {_words(booked.result())}")
    web_share, database_share = (100 * (now - then) / seconds for then, now in zip(before, after, strict=True))
    print(f"of one core: web server {web_share:.1f} %, database {database_share:.1f} %")
    return 0 if set(answers) <= {200, 204} else 1


def _signed_in(user: Any) -> str:
    from tests.second_factor import count_as_passed

    count_as_passed()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}; csrftoken={secrets.token_hex(16)}"


def _queries(user: Any) -> int:
    from tests.second_factor import count_as_passed

    count_as_passed()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    version, poll = SHOWN.search(client.get("/agenda/").content.decode()).groups()  # type: ignore[union-attr]
    with CaptureQueriesContext(connection) as caught:
        assert client.get(_address(version, poll)).status_code == 204
    return len(caught)


def _wait(port: int) -> None:
    for _try in range(100):
        try:
            _send(port, "GET", "/healthz", {})
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError("The web server does not answer.")


def _send(port: int, method: str, address: str, headers: dict[str, str], body: str = "") -> tuple[int, float, str]:
    """Return the status, the milliseconds and the text of an answer."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    try:
        link.request(method, address, body or None, headers)
        answer = link.getresponse()
        text = answer.read().decode()
    finally:
        link.close()
    return answer.status, (time.perf_counter() - began) * 1000, text


def _address(version: str, poll: str) -> str:
    poll = poll.replace("&amp;", "&")
    return f"{poll}{'&' if '?' in poll else '?'}version={quote(version)}"


def _open(port: int, cookie: str) -> tuple[str, str]:
    """Open the agenda; return the version that is shown, and the address that says whether it still holds."""
    version, poll = SHOWN.search(_send(port, "GET", "/agenda/", {"Cookie": cookie})[2]).groups()  # type: ignore[union-attr]
    return version, poll


def _ask(port: int, cookie: str, version: str, poll: str) -> tuple[int, float, str]:
    return _send(port, "GET", _address(version, poll), {"Cookie": cookie, "HX-Target": "board"})


def _screen(port: int, cookie: str, until: float, phase: float) -> Answers:
    """Ask again and again; the screens begin spread over the ten seconds."""
    answers: Answers = {}
    shown = _open(port, cookie)
    time.sleep(phase * EVERY)
    while time.monotonic() < until:
        status, took, text = _ask(port, cookie, *shown)
        answers.setdefault(status, []).append(took)
        if status == 200:
            shown = SHOWN.search(text).groups()  # type: ignore[union-attr,assignment]
        time.sleep(EVERY)
    return answers


def _bookings() -> list[dict[str, Any]]:
    """Free moments of today and the days to come, each for a patient without a visit, as the API takes them."""
    from accounts.models import Practitioner
    from patients.models import Patient
    from scheduling.slots import free_moments

    now = datetime.datetime.now(datetime.UTC)
    span = {"start": now, "end": now + datetime.timedelta(days=2), "now": now}
    found = free_moments(practitioners=Practitioner.objects.all(), minutes=30, type="session", **span)
    by_moment = {(each.practitioner.pk, each.start.hour): each for each in found}
    patients = Patient.objects.filter(appointments__isnull=True)[:200]
    return [
        {"patient": str(patient.pk), "practitioner": str(each.practitioner.pk), "start": each.start.isoformat()}
        for patient, each in zip(patients, by_moment.values(), strict=False)
    ]


def _book(port: int, cookie: str, bookings: list[dict[str, Any]], until: float) -> list[float]:
    """Book a visit every fifteen seconds."""
    headers = {"Cookie": cookie, "Content-Type": "application/json", "X-CSRFToken": cookie.rpartition("=")[2]}
    times = []
    for each in bookings:
        if time.monotonic() > until:
            break
        body = json.dumps(each | {"minutes": 30, "type": "session", "override_reason": "bench"})
        status, took, text = _send(port, "POST", "/api/v1/appointments/", headers, body)
        assert status in {201, 409}, text
        times.append(took)
        time.sleep(BOOK_EVERY)
    return times


def _cpu(*programs: psutil.Process) -> list[float]:
    """Return the seconds of CPU that each program and its children took so far."""
    families = ([each, *each.children(recursive=True)] for each in programs)
    return [sum(sum(member.cpu_times()[:2]) for member in family) for family in families]


def _words(times: list[float]) -> str:
    if len(times) < 2:
        return f"{times} ms"
    return f"p50 {statistics.median(times):6.1f} ms   p95 {statistics.quantiles(times, n=20)[-1]:6.1f} ms"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    from fysicure.database import owner_url

    os.environ["DATABASE_URL"] = owner_url()  # who makes databases and gathers their statistics
    django.setup()
    numbers = [int(each) for each in sys.argv[1:]]
    sys.exit(main(*[*numbers, *(60, 20)[len(numbers) :]]))
