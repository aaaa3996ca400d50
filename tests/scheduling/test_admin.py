"""The calendar in the admin: what may be changed there, and what is only shown."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book
from scheduling.models import (
    AppointmentSeries,
    BookingPolicy,
    CalendarFeed,
    Communication,
    HealthcareService,
    Room,
)
from scheduling.proposals import offer
from scheduling.waiting_list import join
from tests.people import NOW, TODAY, at

SignIn = Callable[[User], Client]
READ_ONLY = ["appointment", "appointmentseries", "waitinglistentry", "proposal", "communication", "calendarfeed"]
CHANGED = ["room", "workinghours", "leave", "extrahours", "equipment", "healthcareservice"]


def page(name: str, what: str = "changelist", **kwargs: object) -> str:
    return reverse(f"admin:scheduling_{name}_{what}", kwargs=kwargs or None)


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_has_a_life_of_its_own_is_only_shown(name: str, owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    assert client.get(page(name)).status_code == 200
    assert client.get(page(name, "add")).status_code == 403


@pytest.mark.parametrize("name", CHANGED)
def test_the_fixed_points_can_be_added(name: str, owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    assert client.get(page(name)).status_code == 200
    assert client.get(page(name, "add")).status_code == 200


def test_the_needs_of_a_kind_of_visit_are_written_once(owner: User, client_of: SignIn) -> None:
    given = {"type": "session", "minutes": 45, "longest_minutes": 60, "buffer_before": 0, "buffer_after": 5}
    given |= {"room_kinds": "exercise,treatment", "equipment_kind": "", "patients_may_book": "on"}
    client = client_of(owner)
    assert client.post(page("healthcareservice", "add"), given).status_code == 302
    assert HealthcareService.objects.get().room_kinds == ["exercise", "treatment"]
    assert client.post(page("healthcareservice", "add"), given).status_code == 200
    assert "self_report" not in client.get(page("healthcareservice", "add")).content.decode()


def test_there_is_one_row_of_rules_for_patients(owner: User, client_of: SignIn) -> None:
    client = client_of(owner)
    assert client.get(page("bookingpolicy", "add")).status_code == 200
    BookingPolicy.objects.create()
    assert client.get(page("bookingpolicy", "add")).status_code == 403
    assert client.get(page("bookingpolicy", "change", object_id=1)).status_code == 200


def test_a_row_of_a_patient_is_noted_and_says_nothing_of_the_complaint(
    owner: User, client_of: SignIn, episode: EpisodeOfCare, practitioner: Practitioner, room: Room
) -> None:
    patient, by = episode.patient, {"by": owner, "now": NOW}
    visit = book(
        patient, practitioner=practitioner, start=at("2026-11-24"), minutes=30, type="session", episode=episode, **by
    )
    series = AppointmentSeries.objects.create(patient=patient, count=1, booked_by=owner)
    entry = join(patient, type="session", minutes=30, earliest=TODAY, **by)
    made = offer(patient, practitioner=practitioner, start=at("2026-11-25"), minutes=30, type="session", **by)
    client = client_of(owner)
    rows = {"appointment": visit, "appointmentseries": series, "waitinglistentry": entry, "proposal": made}
    for name, row in rows.items():
        text = client.get(page(name, "change", object_id=row.pk)).content.decode()
        assert patient.family_name in text, name
        assert episode.reason not in text, name
    noted = AccessLog.objects.filter(user_id=owner.pk, patient_id=patient.pk, part="admin")
    assert noted.count() == len(rows)


def test_messages_show_no_address_and_no_text_and_feeds_no_digest(
    owner: User, client_of: SignIn, patient: Patient, practitioner: Practitioner
) -> None:
    message = Communication.objects.create(
        key="k", kind="change", channel="email", patient=patient, due_at=NOW, address="an@mail.example", body="Geheim"
    )
    feed = CalendarFeed.objects.create(practitioner=practitioner, digest="f" * 64, created_by=owner)
    client = client_of(owner)
    for name, pk in (("communication", message.pk), ("calendarfeed", feed.pk)):
        for address in (page(name), page(name, "change", object_id=pk)):
            text = client.get(address).content.decode()
            assert "Geheim" not in text
            assert "an@mail.example" not in text
            assert "f" * 64 not in text
