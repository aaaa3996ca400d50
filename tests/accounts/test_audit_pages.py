"""The owner's audit, and what the patient sees of it."""

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from accounts.history_context import as_job
from accounts.models import AccessLog, Role, SecurityEvent, User
from accounts.tokens import issue
from patients.models import Patient
from scheduling.models import Room
from tests.people import make_patient, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owners(owner: User, client_of: Callable[[User], Client]) -> Client:
    return client_of(owner)


def read(user: User, patient: Patient, part: str = "chart", **fields: Any) -> AccessLog:
    return AccessLog.objects.create(user_id=user.pk, role=user.role, patient_id=patient.pk, part=part, **fields)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_owner_reads_who_opened_what_and_that_look_is_an_event(
    owners: Client, owner: User, therapist: User, patient: Patient
) -> None:
    read(therapist, patient, reason="Waarneming")
    page = text_of(owners, "/audit/")
    assert all(word in page for word in ("Lotte Maes", "Peeters", "Waarneming"))
    event = SecurityEvent.objects.get(kind=SecurityEvent.Kind.AUDIT_VIEWED)
    assert (event.user_id, event.detail["tab"]) == (owner.pk, "reads")


def test_a_patient_is_searched_by_post_and_named_in_no_address(
    owners: Client, therapist: User, patient: Patient
) -> None:
    other = make_patient("Claes", "Bert", phone="+32470111111")
    read(therapist, patient)
    read(therapist, other)
    response = owners.post("/audit/", {"q": "peeters"})
    assert f"patient={patient.pk}" in response.content.decode()
    page = text_of(owners, f"/audit/?patient={patient.pk}")
    assert "Peeters" in page
    assert "Claes" not in page
    assert SecurityEvent.objects.filter(patient_id=patient.pk).exists()


def test_filters_of_person_part_kind_and_days(
    owners: Client, therapist: User, receptionist: User, patient: Patient
) -> None:
    read(therapist, patient, "plan")
    read(receptionist, patient, "contact")
    read(therapist, patient, "letter", at=timezone.now() - datetime.timedelta(days=60))
    rows = owners.get(f"/audit/?user={therapist.pk}").context["rows"]
    assert [row["who"] for row in rows] == ["Lotte Maes"]
    assert len(owners.get("/audit/?part=contact").context["rows"]) == 1
    day = timezone.localdate() - datetime.timedelta(days=60)
    assert len(owners.get(f"/audit/?first={day}&last={day}").context["rows"]) == 1
    SecurityEvent.objects.create(kind="denied", user_id=therapist.pk)
    assert len(owners.get("/audit/events/?kind=denied").context["rows"]) == 1
    assert owners.get("/audit/?first=2026-02-01&last=2026-01-01").status_code == 200
    for asked in ("last=0001-01-01", "last=9999-12-31", "first=0001-01-01", "first=2019-01-01"):
        answer = owners.get(f"/audit/?{asked}")
        assert (answer.status_code, answer.context["form"].is_valid()) == (200, False), asked
    assert owners.get("/audit/?before=rubbish&user=nobody&patient=x").status_code == 200


def test_pages_go_on_where_the_last_one_stopped(owners: Client, therapist: User, patient: Patient) -> None:
    moment = timezone.now()
    made = [read(therapist, patient, at=moment, request_id=str(number)) for number in range(120)]
    seen: list[str] = []
    more = ""
    for _page in range(3):
        context = owners.get("/audit/", {"before": more}).context
        seen += [row["request"] for row in context["rows"]]
        more = context["more"]
    assert (seen, more) == ([row.request_id for row in reversed(made)], "")


