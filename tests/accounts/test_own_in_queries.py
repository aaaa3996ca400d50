"""Whose patient somebody is, asked in a query (`is_own`), is what the gate of a record says (`treated_by`)."""

import pytest
from django.utils import timezone

from accounts.models import Practitioner, User
from accounts.relations import is_own, treated_by
from patients.models import Patient
from scheduling.models import Appointment
from tests.people import NOW, at, make_patient

pytestmark = pytest.mark.django_db


def visit(patient: Patient, practitioner: Practitioner, day: str = "2026-11-24", **more: object) -> Appointment:
    moments = {"start": at(day), "end": at(day, "10:30")}
    return Appointment.objects.create(
        patient=patient, practitioner=practitioner, booked_by=practitioner.user, **moments, **more
    )


def episode(patient: Patient, practitioner: Practitioner) -> object:
    return patient.episodes.create(reason="knie", started_on=NOW.date(), practitioner=practitioner)


def test_a_query_and_the_gate_agree_on_own_patients(
    practitioner: Practitioner, other_practitioner: Practitioner, therapist: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    names = ("nobody's", "own", "other's", "stood in", "both", "long ago", "cancelled")
    patients = {name: make_patient(name) for name in names}
    episode(patients["own"], practitioner)
    episode(patients["other's"], other_practitioner)
    episode(patients["stood in"], other_practitioner)
    visit(patients["stood in"], practitioner)
    episode(patients["both"], practitioner)
    visit(patients["both"], other_practitioner)
    episode(patients["long ago"], other_practitioner)
    visit(patients["long ago"], practitioner, "2023-11-24")
    episode(patients["cancelled"], other_practitioner)
    visit(patients["cancelled"], practitioner, "2026-11-25", status="cancelled")

    own = set(Patient.objects.filter(is_own(therapist, "pk", now=NOW)).values_list("family_name", flat=True))
    assert own == {"nobody's", "own", "stood in", "both"}
    assert {patients[name].pk for name in own} == treated_by(
        therapist, [each.pk for each in patients.values()], now=NOW
    )
