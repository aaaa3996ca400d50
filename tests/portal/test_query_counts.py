"""A page of the portal costs the same whether the diary is short or long."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from pathways.models import CarePlan, DiaryEntry
from tests.people import NOW

MOST = 23  # two of them narrow the connection to the patient and widen it again


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


@pytest.mark.parametrize("name", ["home", "plan", "diary", "visits", "record", "log-run", "log-exercises", "log-rest"])
def test_ten_times_the_diary_costs_the_same(
    client_of: Callable[[User], Client], plan: CarePlan, patient_user: User, name: str
) -> None:
    client, counts = client_of(patient_user), []
    for first, last in ((0, 16), (16, 160)):
        fill(plan, first, last)
        client.get(reverse(f"portal:{name}"))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(f"portal:{name}")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= MOST
