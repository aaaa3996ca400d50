"""The version of a row over HTTP: what is read says it, what changes may ask for it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Practitioner, User
from patients.models import EpisodeOfCare, Patient
from scheduling.booking import book
from scheduling.models import Room
from tests.people import NOW, at

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def patch(client: Client, url: str, body: dict[str, object], tag: str = "") -> tuple[int, str]:
    headers = {"If-Match": tag} if tag else {}
    answer = client.patch(url, body, content_type="application/json", headers=headers)
    return answer.status_code, answer.get("ETag", "")


def test_a_patient_and_an_episode_are_changed_at_the_version_that_was_read(
    patient: Patient, episode: EpisodeOfCare, receptionist: User, client_of: ClientOf
) -> None:
    client = client_of(receptionist)
    for url, first, second in (
        (f"/api/v1/patients/{patient.pk}/", {"city": "Geel"}, {"city": "Mol"}),
        (f"/api/v1/episodes/{episode.pk}/", {"status": "onhold"}, {"status": "planned"}),
    ):
        assert client.get(url)["ETag"] == '"1"'
        assert patch(client, url, first, '"1"') == (200, '"2"')
        assert patch(client, url, second, '"1"')[0] == 412
        assert patch(client, url, second, "nonsense")[0] == 412
        assert patch(client, url, second, '"2"') == (200, '"3"')
        assert patch(client, url, first) == (200, '"4"')


def test_a_visit_that_moved_since_is_not_moved_again(
    patient: Patient,
    practitioner: Practitioner,
    room: Room,
    receptionist: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    given = {"practitioner": practitioner, "start": at("2026-11-24"), "minutes": 30, "type": "session"}
    visit = book(patient, **given, by=receptionist, now=NOW)
    client, url = client_of(receptionist), f"/api/v1/appointments/{visit.pk}/"
    assert patch(client, url, {"start": "2026-11-24T15:00:00+01:00"}, '"1"') == (200, '"2"')
    assert patch(client, url, {"status": "cancelled"}, '"1"')[0] == 412
    assert patch(client, url, {"status": "cancelled"}, '"2"')[0] == 200
