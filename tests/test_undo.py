"""A mistake is taken back with the button under the message: once, by who may, and only while it still can."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from accounts.notices import actions_of
from pathways.adjustments import start_again, stop_exercise
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Phase
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book
from scheduling.models import Appointment, Room
from scheduling.series import PlannedVisit, book_series
from tests.pathways.stories import make_plan
from tests.people import NOW, TODAY, at, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def undo_of(response: Any) -> tuple[str, dict[str, str]]:
    """The address and the fields of the undo button under the last message."""
    message = list(response.context["messages"])[-1]
    action = actions_of(message.extra_tags)[0]
    assert f'action="{action.url}"' in response.content.decode()
    return action.url, dict(action.fields)


def press(client: Client, response: Any) -> tuple[Any, tuple[str, dict[str, str]]]:
    url, fields = undo_of(response)
    return client.post(url, fields, follow=True), (url, fields)


@pytest.mark.usefixtures("room")
def test_a_visit_that_was_marked_as_missed(
    client_of: ClientOf, receptionist: User, patient: Patient, practitioner: Practitioner
) -> None:
    client = client_of(receptionist)
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-23", "09:00"), minutes=30, type="session",
        by=receptionist, now=at("2026-11-22"),
    )  # fmt: skip
    marked = client.post(reverse("scheduling:mark", args=[visit.pk]), {"status": "noshow"}, follow=True)
    visit.refresh_from_db()
    assert visit.status == Appointment.Status.NO_SHOW
    undone, (url, fields) = press(client, marked)
    visit.refresh_from_db()
    assert visit.status == Appointment.Status.BOOKED
    assert not [each for each in undone.context["messages"] if actions_of(each.extra_tags)], "an undo is not undone"
    client.post(reverse("scheduling:mark", args=[visit.pk]), {"status": "arrived"})
    client.post(url, fields)
    visit.refresh_from_db()
    assert visit.status == Appointment.Status.ARRIVED, "the old button takes back no later step"


def test_a_series_that_was_cancelled(
    client_of: ClientOf, receptionist: User, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    client = client_of(receptionist)
    days = ("2026-11-24", "2026-12-01", "2026-12-08")
    visits = [PlannedVisit(practitioner, at(day), 30, "session") for day in days]
    series = book_series(patient, visits, by=receptionist, now=NOW)
    page = client.post(
        reverse("scheduling:cancel-series", args=[series.pk]), {"reason": "Op reis", "code": "pat"}, follow=True
    )
    assert set(series.appointments.values_list("status", flat=True)) == {"cancelled"}
    with_room = {"minutes": 30, "type": "session", "by": receptionist, "now": NOW}
    book(make_patient("Ander", "Jos"), practitioner=practitioner, start=at(days[1]), **with_room)
    undone, (url, fields) = press(client, page)
    statuses = list(series.appointments.order_by("start").values_list("status", flat=True))
    assert statuses == ["booked", "cancelled", "booked"], "the one whose time was taken stays cancelled"
    assert len(list(undone.context["messages"])) == 2
    client.post(url, fields)
    assert statuses == list(series.appointments.order_by("start").values_list("status", flat=True))
    assert client.post(url, {"at": "2026-99-99"}).status_code == 404
    assert Client().post(url, fields).status_code == 302


def test_a_patient_who_was_put_in_the_archive(client_of: ClientOf, receptionist: User, patient: Patient) -> None:
    client = client_of(receptionist)
    page = client.post(reverse("patients:archive", args=[patient.pk]), follow=True)
    patient.refresh_from_db()
    assert patient.archived_at is not None
    for _twice in range(2):
        press(client, page)
        patient.refresh_from_db()
        assert patient.archived_at is None


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner, phase="P4", weeks=8)


def held(plan: CarePlan, code: str) -> list[str]:
    rows = plan.exercise_prescriptions.filter(exercise_id=code, ended_on__isnull=True)
    return list(rows.order_by("phase__ordinal").values_list("phase__key", flat=True))


def test_an_exercise_that_was_stopped(client_of: ClientOf, therapist: User, receptionist: User, plan: CarePlan) -> None:
    row = plan.exercise_prescriptions.get(phase__key="P4", exercise_id="E4", ended_on__isnull=True)
    before, client = held(plan, "E4"), client_of(therapist)
    sent = {"change": "stop", "reason": "Vergissing", "also_later": "on"}
    page = client.post(reverse("pathways:adjust-exercise", args=[plan.pk, row.pk]), sent, follow=True)
    assert "P4" not in held(plan, "E4")
    url, fields = undo_of(page)
    assert client_of(receptionist).post(url, fields).status_code == 403
    for _twice in range(2):
        client.post(url, fields)
        assert held(plan, "E4") == before, "in every phase where it was stopped at once"
    new = plan.exercise_prescriptions.get(phase__key="P4", exercise_id="E4", ended_on__isnull=True)
    row.refresh_from_db()
    assert (row.ended_on, row.change_reason) == (TODAY, "Vergissing"), "that it was stopped stays in the record"
    assert (new.replaces, new.ordinal, new.dosage, new.per_week) == (row, row.ordinal, row.dosage, row.per_week)
    assert [each.evidence["change"] for each in plan.decisions.filter(kind="adjust").order_by("pk")] == ["stop", "add"]


def test_an_exercise_of_a_phase_that_is_over_stays_stopped(therapist: User, plan: CarePlan) -> None:
    row = plan.exercise_prescriptions.get(phase__key="P4", exercise_id="E4", ended_on__isnull=True)
    stop_exercise(row, reason="Klaar", by=therapist, now=NOW)
    plan.phases.filter(key="P4").update(status=Phase.Status.COMPLETED)
    with pytest.raises(PlanRefused):
        start_again(row, by=therapist, now=NOW)
