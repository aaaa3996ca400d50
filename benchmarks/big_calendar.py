"""Whether the calendar stays as quick with two million visits as with twenty thousand of the same density.

    python benchmarks/big_calendar.py [visits] [visits of the small one] [--explain] [--keep]

Makes two databases beside the current one, times the same acts on both by turns, and drops them; with --keep they stay,
and are used again the same day. Exits 1 when the
median of an act takes more than 1.5 times as long on the big one, or when COPY took fewer than 20,000 rows a second.
"""

import copy
import datetime
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import django
import psycopg
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

ROOT = Path(__file__).resolve().parent.parent
GOAL, ROWS_A_SECOND = 1.5, 20_000
TURNS = 25
PEOPLE_ASKED = 10
TODAY = datetime.datetime.now().astimezone().date()
Act = Callable[[], Any]


@dataclass
class Size:
    """One of the two databases: its visits, its connection, and what was measured on it (ms, by act)."""

    visits: int
    wrapper: Any
    acts: dict[str, Act] = field(default_factory=dict)
    times: dict[str, list[float]] = field(default_factory=dict)
    queries: dict[str, int] = field(default_factory=dict)

    def use(self) -> None:
        """Make this database the one that all code speaks to."""
        connections["default"] = self.wrapper


def main(big: int, small: int, *, explain: bool, keep: bool) -> int:
    """Fill both databases, time the acts, print a table; return the exit code."""
    template, url = connection.settings_dict["NAME"], os.environ["DATABASE_URL"]
    connection.close()
    connection.close_pool()
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        sizes = [_made(server, template, visits, keep=keep) for visits in (big, small)]
        try:
            is_quick = all([_prepare(size) for size in sizes])
            for turn in range(TURNS):
                for size in sizes if turn % 2 else reversed(sizes):
                    size.use()
                    for name, act in size.acts.items():
                        size.times.setdefault(name, []).append(_ms(act))
            kept = _table(*sizes)
            if explain:
                print(_plan(sizes[0]))
        finally:
            for size in sizes:
                size.wrapper.close()
                if keep:
                    continue
                server.execute(f"DROP DATABASE IF EXISTS {size.wrapper.settings_dict['NAME']} WITH (FORCE)")
    return 0 if kept and is_quick else 1


def _made(server: Any, template: str, visits: int, *, keep: bool) -> Size:
    """Copy the migrated database, unless it was kept; its connection stays open, outside the pool."""
    name = f"{template}_calendar_{TODAY:%m%d}_{visits}"
    if not keep:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = copy.deepcopy(wrapper.settings_dict)
    wrapper.settings_dict["NAME"] = name
    wrapper.settings_dict["OPTIONS"]["pool"] = False
    return Size(visits, wrapper)


def _prepare(size: Size) -> bool:
    """Fill a database unless it was kept; return whether its rows went in quickly enough."""
    from calendar_data import fill

    from scheduling.models import Appointment

    size.use()
    copied = float(ROWS_A_SECOND)
    if not Appointment.objects.exists():
        copied, rebuilt = fill(size.visits, TODAY)
        print(f"{size.visits:9,} visits written: {copied:9,.0f} a second, {rebuilt:9,.0f} with constraints", flush=True)
    size.acts = _acts()
    for name, act in size.acts.items():
        act()
        with CaptureQueriesContext(connection) as caught:
            act()
        size.queries[name] = len(caught)
    return copied >= ROWS_A_SECOND


def _acts() -> dict[str, Act]:
    """What is timed: two pages, two weeks of free moments, and a booking that is rolled back."""
    from django.urls import reverse

    from accounts.models import Practitioner, User
    from patients.models import Patient
    from scheduling.booking import book
    from scheduling.models import Appointment
    from scheduling.slots import free_moments

    desk = User.objects.get(email="bench@practice.example")
    people = list(Practitioner.objects.order_by("name")[:PEOPLE_ASKED])
    now = datetime.datetime.now(datetime.UTC)
    ahead = Appointment.objects.filter(start__gt=now + datetime.timedelta(days=5)).earliest("start").start
    from tests.second_factor import count_as_passed

    count_as_passed()
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(desk, backend="django.contrib.auth.backends.ModelBackend")
    address = f"{reverse('scheduling:agenda')}?day={ahead:%Y-%m-%d}"

    def page(more: str = "") -> None:
        assert client.get(address + more).status_code == 200

    def free() -> list[Any]:
        end = ahead + datetime.timedelta(days=14)
        return free_moments(practitioners=people, start=ahead, end=end, minutes=30, type="session", now=now)

    moments = iter(free() * 10)
    patients = iter(Patient.objects.filter(appointments__isnull=True).order_by("-id")[: 10 * TURNS])

    def booking() -> None:
        found = next(moments)
        with transaction.atomic():
            values = {"minutes": 30, "type": "session", "by": desk, "now": now, "override_reason": "bench"}
            book(next(patients), practitioner=found.practitioner, start=found.start, **values)
            transaction.set_rollback(True)

    return {
        "day page, 40 therapists": page,
        "day page, one therapist": lambda: page(f"&practitioner={people[0].pk}"),
        "free moments, 2 weeks, 10 therapists": free,
        "a booking (rolled back)": booking,
    }


def _ms(act: Act) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _table(big: Size, small: Size) -> bool:
    """Print p50 and p95 on both, queries and ratio; return whether every goal is kept."""
    kept = True
    print(f"{'ms, p50 / p95':38}{small.visits:>18,}{big.visits:>18,}   queries   ratio")
    for name in big.acts:
        ratio = statistics.median(big.times[name]) / statistics.median(small.times[name])
        queries = sorted({small.queries[name], big.queries[name]})
        kept = kept and ratio <= GOAL and len(queries) == 1
        cells = "".join(f"{_halves(size.times[name]):>18}" for size in (small, big))
        print(f"{name:38}{cells}{'/'.join(map(str, queries)):>10}{ratio:8.2f}{'' if ratio <= GOAL else '  ABOVE'}")
    return kept


def _halves(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} / {statistics.quantiles(times, n=20)[-1]:.1f}"


def _plan(size: Size) -> str:
    """Return how PostgreSQL runs the slowest query of the free moments."""
    size.use()
    with CaptureQueriesContext(connection) as caught:
        size.acts["free moments, 2 weeks, 10 therapists"]()
    slowest = max(caught.captured_queries, key=lambda query: float(query["time"]))["sql"]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {slowest}")
        return "\n".join(line for (line,) in cursor.fetchall())


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    from fysicure.database import owner_url

    os.environ["DATABASE_URL"] = owner_url()  # who makes databases and gathers their statistics
    django.setup()
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    sys.exit(
        main(
            *[*numbers, *(2_000_000, 20_000)[len(numbers) :]],
            explain="--explain" in sys.argv,
            keep="--keep" in sys.argv,
        )
    )
