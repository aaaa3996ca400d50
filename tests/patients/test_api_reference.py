"""The addresses that a program reads before it can do anything: people, rooms, measures, pathways, orders, needs."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessLog, Practitioner, Role, User
from pathways.models import CarePlan, FollowUp
from patients.models import Encounter, EpisodeOfCare, Measure, Patient, Prescription
from patients.prescriptions import add_prescription
from scheduling.models import Room, WaitingListEntry
from tests.people import NOW, TODAY, make_patient, make_practitioner, make_user
from tests.running_plan import plan, version

__all__ = ["plan", "version"]
pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
API = "/api/v1"


@pytest.fixture
def order(episode: EpisodeOfCare, therapist: User) -> Prescription:
    """Nine sessions ordered a week ago, one of them given."""
    day = TODAY - datetime.timedelta(days=7)
    fields = {"prescribed_on": day, "sessions_ordered": 9, "diagnosis": "Rustpijn"}
    order = add_prescription(episode, doctor="Dr. Jan", by=therapist, now=NOW, **fields)
    Encounter.objects.create(patient=episode.patient, episode=episode, kind="session", prescription=order)
    return order


@pytest.fixture
def need(plan: CarePlan, practitioner: Practitioner) -> FollowUp:
    """A visit that the plan asks for within the days around today."""
    window = {"window_start": TODAY, "window_end": TODAY + datetime.timedelta(days=6)}
    return FollowUp.objects.create(plan=plan, week=30, minutes=30, practitioner=practitioner, **window)


def cost(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_who_works_here(practitioner: Practitioner, patient_user: User, patient: Patient, client_of: ClientOf) -> None:
    gone = make_practitioner("gone@practice.example", "Zoë Claes", "#8a4b08")
    Practitioner.objects.filter(pk=gone.pk).update(is_active=False)
    client = client_of(patient_user)
    rows = client.get(f"{API}/practitioners/").json()["results"]
    assert [(row["name"], row["is_active"]) for row in rows] == [("Lotte Maes", True), ("Zoë Claes", False)]
    active = client.get(f"{API}/practitioners/?is_active=true").json()["results"]
    assert [row["id"] for row in active] == [str(practitioner.pk)]
    assert client.get(f"{API}/practitioners/{gone.pk}/").json()["name"] == "Zoë Claes"


def test_rooms_measures_and_pathways(room: Room, version: Any, therapist: User, client_of: ClientOf) -> None:
    client = client_of(therapist)
    assert client.get(f"{API}/rooms/{room.pk}/").json() == {
        "id": room.pk, "name": room.name, "kind": "treatment", "is_active": True,
    }  # fmt: skip
    measure = Measure.objects.exclude(minimum=None).order_by("key")[0]
    said = client.get(f"{API}/measures/{measure.key}/").json()
    assert (said["key"], said["minimum"], said["unit"]) == (measure.key, float(measure.minimum or 0), measure.unit)
    assert {row["type"] for row in client.get(f"{API}/measures/?type=integer").json()["results"]} == {"integer"}
    pathways = {row["key"]: row["version"] for row in client.get(f"{API}/pathways/").json()["results"]}
    assert pathways["itbs"] == version.number
    assert client.get(f"{API}/pathways/itbs/").json()["version"] == version.number
    assert client.get(f"{API}/pathways/none/").status_code == 404


def test_a_pathway_without_a_published_text_has_no_version(version: Any, therapist: User, client_of: ClientOf) -> None:
    type(version).objects.filter(pathway_id="itbs").update(status="retired", retired_at=NOW)
    assert client_of(therapist).get(f"{API}/pathways/itbs/").json()["version"] is None


@pytest.mark.parametrize(
    ("role", "status", "is_clinical"),
    [
        ("therapist", 200, True),
        ("receptionist", 200, False),
        ("owner", 200, False),
        ("patient_user", 200, True),
        ("stranger", 404, False),
    ],
)
def test_the_diagnosis_of_an_order_is_for_who_treats(
    role: str, status: int, is_clinical: bool, order: Prescription, request: pytest.FixtureRequest, client_of: ClientOf
) -> None:
    client = client_of(request.getfixturevalue(role))
    one, listed = client.get(f"{API}/prescriptions/{order.pk}/"), client.get(f"{API}/prescriptions/")
    assert (one.status_code, listed.status_code) == (status, 200)
    assert len(listed.json()["results"]) == (status == 200)
    assert ("Rustpijn" in one.content.decode(), "Rustpijn" in listed.content.decode()) == (is_clinical, is_clinical)
    if status == 200:
        row = one.json()
        assert ("diagnosis" in row) == is_clinical
        assert (row["sessions_ordered"], row["sessions_used"], row["sessions_left"]) == (9, 1, 8)
        assert (row["prescriber_name"], row["start_before"]) == ("Dr. Jan", "2027-01-16")
        assert listed.json()["results"] == [row]


def test_a_colleague_in_a_browser_reads_no_diagnosis(
    order: Prescription, other_practitioner: Practitioner, client_of: ClientOf
) -> None:
    client = client_of(other_practitioner.user)
    for url in (f"{API}/prescriptions/", f"{API}/prescriptions/{order.pk}/"):
        answer = client.get(url)
        assert (answer.status_code, "Rustpijn" in answer.content.decode()) == (200, False)
    rows = AccessLog.objects.filter(user_id=other_practitioner.user_id).order_by("pk")
    assert list(rows.values_list("part", flat=True)) == ["prescription list", "prescription"]


def test_orders_are_filtered(order: Prescription, receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)

    def count(query: str) -> int:
        return int(client.get(f"{API}/prescriptions/?{query}").json()["count"])

    assert count(f"episode={order.episode_id}&patient={order.episode.patient_id}&since=2026-11-16") == 1
    assert count("since=2026-11-17") == 0
    assert client.get(f"{API}/prescriptions/?diagnosis=x").status_code == 400


def test_visits_to_book(
    need: FollowUp, receptionist: User, patient_user: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    desk = client_of(receptionist)
    rows = desk.get(f"{API}/follow-ups/?plan={need.plan_id}&ordering=-window_end").json()["results"]
    row = next(each for each in rows if each["id"] == str(need.pk))
    assert (row["patient"], row["window_start"], row["band"]) == (str(need.plan.patient_id), "2026-11-23", "this_week")
    assert desk.get(f"{API}/follow-ups/{need.pk}/").json() == row
    assert client_of(patient_user).get(f"{API}/follow-ups/").status_code == 403
    FollowUp.objects.filter(pk=need.pk).update(is_dropped=True)
    assert desk.get(f"{API}/follow-ups/{need.pk}/").status_code == 404


def test_the_waiting_list_takes_who_waits(
    patient: Patient, practitioner: Practitioner, receptionist: User, patient_user: User, client_of: ClientOf
) -> None:
    desk, url = client_of(receptionist), f"{API}/waiting-list/"
    body = {
        "patient": str(patient.pk), "type": "session", "minutes": 45, "practitioners": [str(practitioner.pk)],
        "weekdays": [3, 1], "not_before": "09:00", "earliest": "2027-01-04", "priority": "urgent",
        "note": "Liefst 's morgens",
    }  # fmt: skip
    made = desk.post(url, body, content_type="application/json")
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["weekdays"], row["practitioners"], row["status"]) == ([1, 3], [str(practitioner.pk)], "waiting")
    assert desk.get(made["Location"]).json() == row
    assert desk.get(f"{url}?status=waiting&patient={patient.pk}").json()["count"] == 1
    twice = desk.post(url, body, content_type="application/json")
    assert (twice.status_code, twice.json()["type"]) == (409, "/api/problems/already-waiting")
    wrong = desk.post(url, {**body, "latest": "2027-01-01", "type": "retest"}, content_type="application/json")
    assert (wrong.status_code, set(wrong.json()["errors"])) == (400, {"latest"})
    nobody = desk.post(url, {**body, "patient": str(practitioner.pk)}, content_type="application/json")
    assert (nobody.status_code, set(nobody.json()["errors"])) == (400, {"patient"})
    own = client_of(patient_user)
    assert (own.get(url).status_code, own.post(url, body, content_type="application/json").status_code) == (403, 403)


def test_lists_cost_the_same_however_long(
    order: Prescription, need: FollowUp, room: Room, therapist: User, client_of: ClientOf
) -> None:
    client = client_of(therapist)
    names = ("prescriptions", "follow-ups", "waiting-list", "practitioners", "rooms", "measures", "pathways")
    WaitingListEntry.objects.create(patient=order.episode.patient, earliest=TODAY, created_by=therapist)
    few = {name: cost(client, f"{API}/{name}/") for name in names}
    for number in range(6):
        patient = make_patient("Maes", f"Lotte{number}", phone="")
        episode = EpisodeOfCare.objects.create(patient=patient, reason="Knie", started_on=NOW.date())
        Prescription.objects.create(episode=episode, prescriber=order.prescriber, prescribed_on=TODAY)
        entry = WaitingListEntry.objects.create(patient=patient, earliest=TODAY, created_by=therapist)
        entry.practitioners.add(need.practitioner)
        days = {"window_start": TODAY, "window_end": TODAY}
        FollowUp.objects.create(plan=need.plan, week=40 + number, practitioner=need.practitioner, **days)
        Room.objects.create(name=f"Zaal {number + 10}")
        Measure.objects.create(key=f"measure_{number}", label="Meting", type="integer")
        user = make_user(f"t{number}@practice.example", f"Therapeut {number}", Role.THERAPIST)
        Practitioner.objects.create(user=user, name=user.name)
    assert {name: cost(client, f"{API}/{name}/") for name in names} == few
    assert max(few.values()) <= 8, few
