"""A page of the portal costs the same whether the diary, the plan and the calendar are short or long."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practitioner, User
from pathways.models import CarePlan, DiaryEntry
from scheduling.models import Appointment, Room
from tests.people import NOW, at

# What each page asks at most, sign-in (two), begin, role and end of the transaction and access log included.
BUDGET = {
    "home": 12, "plan": 9, "diary": 9, "visits": 12, "record": 7, "log-run": 9, "log-exercises": 8, "log-rest": 7,
}  # fmt: skip
# A new entry takes the plan's row, looks around and writes, between the two ends of what stands or falls together. The
# sentence on the next page waits in the session: its row and the two ends of its transaction.
POST_BUDGET = {"log-run": 15, "log-exercises": 16, "log-rest": 15}
_WIDENS = "SELECT set_config('role', 'none'"  # only where a test has a transaction around the request


def cost(queries: CaptureQueriesContext) -> int:
    """The number of statements that a request sends outside the tests."""
    return sum(not each["sql"].startswith(_WIDENS) for each in queries.captured_queries)


def fill(plan: CarePlan, first: int, last: int) -> None:
    """Write a run every seven hours, backwards from yesterday."""
    rows = []
    for number in range(first, last):
        end = NOW - datetime.timedelta(hours=14 + 7 * number)
        start = end - datetime.timedelta(minutes=30)
        rows.append(
            DiaryEntry(
                plan=plan,
                patient=plan.patient,
                kind="run",
                started_at=start,
                ended_at=end,
                side="R",
                pre=0,
                during=2,
                after=1,
                next=0 if number else None,
                exercises_done=["E4"],
                client_key=f"row {number}",
                created_by=plan.patient.user,
                created_at=end,
                distance_km=3,
            )  # fmt: skip
        )
    DiaryEntry.objects.bulk_create(rows)


def visit_now_and_then(plan: CarePlan, practitioner: Practitioner, room: Room, weeks: range) -> None:
    """A visit that is over and one to come for each number of weeks from today."""
    for week in (*weeks, *(-week for week in weeks)):
        start = at("2026-11-23", "15:00") + datetime.timedelta(weeks=week)
        Appointment.objects.create(
            patient=plan.patient, practitioner=practitioner, room=room, type="session", start=start,
            end=start + datetime.timedelta(minutes=30), status="booked" if week > 0 else "fulfilled",
            booked_by=practitioner.user, created_at=NOW,
        )  # fmt: skip


@pytest.mark.parametrize("name", BUDGET)
def test_ten_times_the_rows_cost_the_same(
    client_of: Callable[[User], Client],
    plan: CarePlan,
    patient_user: User,
    practitioner: Practitioner,
    room: Room,
    name: str,
) -> None:
    client, counts = client_of(patient_user), []
    for entries, weeks in (((0, 1), range(1, 2)), ((1, 16), range(2, 4)), ((16, 160), range(4, 26))):
        fill(plan, *entries)
        visit_now_and_then(plan, practitioner, room, weeks)
        client.get(reverse(f"portal:{name}"))
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(reverse(f"portal:{name}"))
        assert answer.status_code == 200 and len(answer.content) < 60_000
        counts.append(cost(queries))
    assert counts[0] == counts[1] == counts[2] <= BUDGET[name]


@pytest.mark.parametrize("name", POST_BUDGET)
def test_an_entry_costs_the_same_in_a_long_diary(
    client_of: Callable[[User], Client], plan: CarePlan, patient_user: User, name: str
) -> None:
    client, counts = client_of(patient_user), []
    given = {"day": "2026-11-23", "time": "08:00", "minutes": "20", "pre": "0", "during": "1", "after": "1"}
    for first, last in ((0, 1), (1, 100)):
        fill(plan, first, last)
        client.get(reverse("portal:diary"))
        with CaptureQueriesContext(connection) as queries:
            sent = {**given, "client_key": f"{name} {last}", "on_duplicate": "keep"}
            assert client.post(reverse(f"portal:{name}"), sent).status_code == 302
        counts.append(cost(queries))
    assert counts[0] == counts[1] <= POST_BUDGET[name]
    assert DiaryEntry.objects.filter(plan=plan, client_key__startswith=name).count() == 2


def test_a_second_tap_on_save_reads_only(
    client_of: Callable[[User], Client], plan: CarePlan, patient_user: User
) -> None:
    client = client_of(patient_user)
    sent = {"day": "2026-11-23", "pre": "1", "client_key": "once"}
    for _tap in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.post(reverse("portal:log-rest"), sent).status_code == 302
    assert [each["sql"] for each in queries.captured_queries if 'INSERT INTO "pathways_' in each["sql"]] == []
    assert plan.diary.count() == 1
