"""How long the therapist's worklist takes over 2,000 running plans: kept pictures, and everything worked out again.

    python benchmarks/worklist.py [plans]

Everything happens in one transaction that is rolled back. Exits 1 when the fresh page takes more than 0.5 s.
"""

import copy
import datetime
import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 0.5
ENTRIES = 20


def main(count: int) -> int:
    """Build the plans, time the worklist, print a table; return the exit code."""
    from fysicure.attention import attention
    from pathways.models import CarePlan
    from pathways.standing import refresh_all, standings
    from tests.people import make_practitioner

    now = timezone.now()

    with transaction.atomic(), override_settings(ALLOWED_HOSTS=["testserver"]):
        practitioner = make_practitioner("bench@practice.example", "Bench")
        _build(practitioner, count, now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        running = CarePlan.objects.running().filter(practitioner=practitioner)
        again = _seconds(lambda: refresh_all(now=now), 1)
        rows = attention(practitioner.user, practitioner, now=now)
        kept = standings(running, now=now)
        from tests.second_factor import count_as_passed

        count_as_passed()
        client = Client()
        client.force_login(practitioner.user)
        client.get("/")
        page = _seconds(lambda: client.get("/"), 5)
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/").status_code == 200
        transaction.set_rollback(True)
    print(f"{len(kept)} running plans, {rows.paginator.count} rows of attention")
    print(f"worked out again, all of them   {again:8.2f} s   {again / len(kept) * 1000:6.2f} ms a plan")
    print(f"page, everything fresh          {page:8.3f} s   {len(caught)} queries   goal {GOAL_SECONDS} s")
    return 0 if page <= GOAL_SECONDS else 1


def _seconds(act: Callable[[], Any], times: int) -> float:
    taken = []
    for _turn in range(times):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _build(practitioner: Any, count: int, now: datetime.datetime) -> None:
    """Make one plan as the tests make it, and copy it with its patient, its phases, its diary and its findings."""
    from pathways.models import DiaryEntry, Phase
    from patients.models import EpisodeOfCare, Observation
    from tests.pathways.stories import log, make_plan, ready_for_p2
    from tests.people import make_patient

    patient = make_patient("Bench")
    episode = EpisodeOfCare.objects.create(
        patient=patient, reason="x", started_on=now.date(), practitioner=practitioner, status="active"
    )
    plan = make_plan(episode, practitioner, now=now, weeks=8)
    ready_for_p2(plan, now)
    for day in range(10, 10 + ENTRIES):
        log(plan, day, (0, day % 7, 1, 0), now=now)
    copies = [{"patient": uuid.uuid4(), "episode": uuid.uuid4(), "plan": uuid.uuid4()} for _ in range(count - 1)]
    _copy(patient, [{"pk": each["patient"]} for each in copies])
    _copy(episode, [{"pk": each["episode"], "patient_id": each["patient"]} for each in copies])
    linked = [{"patient_id": each["patient"], "episode_id": each["episode"]} for each in copies]
    _copy(plan, [{"pk": each["plan"], **link} for each, link in zip(copies, linked, strict=True)])
    for row in Phase.objects.filter(plan=plan):
        _copy(row, [{"pk": None, "plan_id": each["plan"]} for each in copies])
    for row in DiaryEntry.objects.filter(plan=plan):
        _copy(row, [{"pk": uuid.uuid4(), "plan_id": e["plan"], "patient_id": e["patient"]} for e in copies])
    for row in Observation.objects.filter(episode=episode):
        _copy(row, [{"pk": uuid.uuid4(), "encounter_id": None, **link} for link in linked])


def _copy(row: Model, changes: Iterable[dict[str, Any]]) -> None:
    made = []
    for change in changes:
        each = copy.copy(row)
        each._state = copy.copy(row._state)
        each._state.adding = True
        each._state.fields_cache = {}
        for name, value in change.items():
            setattr(each, name, value)
        made.append(each)
    type(row)._default_manager.bulk_create(made, batch_size=2000)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    from fysicure.database import owner_url

    os.environ["DATABASE_URL"] = owner_url()  # who gathers statistics
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
