"""The calendar over HTTP."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessLog, Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.models import HealthcareService, Room
from tests.people import NOW, make_patient

URL = "/api/v1/appointments/"


@pytest.fixture(autouse=True)
def story_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the API's clock stand at the story's moment."""
    for module in ("scheduling.api", "scheduling.api_slots"):
        monkeypatch.setattr(f"{module}.timezone", SimpleNamespace(now=lambda: NOW))


@pytest.fixture
def wire(patient: Patient, practitioner: Practitioner, episode: EpisodeOfCare, room: Room) -> dict[str, Any]:
    start = "2026-11-24T10:00:00+01:00"
    return {
        "patient": str(patient.pk),
        "practitioner": str(practitioner.pk),
        "start": start,
        "minutes": 30,
        "type": "session",
    }


def post(client: Client, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(URL, body, content_type="application/json", headers=headers)


def patch(client: Client, pk: str, **body: Any) -> Any:
    return client.patch(f"{URL}{pk}/", body, content_type="application/json")


def test_free_moments_are_a_bare_list(desk: Client, wire: dict[str, Any], room: Room) -> None:
    asked = {"practitioner": wire["practitioner"], "from": "2026-11-24", "to": "2026-11-25", "minutes": "30"}
    rows = desk.get("/api/v1/slots/", asked).json()
    assert rows[0] == {
        "practitioner": wire["practitioner"],
        "room": room.pk,
        "start": "2026-11-24T08:00:00+01:00",
        "end": "2026-11-24T08:30:00+01:00",
    }
    assert desk.get("/api/v1/slots/", {"from": "x", "to": "2026-11-25"}).status_code == 400
    assert desk.get("/api/v1/slots/", {"from": "2026-01-01", "to": "2027-01-01"}).status_code == 400


def test_free_moments_of_several_people_at_times_that_suit(
    desk: Client, wire: dict[str, Any], practitioner: Practitioner, other_practitioner: Practitioner
) -> None:
    Room.objects.create(name="Zaal 2")
    ids = [str(practitioner.pk), str(other_practitioner.pk)]
    asked = {"from": "2026-11-23", "to": "2026-12-07", "weekday": "2,3", "not_before": "09:30", "not_after": "10:00"}
    for several in (ids, ",".join(ids)):
        rows = desk.get("/api/v1/slots/", {**asked, "practitioner": several}).json()
        assert {row["practitioner"] for row in rows} == set(ids)
        assert {row["start"] for row in rows} == {
            f"2026-{day}T09:30:00+01:00" for day in ("11-24", "11-25", "12-01", "12-02")
        }
    assert len(desk.get("/api/v1/slots/", {**asked, "practitioner": ids[0], "weekday": ["2", "3"]}).json()) == 4
    for wrong in ({"weekday": "8"}, {"practitioner": "x"}, {"practitioner": ""}, {"not_before": "soon"}):
        assert desk.get("/api/v1/slots/", {**asked, **wrong}).status_code == 400


def test_a_broken_rule_is_named_and_may_be_overridden(desk: Client, wire: dict[str, Any]) -> None:
    HealthcareService.objects.create(type="session", room_kinds=["treatment"], buffer_after=10)
    assert post(desk, wire).status_code == 201
    close = {**wire, "patient": str(make_patient("Ander").pk), "start": "2026-11-24T10:35:00+01:00"}
    refused = post(desk, close)
    assert (refused.status_code, refused.json()["clash"], refused.json()["rule"]) == (409, ["hours"], "buffer")
    assert refused.json()["with"] == {"start": wire["start"], "end": "2026-11-24T10:30:00+01:00"}
    assert post(desk, {**close, "override_reason": "Kan niet anders"}).status_code == 201


def test_booking_and_its_clash(desk: Client, wire: dict[str, Any]) -> None:
    made = post(desk, wire)
    assert made.status_code == 201, made.content
    row = made.json()
    assert (row["status"], row["start"], row["end"]) == ("booked", wire["start"], "2026-11-24T10:30:00+01:00")
    clash = post(desk, {**wire, "patient": str(make_patient("Ander").pk)})
    assert (clash.status_code, clash.json()["clash"]) == (409, ["therapist"])
    assert clash["Content-Type"] == "application/problem+json"
    closed = post(desk, {**wire, "start": "2026-11-28T10:00:00+01:00"})
    assert (closed.status_code, closed.json()["clash"]) == (409, ["hours"])
    assert post(desk, {**wire, "patient": wire["practitioner"]}).json()["errors"].keys() == {"patient"}


def test_the_key_makes_a_repeat_harmless(desk: Client, wire: dict[str, Any]) -> None:
    first, again = post(desk, wire, "k1"), post(desk, wire, "k1")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert (first["Location"], first["ETag"], again["ETag"]) == (f"{URL}{first.json()['id']}/", '"1"', '"1"')
    reused = post(desk, {**wire, "minutes": 45}, "k1")
    assert (reused.status_code, reused.json()["type"]) == (409, "/api/problems/idempotency-mismatch")
    assert post(desk, wire, "k" * 81).status_code == 400


def test_moving_and_status(desk: Client, wire: dict[str, Any]) -> None:
    pk = post(desk, wire).json()["id"]
    assert patch(desk, pk, start="2026-11-24T14:00:00+01:00", minutes=45).json()["end"] == "2026-11-24T14:45:00+01:00"
    assert patch(desk, pk, status="fulfilled").status_code == 409
    assert [patch(desk, pk, status=name).json()["status"] for name in ("arrived", "fulfilled")] == [
        "arrived",
        "fulfilled",
    ]
    assert patch(desk, pk, status="pending").status_code == 409


def test_a_change_is_noted_as_it_answers_with_the_visit(desk: Client, wire: dict[str, Any], patient: Patient) -> None:
    pk = post(desk, wire).json()["id"]
    assert patch(desk, pk).json()["start"] == wire["start"]
    assert list(AccessLog.objects.filter(patient_id=patient.pk).values_list("part", flat=True)) == ["appointment"]


def test_whom_one_waits_for_is_looked_up_at_once(
    desk: Client, wire: dict[str, Any], practitioner: Practitioner, other_practitioner: Practitioner
) -> None:
    ids = [str(practitioner.pk), str(other_practitioner.pk)]

    def cost(kind: str, *whom: str) -> int:
        body = {"patient": wire["patient"], "type": kind, "practitioners": whom, "earliest": "2026-11-24"}
        with CaptureQueriesContext(connection) as queries:
            assert desk.post("/api/v1/waiting-list/", body, content_type="application/json").status_code == 201
        return len(queries)

    assert cost("session", ids[0]) == cost("retest", *ids)
    body = {"patient": wire["patient"], "practitioners": [ids[0], wire["patient"]], "earliest": "2026-11-24"}
    wrong = desk.post("/api/v1/waiting-list/", body, content_type="application/json")
    assert (wrong.status_code, set(wrong.json()["errors"])) == (400, {"practitioners"})


def test_a_refused_step_undoes_the_move(desk: Client, wire: dict[str, Any]) -> None:
    pk = post(desk, wire).json()["id"]
    assert patch(desk, pk, start="2026-11-24T14:00:00+01:00", status="fulfilled").status_code == 409
    assert desk.get(f"{URL}{pk}/").json()["start"] == wire["start"]


def test_the_list_is_paged_and_filtered(desk: Client, wire: dict[str, Any]) -> None:
    post(desk, wire)
    asked = {"from": "2026-11-24", "to": "2026-11-25", "practitioner": wire["practitioner"]}
    assert desk.get(URL, asked).json()["count"] == 1
    assert desk.get(URL, {**asked, "from": "2026-11-25", "to": "2026-11-26"}).json()["count"] == 0
    assert desk.get(URL, {"from": "soon"}).status_code == 400


def test_who_may_what(
    desk: Client, wire: dict[str, Any], patient_user: User, stranger: User, client_of: Callable[[User], Client]
) -> None:
    pk = post(desk, wire).json()["id"]
    own, other = client_of(patient_user), client_of(stranger)
    assert own.get(f"{URL}{pk}/").status_code == 200
    assert other.get(f"{URL}{pk}/").status_code == 404
    assert other.get(URL).json()["count"] == 0
    assert [post(own, wire).status_code, patch(own, pk, status="cancelled").status_code] == [403, 403]
    assert own.get("/api/v1/slots/", {"from": "2026-11-24", "to": "2026-11-25"}).status_code == 403
    assert Client().get(URL).status_code == 401
