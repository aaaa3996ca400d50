"""What webhooks cost: a booking without and with somebody who listens, and how fast events reach a receiver.

    python benchmarks/webhooks.py [bookings] [events]

Works in a copy of the database, which it drops. The receiver is a process of its own on this machine.
"""

import datetime
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Practitioner, Role, User, WebhookDelivery, WebhookEndpoint  # noqa: E402
from accounts.webhooks.endpoints import KINDS, add_endpoint  # noqa: E402
from accounts.webhooks.rounds import deliver_due  # noqa: E402
from fysicure.database import owner_url  # noqa: E402
from patients.models import Patient  # noqa: E402
from scheduling.booking import book  # noqa: E402
from scheduling.models import Room, WorkingHours  # noqa: E402

BEGIN = datetime.datetime(2030, 1, 7, 8, 0, tzinfo=ZoneInfo("Europe/Brussels"))
NOBODY, OTHERS, LISTENER = "nobody listens", "somebody listens, to other things", "somebody listens"


class Quiet(BaseHTTPRequestHandler):
    """Takes a message and says yes."""

    def do_POST(self) -> None:  # noqa: N802
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    request_queue_size = 256


def receive(ports: Any) -> None:
    server = Server(("127.0.0.1", 0), Quiet)
    ports.put(server.server_port)
    server.serve_forever()


def in_copy(work: Callable[[], None]) -> None:
    """Run `work` on a copy of the database, which is dropped afterwards."""
    template, url = connection.settings_dict["NAME"], owner_url()
    connection.close()
    connection.close_pool()
    name = f"{template}_webhooks"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection.settings_dict["NAME"] = name
        try:
            work()
        finally:
            connection.close()
            connection.close_pool()
            connection.settings_dict["NAME"] = template
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def practice() -> tuple[User, list[Practitioner], list[Patient]]:
    owner = User.objects.create_user("owner@bench.example", None, role=Role.ADMIN, name="Fien Smets")
    Room.objects.bulk_create(Room(name=f"Zaal {number}") for number in range(6))
    team = []
    for number in range(6):
        user = User.objects.create_user(f"t{number}@bench.example", None, role=Role.THERAPIST, name=f"T {number}")
        team.append(Practitioner.objects.create(user=user, name=f"T {number}"))
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=each, weekday=day, starts_at=datetime.time(8), ends_at=datetime.time(18),
            valid_from=datetime.date(2020, 1, 1),
        )
        for each in team
        for day in range(1, 6)
    )  # fmt: skip
    born = datetime.date(1990, 1, 1)
    rows = [Patient(family_name=f"Naam{n}", given_name="An", birth_date=born, gender="female") for n in range(2000)]
    return owner, team, Patient.objects.bulk_create(rows)


def moments() -> Any:
    """Yield begin after begin of half an hour, on weekdays."""
    day = 0
    while True:
        for half in range(18):
            yield BEGIN + datetime.timedelta(days=day // 5 * 7 + day % 5, minutes=30 * half)
        day += 1


def book_in_turns(owner: User, team: list[Practitioner], people: list[Patient], count: int) -> None:
    """Book by turns under each circumstance, so that a busy moment of the machine falls on all alike."""
    took: dict[str, list[float]] = {NOBODY: [], OTHERS: [], LISTENER: []}
    when, port = moments(), 9
    for turn in range(count // 10):
        for name, times in took.items():
            WebhookEndpoint.objects.all().delete() if name == NOBODY else listen(owner, port, name == LISTENER)
            for number in range(10):
                start = next(when)
                begun = time.perf_counter()
                book(
                    people[(turn * 10 + number) % len(people)], practitioner=team[0], start=start, minutes=30,
                    type="session", override_reason="bench", by=owner, now=timezone.now(),
                )  # fmt: skip
                times.append((time.perf_counter() - begun) * 1000)
            WebhookDelivery.objects.all().delete()
            WebhookEndpoint.objects.all().delete()
    for name, times in took.items():
        print(f"a booking, {name:36} p50 {statistics.median(times):6.2f} ms   n {len(times)}")


def listen(owner: User, port: int, to_all: bool, name: str = "Ontvanger") -> None:
    kinds = [kind.value for kind in KINDS] if to_all else ["diary.logged"]
    add_endpoint(name=name, url=f"http://127.0.0.1:{port}/", kinds=kinds, by=owner, now=timezone.now())


def write_in_bulk(owner: User) -> None:
    """One statement that changes 2,000 patients."""
    for name in (NOBODY, OTHERS, LISTENER):
        if name != NOBODY:
            listen(owner, 9, name == LISTENER)
        took = []
        for number in range(5):
            begun = time.perf_counter()
            Patient.objects.update(city=f"Dorp {number} {name}")
            took.append((time.perf_counter() - begun) * 1_000_000 / Patient.objects.count())
        print(f"a changed row, {name:32} {min(took):6.0f} µs")
        WebhookDelivery.objects.all().delete()
        WebhookEndpoint.objects.all().delete()


def send(owner: User, port: int, events: int, endpoints: int) -> None:
    for number in range(endpoints):
        listen(owner, port, True, f"Ontvanger {number}")
    for _round in range(-(-events // (2000 * endpoints))):
        Patient.objects.update(country="BE")
    due = WebhookDelivery.objects.filter(status="waiting").count()
    begun = time.perf_counter()
    sent = 0
    while WebhookDelivery.objects.filter(status="waiting").exists():
        sent += deliver_due(clock=timezone.now, seconds=20)
    took = time.perf_counter() - begun
    print(
        f"{due:,} events to {endpoints} endpoint(s) in {took:.1f} s: {due / took:.0f} events/s, {sent - due} repeated"
    )
    WebhookDelivery.objects.all().delete()
    WebhookEndpoint.objects.all().delete()


def main() -> None:
    given = [int(each) for each in sys.argv[1:]]
    bookings, events = (*given, *(300, 10_000)[len(given) :])
    ports: Any = multiprocessing.Queue()
    receiver = multiprocessing.Process(target=receive, args=[ports], daemon=True)
    receiver.start()
    port = ports.get()

    def work() -> None:
        owner, team, people = practice()
        book_in_turns(owner, team, people, bookings)
        write_in_bulk(owner)
        send(owner, port, events, 1)
        send(owner, port, events, 4)

    try:
        in_copy(work)
    finally:
        receiver.terminate()


if __name__ == "__main__":
    main()
