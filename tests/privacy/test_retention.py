"""A record is kept 30 to 50 years after the last contact."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Practitioner, User
from patients.exceptions import KeptTooLong
from patients.models import Encounter, EpisodeOfCare, Patient
from patients.privacy_requests import due_day
from patients.retention import keep_longer, last_contacts, retention_due, retention_over, years_before
from scheduling.models import Appointment
from tests.people import NOW, make_patient

pytestmark = pytest.mark.django_db


def seen(patient: Patient, moment: datetime.datetime) -> Encounter:
    """Let a patient be seen at a moment."""
    episode = EpisodeOfCare.objects.create(patient=patient, reason="Knie", started_on=moment.date())
    return Encounter.objects.create(patient=patient, episode=episode, kind="session", started_at=moment)


def later(years: int, days: int = 0) -> datetime.datetime:
    return NOW.replace(year=NOW.year + years) + datetime.timedelta(days=days)


def test_thirty_years_to_the_day(patient: Patient) -> None:
    seen(patient, NOW)
    assert not retention_due(later(30)).exists()
    assert list(retention_due(later(30, 1))) == [patient]
    assert not retention_over(later(50)).exists()
    assert list(retention_over(later(50, 1))) == [patient]


def test_the_latest_contact_counts_and_a_booking_is_none(patient: Patient, practitioner: Practitioner) -> None:
    seen(patient, NOW)
    for year, status in ((1, "fulfilled"), (2, "noshow"), (3, "booked"), (4, "cancelled")):
        start = later(year)
        Appointment.objects.create(
            patient=patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
            status=status, booked_by=practitioner.user,
        )  # fmt: skip
    assert last_contacts([patient.pk]) == {patient.pk: later(1)}
    assert not retention_due(later(30, 1)).exists()
    assert retention_due(later(31, 1)).exists()


def test_old_contacts_of_a_record_that_was_taken_over_count_from_then(patient: Patient) -> None:
    """A record from before the software: its day of registration here says nothing."""
    seen(patient, NOW.replace(year=1990))
    assert list(retention_due(NOW)) == [patient]


def test_without_contact_it_runs_from_the_registration(db: None) -> None:
    patient = make_patient()
    moment = patient.created_at
    assert not retention_due(moment.replace(year=moment.year + 30)).exists()
    assert retention_due(moment.replace(year=moment.year + 31)).exists()


def test_the_owner_keeps_it_with_a_reason_but_never_past_fifty(patient: Patient, owner: User) -> None:
    seen(patient, NOW)
    now = later(31)
    keep_longer(patient, until=later(40).date(), reason="Lopend geschil", by=owner, now=now)
    assert not retention_due(now).exists()
    assert retention_due(later(40, 1)).exists()
    for until in (later(51).date(), now.date()):
        with pytest.raises(KeptTooLong):
            keep_longer(patient, until=until, reason="x", by=owner, now=now)


def test_it_is_one_statement_however_many_patients(patient: Patient) -> None:
    seen(patient, NOW)
    with CaptureQueriesContext(connection) as queries:
        list(retention_due(later(31)))
    assert len(queries) == 1


def test_29_february() -> None:
    assert years_before(datetime.datetime(2056, 2, 29, tzinfo=datetime.UTC), 30).date() == datetime.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("kind", "received", "due"),
    [
        ("access", "2026-11-25", "2026-12-10"),
        ("copy", "2026-11-25", "2026-12-10"),
        ("rectification", "2026-11-25", "2026-12-25"),
        ("erasure", "2026-12-31", "2027-01-31"),
        ("objection", "2027-01-31", "2027-02-28"),
    ],
)
def test_the_clocks_of_the_law(kind: str, received: str, due: str) -> None:
    day: Any = datetime.date.fromisoformat
    assert due_day(kind, day(received)) == day(due)