@pytest.mark.parametrize("address", ["/audit/", "/audit/events/", "/audit/changes/"])
def test_the_number_of_queries_does_not_grow(
    address: str, owners: Client, therapist: User, receptionist: User, patient: Patient
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert owners.get(address).status_code == 200
        return len(seen)

    owners.get(address)  # from here on the changes of this transaction have a user
    read(therapist, patient)
    SecurityEvent.objects.create(kind="denied", user_id=therapist.pk, patient_id=patient.pk)
    Room.objects.create(name="One")
    Room.objects.update(name="Two")
    few = count()
    for number in range(60):
        other = make_patient("Claes", f"Bert {number}", phone=f"+3247012{number:04}")
        read(receptionist if number % 2 else therapist, other)
        SecurityEvent.objects.create(kind="denied", user_id=therapist.pk, patient_id=other.pk)
    Patient.objects.update(city="Geel")
    assert count() == few
    assert few <= 13


def test_changes_show_values_of_settings_and_only_fields_of_records(
    owners: Client, owner: User, therapist: User, patient: Patient
) -> None:
    User.objects.filter(pk=therapist.pk).update(role=Role.ADMIN)
    Patient.objects.filter(pk=patient.pk).update(phone="+32470765432")
    page = text_of(owners, "/audit/changes/")
    assert all(word in page for word in ("<del>therapist</del>", "<ins>admin</ins>"))
    assert "70765432" not in page
    mine = owners.get(f"/audit/changes/?patient={patient.pk}").context["rows"]
    assert [row["change"].table for row in mine] == ["patients_patientevent"] * 2
    assert [each.field for each in mine[0]["change"].fields] != []


def test_a_file_of_changes_says_deeds_in_words(owners: Client, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.step_up.proved_recently", lambda request: True)
    Room.objects.update(name="Two")
    room.delete()
    answer = owners.get("/audit/changes.csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row[4] for row in rows[1:]} == {"gemaakt", "gewijzigd", "verwijderd"}


def test_a_job_stands_where_no_person_does(owners: Client) -> None:
    as_job("tidy-rooms")(lambda: Room.objects.create(name="One"))()
    row = next(row for row in owners.get("/audit/changes/").context["rows"] if row["change"].job)
    assert (row["change"].job, row["change"].user_id, row["who"]) == ("tidy-rooms", None, "")


def test_a_removal_is_a_change_too(owners: Client, room: Room) -> None:
    room.delete()
    deeds = [row["change"].deed for row in owners.get("/audit/changes/").context["rows"]]
    assert "delete" in deeds


def test_a_change_names_its_user_and_its_request_also_with_a_token(
    therapist: User, patient: Patient, owners: Client, client_of: Callable[[User], Client]
) -> None:
    token = issue(therapist)
    answer = Client().patch(
        f"/api/v1/patients/{patient.pk}/",
        {"city": "Geel", "version": patient.version},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    event = patient.events.order_by("-pgh_id").select_related("pgh_context")[0]  # type: ignore[attr-defined]
    assert event.pgh_context.metadata["user"] == str(therapist.pk)
    assert event.pgh_context.metadata["request"] == answer["X-Request-ID"]
    assert "url" not in event.pgh_context.metadata
    page = owners.get(f"/audit/changes/?user={therapist.pk}&patient={patient.pk}").context["rows"]
    assert [row["who"] for row in page] == ["Lotte Maes"]


@pytest.mark.parametrize("what", ["reads", "events", "changes"])
def test_a_file_is_guarded_noted_and_asks_to_prove_who_you_are(
    what: str, owners: Client, therapist: User, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert resolve(f"/audit/{what}.csv").func.asks_step_up  # type: ignore[attr-defined]
    monkeypatch.setattr("accounts.step_up.proved_recently", lambda request: True)
    read(therapist, patient, reason="=HYPERLINK(0)")
    SecurityEvent.objects.create(kind="denied", detail={"why": "x"})
    answer = owners.get(f"/audit/{what}.csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) > 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert SecurityEvent.objects.get(kind=SecurityEvent.Kind.EXPORTED).detail["rows"] == len(rows) - 1


def test_nobody_else_sees_the_audit(
    therapist: User, receptionist: User, patient: Patient, client_of: Callable[[User], Client]
) -> None:
    for user in (therapist, receptionist, patient.user):
        client = client_of(user)  # type: ignore[arg-type]
        for address in ("/audit/", "/audit/events/", "/audit/changes/", "/audit/reads.csv"):
            assert client.get(address).status_code == 403
        assert client.post("/audit/verify/").status_code == 403


def test_who_is_refused_is_noted_with_what_was_asked_for(
    receptionist: User, patient_user: User, client_of: Callable[[User], Client]
) -> None:
    for user in (receptionist, patient_user):
        assert client_of(user).get("/audit/").status_code == 403
        token = {"Authorization": f"Bearer {issue(user)}"}
        assert Client(headers=token).get("/api/v1/webhooks/").status_code == 403
        found = SecurityEvent.objects.filter(kind="denied", user_id=user.pk).order_by("id")
        assert [row.detail for row in found] == [{"action": "audit.view"}, {"action": "webhooks.manage"}]
    Client().get("/api/v1/webhooks/")
    assert not SecurityEvent.objects.filter(kind="denied", user_id=None).exists()


@pytest.mark.owner
def test_verifying_says_whether_it_is_whole_and_keeps_the_head(
    owners: Client, therapist: User, patient: Patient
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert owners.post("/audit/verify/").status_code == 302
    event = SecurityEvent.objects.get(kind=SecurityEvent.Kind.AUDIT_CHECKED)
    assert len(event.detail["head"]) == 64
    row = read(therapist, patient)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        AccessLog.objects.filter(pk=row.pk).update(part="nothing")
        cursor.execute("SET session_replication_role = origin")
    owners.post("/audit/verify/")
    broken = SecurityEvent.objects.get(kind=SecurityEvent.Kind.AUDIT_BROKEN)
    assert (broken.detail["table"], broken.detail["key"]) == ("accounts_accesslog", str(row.pk))
    assert str(row.pk) in text_of(owners, "/audit/")


def test_the_patient_sees_who_looked_grouped_by_day_and_person(
    patient: Patient, therapist: User, receptionist: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    for part in ("plan", "diary"):
        read(therapist, patient, part, reason="Waarneming")
    read(receptionist, patient, "contact")
    read(
        make_user("gone@practice.example", "Weg", Role.THERAPIST),
        patient,
        "note",
        at=timezone.now() - datetime.timedelta(days=3),
    )
    User.objects.filter(name="Weg").delete()
    client = client_of(patient.user)  # type: ignore[arg-type]
    looks = client.get("/portal/record/who-looked/").context["looks"]
    assert [(look.name, len(look.parts)) for look in looks[:2]] in (
        [("Els Wouters", 1), ("Lotte Maes", 2)],
        [("Lotte Maes", 2), ("Els Wouters", 1)],
    )
    assert looks[2].name not in {"", "Weg"}
    assert not any(look.is_self for look in looks)
    assert any(look.is_self for look in client.get("/portal/record/who-looked/?own=1").context["looks"])
    assert "Lotte" not in text_of(client_of(stranger), "/portal/record/who-looked/")


def test_the_patients_list_is_paged_and_its_queries_do_not_grow(
    patient: Patient, therapist: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(patient.user)  # type: ignore[arg-type]

    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/portal/record/who-looked/").status_code == 200
        return len(seen)

    read(therapist, patient)
    client.get("/portal/record/who-looked/")
    few = count()
    for days in range(40):
        read(therapist, patient, at=timezone.now() - datetime.timedelta(days=days))
    assert count() == few
    assert len(client.get("/portal/record/who-looked/").context["looks"]) == 25
