"""A page costs the same number of queries however much there is to show."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Practitioner, User
from patients.models import Encounter, EpisodeOfCare, ExternalPractitioner, Measure, Observation, Patient, Prescription
from scheduling.models import Appointment
from tests.people import NOW, TODAY, make_patient

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def fill(patient: Patient, practitioner: Practitioner, doctor: ExternalPractitioner, start: int, stop: int) -> None:
    """Give a patient episodes with orders, contacts, observations and visits, numbered from start to stop."""
    for number in range(start, stop):
        episode = EpisodeOfCare.objects.create(
            patient=patient, reason=f"Klacht {number}", practitioner=practitioner, referrer=doctor, started_on=TODAY
        )
        prescription = Prescription.objects.create(episode=episode, prescriber=doctor, prescribed_on=TODAY)
        encounter = Encounter.objects.create(
            patient=patient, episode=episode, kind="session", practitioner=practitioner, prescription=prescription
        )
        measure = Measure.objects.create(key=f"measure_{number}", label=f"Meting {number}", type="integer")
        Observation.objects.create(
            patient=patient,
            episode=episode,
            encounter=encounter,
            measure=measure,
            side="R",
            value=3,
            entered_by=practitioner.user,
        )
        begin = NOW + datetime.timedelta(days=number - 5)
        Appointment.objects.create(
            patient=patient,
            practitioner=practitioner,
            start=begin,
            end=begin + datetime.timedelta(minutes=30),
            booked_by=practitioner.user,
        )


def cost(act: Callable[[], object]) -> int:
    act()
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


@pytest.mark.parametrize("role", ["therapist", "receptionist"])
def test_the_chart(
    patient: Patient,
    practitioner: Practitioner,
    doctor: ExternalPractitioner,
    role: str,
    request: pytest.FixtureRequest,
    client_of: ClientOf,
) -> None:
    client = client_of(request.getfixturevalue(role))
    url = reverse("patients:chart", args=[patient.pk])
    fill(patient, practitioner, doctor, 0, 1)
    few = cost(lambda: client.get(url))
    fill(patient, practitioner, doctor, 1, 11)
    assert (
        cost(lambda: client.get(url)) == few <= 13
    )  # among them: who treats, whether it is frozen, whether there is an invitation


def test_the_list_and_the_search(receptionist: User, client_of: ClientOf) -> None:
    client = client_of(receptionist)
    listed, searched = reverse("patients:list"), reverse("patients:search")
    make_patient("Peeters", "An")
    make_patient("Peeters", "Jan", phone="")
    few = [cost(lambda: client.get(listed)), cost(lambda: client.post(searched, {"q": "peet"}))]
    for number in range(20):
        make_patient("Peeters", f"An{number}", phone="")
    many = [cost(lambda: client.get(listed)), cost(lambda: client.post(searched, {"q": "peet"}))]
    assert (many[0], many[1]) <= (few[0], few[1])
    assert many[0] <= 4 and few[1] <= 5 and many[1] <= 3
