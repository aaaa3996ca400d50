"""How much Python one plan's progress takes with two years of diary, and whether the queries stay the same.

    python benchmarks/progress.py [entries]

Everything happens in one transaction that is rolled back. Exits 1 when the median takes more than 50 ms of Python, or
when ten times the entries ask for another number of queries.
"""

import datetime
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

ROOT = Path(__file__).resolve().parent.parent
GOAL_MS = 50
TURNS = 9


def main(entries: int) -> int:
    """Time a plan with a tenth of the entries and with all of them; print a table; return the exit code."""
    found = []
    with transaction.atomic():
        plan, now = _plan()
        for count in (entries // 10, entries - entries // 10):
            _log(plan, count, now, begin=len(found) * count)
            found.append(_measure(plan, now))
        transaction.set_rollback(True)
    print("entries   Python ms   SQL ms   queries")
    for total, (python, sql, queries) in zip((entries // 10, entries), found, strict=True):
        print(f"{total:7d}   {python:9.1f}   {sql:6.1f}   {queries:7d}")
    (_, _, few), (python, _, many) = found
    return 0 if python <= GOAL_MS and few == many else 1


def _plan() -> tuple[Any, datetime.datetime]:
    from patients.models import EpisodeOfCare
    from tests.pathways.stories import make_plan, ready_for_p2
    from tests.people import NOW, make_patient, make_practitioner

    practitioner = make_practitioner("bench@practice.example", "Bench")
    patient = make_patient("Bench")
    episode = EpisodeOfCare.objects.create(
        patient=patient, reason="x", started_on=NOW.date(), practitioner=practitioner, status="active"
    )
    plan = make_plan(episode, practitioner, weeks=104, phase="P5")
    ready_for_p2(plan)
    return plan, NOW


def _log(plan: Any, count: int, now: datetime.datetime, *, begin: int) -> None:
    """Exercises on two of three entries, a run on the third, spread over two years."""
    from pathways.models import DiaryEntry

    step = datetime.timedelta(days=728) / count
    rows = []
    for number in range(count):
        ended = now - step * number - datetime.timedelta(hours=1, minutes=begin % 60)
        rows.append(
            DiaryEntry(
                plan=plan,
                patient_id=plan.patient_id,
                kind="exercise" if number % 3 else "run",
                side="R",
                started_at=ended - datetime.timedelta(minutes=40),
                ended_at=ended,
                pre=0,
                during=number % 4,
                after=1,
                next=0,
                distance_km=5 + number % 3,
                client_key=f"bench{begin}-{number}",
                created_by=plan.practitioner.user,
            )
        )
    DiaryEntry.objects.bulk_create(rows)


def _measure(plan: Any, now: datetime.datetime) -> tuple[float, float, int]:
    """Median of Python and SQL time in ms, and the number of queries."""
    from pathways.progress import assess_plan

    python, sql = [], []
    for _turn in range(TURNS):
        waited = 0.0

        def timed(execute: Any, statement: Any, params: Any, many: bool, context: Any) -> Any:
            nonlocal waited
            began = time.perf_counter()
            try:
                return execute(statement, params, many, context)
            finally:
                waited += time.perf_counter() - began

        began = time.perf_counter()
        with connection.execute_wrapper(timed):
            assess_plan(plan, now=now)
        total = time.perf_counter() - began
        python.append((total - waited) * 1000)
        sql.append(waited * 1000)
    with CaptureQueriesContext(connection) as caught:
        assess_plan(plan, now=now)
    return statistics.median(python), statistics.median(sql), len(caught)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    from fysicure.database import owner_url

    os.environ["DATABASE_URL"] = owner_url()  # who gathers statistics
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1500))
