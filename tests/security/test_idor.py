"""Every id swapped for another patient's: in paths, in queries, in bodies, in files and feeds (ASVS 8.2.2)."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.security.addresses import OF_PATIENT, addresses, ask, body_of, outcome
from tests.security.practice import Practice, Record

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
# How a client may ask: as a page, as a part of one, as a script.
WAYS: tuple[dict[str, str], ...] = ({}, {"HX-Request": "true"}, {"Accept": "application/json"})


def ids_of(record: Record) -> dict[str, str]:
    """Every id of a record, by a name that a form or a query might give it."""
    rows = {each.name: getattr(record, each.name) for each in fields(record)}
    found = {name: str(row.pk) for name, row in rows.items() if isinstance(row, Model) and name != "user"}
    more = {"appointment": record.visit, "proposal": record.offer, "classification": record.plan.classification}
    return {**found, **{name: str(row.pk) for name, row in more.items()}}


def tells_of(response: Any, record: Record) -> list[str]:
    """What a response tells of a patient: the name, or the number to call."""
    body = body_of(response).decode(errors="replace")
    return [word for word in (record.patient.family_name, record.patient.phone) if word in body]


def test_an_id_of_another_patient_in_the_path_is_nowhere(
    practice: Practice, client_of: ClientOf, picture: Callable[[], dict[str, Any]]
) -> None:
    client, before, wrong = client_of(practice.other.user), picture(), []
    for address in addresses(practice, practice.record):
        if address.name not in OF_PATIENT:
            continue
        for method in address.methods():
            for way in WAYS:
                response = ask(client, address, method, headers=way)
                if response.status_code == 405:
                    continue
                came = outcome(response)
                if came not in {"hidden", "forbidden"} or practice.record.patient.family_name in str(body_of(response)):
                    wrong.append(f"{method} {address.name} {way}: {response.status_code}")
    assert not wrong, "\n".join(wrong)
    after = picture()
    assert {table for table in after if after[table] != before[table]} <= {
        "django_session",
        "accounts_accesslog",
        "accounts_auditqueue",
        "accounts_securityevent",  # that it was refused
    }


@pytest.mark.nightly
def test_an_id_of_another_patient_in_the_query_shows_nothing(practice: Practice, client_of: ClientOf) -> None:
    client, ids, wrong = client_of(practice.other.user), ids_of(practice.record), []
    for address in addresses(practice, practice.other):
        if client.get(address.path).status_code in {403, 405}:  # what is closed or takes only POST reads no question
            continue
        for name, pk in ids.items():
            response = client.get(address.path, {name: pk, "page_size": 100})
            if response.status_code == 200 and tells_of(response, practice.record):
                wrong.append(f"{address.name}?{name}=: {tells_of(response, practice.record)}")
            if response.status_code >= 500:
                wrong.append(f"{address.name}?{name}=: {response.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.nightly
def test_an_id_of_another_patient_in_the_body_changes_nothing_of_theirs(
    practice: Practice, client_of: ClientOf, rolled_back: Callable[[Callable[[], object]], Any]
) -> None:
    client, ids, wrong = client_of(practice.other.user), ids_of(practice.record), []
    theirs = rows_of(practice.record)

    def sent(address: Any, method: str) -> None:
        as_json = {"content_type": "application/json"} if address.is_api else {}
        body = {**ids, "user": str(practice.record.user.pk), "role": "admin", "is_staff": True}
        response = getattr(client, method.lower())(address.path, body, **as_json)
        told = response.status_code == 200 and practice.record.patient.family_name in str(body_of(response))
        if told or response.status_code >= 500 or rows_of(practice.record) != theirs:
            wrong.append(f"{method} {address.name}: {response.status_code}")

    for address in addresses(practice, practice.other):
        for method in set(address.methods()) - {"GET"}:
            rolled_back(lambda address=address, method=method: sent(address, method))
    assert not wrong, "\n".join(wrong)
    practice.other.user.refresh_from_db()
    assert (practice.other.user.role, practice.other.user.is_staff) == ("patient", False)


def rows_of(record: Record) -> list[dict[str, Any]]:
    """What stands in every row of a record."""
    rows = [getattr(record, each.name) for each in fields(record)]
    models = [row for row in rows if isinstance(row, Model)]
    return [type(row)._base_manager.filter(pk=row.pk).values()[0] for row in models]


def test_two_ids_of_one_address_belong_together(practice: Practice, client_of: ClientOf) -> None:
    client = client_of(practice.treating.user)
    mine, other = practice.record, practice.other
    lesson = other.plan.education.first()
    exercise = other.plan.exercise_prescriptions.filter(phase__status="active").first()
    assert lesson is not None and exercise is not None
    assert client.post(reverse("pathways:tick-education", args=[mine.plan.pk, lesson.pk])).status_code == 404
    assert client.get(reverse("pathways:adjust-exercise", args=[mine.plan.pk, exercise.pk])).status_code == 404


def test_a_diary_entry_for_the_plan_of_another_is_refused(practice: Practice, client_of: ClientOf) -> None:
    body = {"plan": str(practice.record.plan.pk), "start": "2026-11-22T10:00+01:00", "end": "2026-11-22T10:30+01:00"}
    response = client_of(practice.other.user).post(reverse("diary-list"), body, content_type="application/json")
    assert response.status_code == 404


def test_a_feed_holds_the_visits_of_one(practice: Practice, client: Client) -> None:
    mine = client.get(reverse("calendar-feed", args=[practice.record.feed]))
    assert mine.status_code == 200
    assert str(practice.record.visit.pk) in mine.content.decode()
    assert str(practice.other.visit.pk) not in mine.content.decode()
    swapped = practice.record.feed[:-4] + practice.other.feed[-4:]
    assert client.get(reverse("calendar-feed", args=[swapped])).status_code == 404
