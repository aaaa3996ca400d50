"""The diary over HTTP: own entries for a patient, those of patients for a therapist."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from pathways.models import CarePlan, DiaryEntry
from tests.people import NOW
from tests.running_plan import log

ADDRESS = "/api/v1/diary/"
HOUR = datetime.timedelta(hours=1)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def body(**fields: Any) -> dict[str, Any]:
    start = NOW - HOUR
    return {
        "start": start.isoformat(), "end": (start + HOUR / 2).isoformat(), "kind": "run", "side": "R",
        "pre": 0, "during": 2, "after": 1, "next": None, "limp": False, "client_key": "one", "distance_km": 3.2,
        **fields,
    }  # fmt: skip


def post(client: Client, **fields: Any) -> Any:
    return client.post(ADDRESS, body(**fields), content_type="application/json")


def test_a_patient_logs_once_and_reads_the_light(client_of: SignIn, plan: CarePlan, patient_user: User) -> None:
    client = client_of(patient_user)
    made = post(client)
    assert (made.status_code, made.json()["light"], made.json()["peak"]) == (201, "PENDING", 2)
    again = post(client)
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    listed = client.get(ADDRESS).json()
    assert (listed["count"], listed["results"][0]["distance_km"]) == (1, 3.2)
    assert client.get(f"{ADDRESS}{made.json()['id']}/").json()["plan"] == str(plan.pk)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"pre": 11}, "pre"), ({"pre": 2.5}, "pre"), ({"pre": "2"}, "pre"), ({"pre": True}, "pre"),
        ({"during": -1}, "during"),
        ({"end": (NOW + HOUR).isoformat()}, "end"), ({"start": (NOW - 8 * 24 * HOUR).isoformat()}, "start"),
        ({"next": 0}, "next"), ({"kind": "swim"}, "kind"), ({"step": "S99"}, "step"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_of_the_wire(
    client_of: SignIn, plan: CarePlan, patient_user: User, fields: dict[str, Any], name: str
) -> None:
    answer = post(client_of(patient_user), **fields)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [name]
    assert not DiaryEntry.objects.exists()


def test_a_second_session_at_the_same_time_answers_409(client_of: SignIn, plan: CarePlan, patient_user: User) -> None:
    client = client_of(patient_user)
    first = post(client).json()
    refused = post(client, client_key="two")
    assert (refused.status_code, refused.json()["existing"]) == (409, first["id"])
    assert post(client, client_key="two", on_duplicate="merge").json()["id"] == first["id"]
    assert post(client, client_key="three", on_duplicate="keep").status_code == 201


def test_the_morning_after_by_patch(client_of: SignIn, plan: CarePlan, patient_user: User) -> None:
    entry = log(plan, NOW - 14 * HOUR)
    answer = client_of(patient_user).patch(f"{ADDRESS}{entry.pk}/", {"next": 0}, content_type="application/json")
    assert (answer.status_code, answer.json()["light"]) == (200, "GREEN")


def test_a_correction_by_patch(client_of: SignIn, plan: CarePlan, patient_user: User, therapist: User) -> None:
    entry = log(plan, NOW - 26 * HOUR)
    change = {"during": 4}
    assert (
        client_of(patient_user).patch(f"{ADDRESS}{entry.pk}/", change, content_type="application/json").status_code
        == 403
    )
    answer = client_of(therapist).patch(f"{ADDRESS}{entry.pk}/", change, content_type="application/json")
    assert (answer.status_code, answer.json()["light"]) == (200, "AMBER")


def test_a_therapist_reads_by_plan_and_does_not_log(client_of: SignIn, plan: CarePlan, therapist: User) -> None:
    log(plan, NOW - HOUR)
    client = client_of(therapist)
    assert client.get(ADDRESS, {"plan": plan.pk}).json()["count"] == 1
    assert client.get(ADDRESS, {"patient": plan.patient_id}).json()["count"] == 1
    assert client.get(ADDRESS, {"plan": "00000000-0000-7000-8000-000000000000"}).json()["count"] == 0
    assert post(client).status_code == 403


def test_a_stranger_finds_nothing(client_of: SignIn, plan: CarePlan, stranger: User) -> None:
    entry = log(plan, NOW - 14 * HOUR)
    client = client_of(stranger)
    assert client.get(ADDRESS).json()["count"] == 0
    assert client.get(f"{ADDRESS}{entry.pk}/").status_code == 404
    assert client.patch(f"{ADDRESS}{entry.pk}/", {"next": 0}, content_type="application/json").status_code == 404
    assert post(client, plan=str(plan.pk)).status_code == 404


@pytest.mark.parametrize("who", ["receptionist", "owner"])
def test_the_desk_and_the_owner_read_no_diary(
    client_of: SignIn, plan: CarePlan, who: str, request: pytest.FixtureRequest
) -> None:
    assert client_of(request.getfixturevalue(who)).get(ADDRESS).status_code == 403


def test_a_longer_list_costs_the_same(client_of: SignIn, plan: CarePlan, therapist: User) -> None:
    client, counts = client_of(therapist), []
    for first, last in ((1, 8), (8, 40)):
        for number in range(first, last):
            log(plan, NOW - number * 4 * HOUR, now=NOW)
        with CaptureQueriesContext(connection) as queries:
            client.get(ADDRESS, {"page_size": 100})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10
