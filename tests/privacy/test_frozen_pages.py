"""A write on a frozen record ends in a page or a problem document that says why, wherever it comes from."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.models import CarePlan, DiaryEntry
from patients.models import EpisodeOfCare, Patient
from patients.restriction import restrict
from tests.pathways.stories import log, make_plan
from tests.people import NOW

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
SENTENCE = "This record is frozen: it may be read, and nothing in it may change."


@pytest.fixture
def frozen(episode: EpisodeOfCare, practitioner: Practitioner, owner: User) -> CarePlan:
    """A plan with a diary, of a record that is frozen."""
    plan = make_plan(episode, practitioner)
    log(plan, 1, (0, 1, 1, None))
    restrict(plan.patient, reason="Betwist", by=owner, now=NOW)
    return plan


def test_the_patient_reads_why_the_diary_takes_nothing(
    frozen: CarePlan, patient_user: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    client = client_of(patient_user)
    User.objects.update(language="en")
    given = {"client_key": "rest", "day": "2026-11-22", "pre": "1"}
    answered = client.post(reverse("portal:log-rest"), given)
    assert answered.status_code == 409 and SENTENCE in answered.content.decode()
    assert DiaryEntry.objects.count() == 1
    assert SENTENCE in client.get(reverse("portal:privacy")).content.decode()


def test_the_desk_corrects_a_phone_number_but_no_name(
    frozen: CarePlan, patient: Patient, receptionist: User, client_of: ClientOf
) -> None:
    client, url = client_of(receptionist), f"/api/v1/patients/{patient.pk}/"
    version = Patient.objects.get(pk=patient.pk).version
    headers = {"accept-language": "en"}
    refused = client.patch(
        url, {"given_name": "Anna", "version": version}, content_type="application/json", headers=headers
    )
    assert (refused.status_code, refused.json()["detail"]) == (409, SENTENCE)
    taken = client.patch(url, {"phone": "0470 11 22 33", "version": version}, content_type="application/json")
    assert taken.status_code == 200


def test_a_therapist_sees_the_banner_and_is_refused(
    frozen: CarePlan, patient: Patient, therapist: User, client_of: ClientOf
) -> None:
    client = client_of(therapist)
    User.objects.update(language="en")
    page = client.get(reverse("patients:chart", args=[patient.pk]))
    assert SENTENCE in page.content.decode()
    url = reverse("patients:edit-episode", args=[frozen.episode_id])
    form = {
        "reason": "Iets anders",
        "side": "R",
        "status": "active",
        "started_on": "2026-11-23",
        "referrer": "Dr. Jan Willems",
    }
    assert client.post(url, form).status_code == 409
    assert EpisodeOfCare.objects.get().reason != "Iets anders"
