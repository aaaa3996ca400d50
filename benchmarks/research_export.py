"""How long the export for research takes over 100,000 plans, and how much memory it wants.

    python benchmarks/research_export.py [plans]

Everything happens in one transaction that is rolled back: the readings are noted in it, their links in the audit chain,
which a commit makes, are not (benchmarks/audit_chain.py). Exits 1 when the file takes more than a minute.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

ROOT = Path(__file__).resolve().parent.parent
GOAL_SECONDS = 60
STEPS = ("preview", "note_use", "read_tables", "report_of", "_pack", "check_file")
# Rows of each plan, of the kinds that the file tells of.
EACH = {"phase": 4, "decision": 4, "encounter": 5, "diary": 8, "observation": 8}


def main(count: int) -> int:
    """Build the plans, make the file, print a table; return the exit code."""
    from fysicure.research import making
    from fysicure.research.asked import Asked
    from tests.people import make_practitioner, make_user

    now = timezone.now()
    with transaction.atomic():
        owner = make_user("bench-owner@practice.example", "Bench", "admin")
        practitioner = make_practitioner("bench@practice.example", "Bench")
        began = time.perf_counter()
        _build(practitioner, owner, count)
        print(f"{count} plans made in {time.perf_counter() - began:.0f} s")
        before = _peak()
        began = time.perf_counter()
        found = making.preview(Asked(), now=now)
        seen = time.perf_counter() - began
        began = time.perf_counter()
        with _timed(making) as parts:
            made = making.make(Asked(), by=owner, now=now)
        taken = time.perf_counter() - began
        size = made.file.seek(0, os.SEEK_END)
        transaction.set_rollback(True)
    step = found.choice.step if found.choice else "-"
    print(f"counting for the page           {seen:8.1f} s   step {step}")
    print(f"the whole file                  {taken:8.1f} s   goal {GOAL_SECONDS} s")
    for name, seconds in parts.items():
        print(f"    {name:<28}{seconds:8.1f} s")
    print(f"plans {made.report['plans']}, file {size / 1e6:.1f} MB")
    print(f"memory: {before:.0f} MB before, {_peak():.0f} MB at most")
    return 0 if taken <= GOAL_SECONDS else 1


@contextmanager
def _timed(module: Any) -> Iterator[dict[str, float]]:
    """Measure how long the steps of making a file take."""
    taken: dict[str, float] = {}
    before = {name: getattr(module, name) for name in STEPS}

    def timed(name: str) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return before[name](*args, **kwargs)
            finally:
                taken[name] = time.perf_counter() - began

        return run

    for name in STEPS:
        setattr(module, name, timed(name))
    yield taken
    for name, function in before.items():
        setattr(module, name, function)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _build(practitioner: Any, owner: Any, count: int) -> None:
    """Copy one plan many times within the server, without the triggers that a single change would set off."""
    import datetime

    from tests.research.population import Person, choose, measure, populate

    begun = datetime.date(2024, 5, 6)
    (plan,) = populate([Person(plans=(begun,))], practitioner, owner)
    diary = _diary_of(plan, owner)
    measure(plan, "lefs", 1, 40)
    text = choose(plan.patient, "given", owner).text
    ids = {
        "count": count, "patient": plan.patient_id, "episode": plan.episode_id, "plan": plan.pk, "entry": diary,
        "text": text.pk, "owner": owner.pk, **EACH,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in _statements():
            cursor.execute(statement, ids)
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ANALYZE")


def _diary_of(plan: Any, owner: Any) -> Any:
    from tests.research.test_export import diary

    diary(plan, 3, "exercise", owner)
    return plan.diary.get().pk


def _copy(model: type[Model], source: str, changes: dict[str, str], each: str = "1") -> str:
    """SQL that copies one row of a model to every made plan (m), some times (n)."""
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    values = ", ".join(changes.get(column, f'one."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} "  # noqa: S608
        f"FROM (SELECT * FROM {table} WHERE {source} LIMIT 1) one, made m, generate_series(1, {each}) n"
    )


def _statements() -> list[str]:
    from pathways.models import CarePlan, Decision, DiaryEntry, Phase
    from patients.models import Consent, Encounter, EpisodeOfCare, Observation, Patient

    link = {"id": "gen_random_uuid()", "patient_id": "m.patient", "episode_id": "m.episode"}
    person = {
        "id": "m.patient",
        "birth_date": "date '1945-01-01' + (m.i * 37) %% 22000",
        "gender": "(ARRAY['female', 'male'])[1 + m.i %% 2]",
        "postal_code": "(ARRAY['2400', '2440', '2200', '3900'])[1 + m.i %% 4]",
    }
    planned = {
        "id": "m.plan",
        "patient_id": "m.patient",
        "episode_id": "m.episode",
        "started_on": "date '2023-01-02' + (m.i * 13) %% 1000",
        "side": "(ARRAY['L', 'R'])[1 + m.i %% 2]",
    }
    days = "timestamptz '2023-01-03' + make_interval(days => (m.i * 13) %% 1000 + n * {})"
    of_plan = {"id": "gen_random_uuid()", "plan_id": "m.plan"}
    logged = {**of_plan, "patient_id": "m.patient", "client_key": "n", "started_at": days.format(1)}
    logged["ended_at"] = logged["started_at"]
    decided = {**of_plan, "kind": "'hold'", "proposal": "'advance'", "made_at": days.format(20)}
    phase = {"id": "1000000 + m.i * 10 + n", "plan_id": "m.plan", "key": "'P' || n"}
    consent = {"id": "gen_random_uuid()", "patient_id": "m.patient"}
    return [
        "CREATE TEMP TABLE made ON COMMIT DROP AS SELECT i, gen_random_uuid() AS patient, gen_random_uuid() AS episode,"
        " gen_random_uuid() AS plan FROM generate_series(1, %(count)s) i",
        _copy(Patient, "id = %(patient)s", person),
        _copy(EpisodeOfCare, "id = %(episode)s", {"id": "m.episode", "patient_id": "m.patient"}),
        _copy(CarePlan, "id = %(plan)s", planned),
        _copy(Consent, "patient_id = %(patient)s", consent),
        _copy(Phase, "plan_id = %(plan)s", phase, "%(phase)s"),
        _copy(Decision, "plan_id = %(plan)s", decided, "%(decision)s"),
        _copy(Encounter, "episode_id = %(episode)s", {**link, "started_at": days.format(7)}, "%(encounter)s"),
        _copy(DiaryEntry, "id = %(entry)s", logged, "%(diary)s"),
        _copy(
            Observation,
            "episode_id = %(episode)s",
            {**link, "number": "n * 9", "effective_at": days.format(10)},
            "%(observation)s",
        ),
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fysicure.settings")
    from fysicure.database import owner_url

    os.environ["DATABASE_URL"] = owner_url()  # who may copy rows without their triggers
    django.setup()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
