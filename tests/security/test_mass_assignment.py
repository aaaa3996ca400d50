"""Fields that no form declares, sent beside the right ones: they change nothing (ASVS 8.2.3, 15.3.3).

The right request is sent twice from the same state, without and with the extra fields: every row that it wrote must be
the same. Forms are found by opening the pages; a new one is under this test from its first day.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.security.forms import every_form
from tests.security.practice import Practice
from tests.security.written_rows import Rows

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
RolledBack = Callable[[Callable[[], Any]], Any]
Wrote = tuple[int, Counter[tuple[str, str]]]
PEOPLE = ("treating therapist", "owner", "receptionist", "patient")


def extras(practice: Practice) -> dict[str, Any]:
    """What an attacker would like to decide: who, whose, how far, when, and what a row is."""
    other, moment = practice.other, "2020-01-01T00:00:00Z"
    people = dict.fromkeys(
        ("user", "by", "created_by", "entered_by", "signed_by", "made_by", "booked_by", "changed_by", "requested_by"),
        str(practice.owner.pk),
    )
    people |= {f"{name}_id": pk for name, pk in people.items()}
    rows = {
        "patient": other.patient, "episode": other.episode, "plan": other.plan, "encounter": other.encounter,
        "appointment": other.visit, "practitioner": practice.colleague, "prescription": other.prescription,
        "pathway_version": practice.draft, "classification": other.plan.classification, "task": other.task,
    }  # fmt: skip
    keys = {name: str(row.pk) for name, row in rows.items()}
    keys |= {f"{name}_id": pk for name, pk in keys.items()}
    moments = dict.fromkeys(
        ("created_at", "signed_at", "archived_at", "changed_at", "revoked_at", "deleted_at", "given_at", "decided_at",
         "answered_at", "completed_at", "read_at", "expires_at", "last_login", "date_joined"), moment,
    )  # fmt: skip
    rights = {"role": "admin", "is_staff": "on", "is_superuser": "on", "is_active": "", "is_admin": "1", "groups": "1"}
    words = {
        "status": "entered-in-error", "id": str(other.patient.pk), "pk": str(other.patient.pk), "password": "x" * 20,
        "national_number": "97031400271", "source": "law", "origin": "practice", "digest": "0" * 64, "number": "99",
        "override_reason": "because", "override": "1", "checksum": "0", "pgh_label": "x", "light": "green",
        "weight": "0", "confirmed": "1", "is_given": "1", "is_late": "", "_method": "DELETE", "fields": "__all__",
        "now": moment,
    }  # fmt: skip
    return {**people, **keys, **moments, **rights, **words}


@pytest.mark.nightly
def test_what_a_form_does_not_declare_is_not_written(
    practice: Practice, client_of: SignIn, rolled_back: RolledBack
) -> None:
    more, wrong, wrote = extras(practice), [], 0
    known: set[str] = set()
    for role in PEOPLE:
        user = practice.user(role)
        assert user is not None
        client = client_of(user)
        client.raise_request_exception = False
        forms, rows = list(every_form(client, practice, known)), Rows()
        for form in (each for each in forms if each.method == "post"):

            def sent(
                values: dict[str, Any], client: Client = client, path: str = form.action, rows: Rows = rows
            ) -> Wrote:
                return client.post(path, values).status_code, rows.since()

            right = rolled_back(lambda form=form, sent=sent: sent(form.filled()))
            given = {name: value for name, value in more.items() if name not in form.names}
            attacked = rolled_back(lambda form=form, sent=sent, given=given: sent({**given, **form.filled()}))
            wrote += bool(right[1])
            wrong += [f"{role} {form.action}: {each}" for each in differences(right, attacked)]
    assert wrote > 40
    assert not wrong, "\n".join(wrong)


def writes(practice: Practice) -> Iterator[tuple[str, str, str, dict[str, Any], set[str]]]:
    """Yield for each write of the API who, method, address, a right body, and what else it declares."""
    record, start = practice.record, "2026-12-04T11:00:00+01:00"
    person = {"family_name": "Nieuw", "given_name": "Bo", "birth_date": "1990-05-04"}
    ran = {"plan": str(record.plan.pk), "start": "2026-11-22T10:00+01:00", "end": "2026-11-22T10:30+01:00"}
    visit = {
        "patient": str(record.patient.pk),
        "practitioner": str(practice.treating.pk),
        "start": start,
        "minutes": 30,
    }
    yield "receptionist", "post", reverse("patient-list"), person, {"national_number"}
    yield (
        "receptionist",
        "patch",
        reverse("patient-detail", args=[record.patient.pk]),
        {"city": "Geel"},
        {"national_number"},
    )
    yield "receptionist", "post", reverse("appointment-list"), visit, {"override_reason"}
    change = {"minutes": 45}
    own = {"practitioner", "status", "override_reason"}
    yield "receptionist", "patch", reverse("appointment-detail", args=[record.visit.pk]), change, own
    complaint = {"patient": str(record.patient.pk), "reason": "Knie"}
    yield "treating therapist", "post", reverse("episode-list"), complaint, {"practitioner", "status"}
    path = reverse("episode-detail", args=[record.episode.pk])
    yield "treating therapist", "patch", path, {"reason": "Knie"}, {"practitioner", "status", "patient"}
    decision = {"decision": "hold", "reason": "Nog niet"}
    yield "treating therapist", "post", reverse("plan-decisions", args=[record.plan.pk]), decision, set()
    yield "patient", "post", reverse("diary-list"), {**ran, "pre": 1, "during": 2, "after": 1}, set()
    yield "patient", "patch", reverse("diary-detail", args=[record.diary.pk]), {"next": 2}, {"plan"}


def test_what_the_api_does_not_declare_is_not_written(
    practice: Practice, client_of: SignIn, rolled_back: RolledBack
) -> None:
    more, wrong, written = extras(practice), [], 0
    for role, method, path, body, declared in writes(practice):
        user = practice.user(role)
        assert user is not None
        client = client_of(user)
        tag = client.get(path).get("ETag", "") if method == "patch" else ""
        rows, headers = Rows(), {"If-Match": tag} if tag else {}

        def sent(values: dict[str, Any]) -> Wrote:
            send = getattr(client, method)  # noqa: B023 sent before the next turn
            answer = send(path, values, content_type="application/json", headers=headers)  # noqa: B023
            return answer.status_code, rows.since()  # noqa: B023

        right = rolled_back(lambda sent=sent, body=body: sent(body))
        given = {name: value for name, value in more.items() if name not in declared} | body
        attacked = rolled_back(lambda sent=sent, given=given: sent(given))
        written += right[0] in {200, 201} and bool(right[1])
        assert right[0] < 300, (path, right[0])
        if attacked[0] in {400, 422}:  # refused whole, which is as good
            assert attacked[1] - right[1] == Counter()
            continue
        wrong += [f"{role} {method} {path}: {each}" for each in differences(right, attacked)]
    assert written > 6
    assert not wrong, "\n".join(wrong)


def differences(right: Wrote, attacked: Wrote) -> Iterator[str]:
    """What the extra fields changed."""
    if right[0] != attacked[0]:
        yield f"{right[0]} became {attacked[0]}"
    yield from (f"more: {table} {row[:300]}" for table, row in attacked[1] - right[1])
    yield from (f"less: {table} {row[:300]}" for table, row in right[1] - attacked[1])
