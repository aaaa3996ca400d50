"""The owner's page of the export for research."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import step_up
from accounts.models import AccessLog, Practitioner, SecurityEvent, User
from accounts.record_parts import label_of
from patients.models import Restriction
from tests.people import NOW
from tests.research.population import Person, populate

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def _proven(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user proved a moment ago who they are."""
    monkeypatch.setattr(step_up, "proved_recently", lambda request: True)


def page(client: Client, **asked: Any) -> str:
    User.objects.update(language="en")
    response = client.get(reverse("research:export", query=asked or None))
    assert response.status_code == 200
    return response.content.decode()


def test_nobody_consented_yet(owner: User, client_of: ClientOf) -> None:
    text = page(client_of(owner))
    assert "Nobody to tell of yet" in text and reverse("privacy:texts") in text
    assert "Make the file" not in text


def test_the_page_counts_who_is_in_and_who_is_left_out(
    owner: User, practitioner: Practitioner, client_of: ClientOf
) -> None:
    people = [Person() for _ in range(7)] + [Person(consent=()), Person(consent=("given", "withdrawn")), Person()]
    plans = populate(people, practitioner, owner)
    Restriction.objects.create(patient=plans[-1].patient, reason="x", begun_by=owner)
    text = page(client_of(owner))
    for words in (
        "Make the file", "Smallest group", "in bands of 10 years", "Patients who were never asked",
        "Patients who withdrew their consent", "Patients whose record is frozen", "pseudonymised, not anonymous",
    ):  # fmt: skip
        assert words in text, words
    assert "Familie0" not in text
    assert not AccessLog.objects.exists()


def test_too_few_alike_is_said_in_words_with_what_would_help(
    owner: User, practitioner: Practitioner, client_of: ClientOf
) -> None:
    populate([Person() for _ in range(6)] + [Person(consent=())], practitioner, owner)
    text = page(client_of(owner), k=8, first_year=2026)
    assert "Only 6 patients with a plan allow research; at least 8 must be alike." in text
    assert "Take more years together." in text and "Ask more patients for their consent." in text
    assert "Make the file" not in text


@pytest.mark.parametrize(("asked", "field"), [({"k": 2}, "k"), ({"first_year": 2026, "last_year": 2024}, "last_year")])
def test_a_choice_that_cannot_be_is_refused_beside_its_field(
    owner: User, client_of: ClientOf, asked: dict[str, int], field: str
) -> None:
    response = client_of(owner).get(reverse("research:export", query=asked))
    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_making_the_file_asks_who_you_are_again(
    owner: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_up, "proved_recently", lambda request: False)
    response = client_of(owner).post(reverse("research:file"), {"k": 5})
    assert response.status_code == 302 and "/account/" in response["Location"]


@pytest.mark.usefixtures("_proven")
def test_the_file_is_handed_over_and_told_to_each_patient(
    owner: User, practitioner: Practitioner, client_of: ClientOf
) -> None:
    (plan, *_others) = populate([Person() for _ in range(6)], practitioner, owner)
    given = {"k": 5, "formats": ["csv"], "first_year": 2026}
    response = client_of(owner).post(reverse("research:file"), given)
    assert response.status_code == 200 and response["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:  # type: ignore[attr-defined]
        assert len(archive.read("outcomes.csv").decode().splitlines()) == 7
        assert "measurements.csv" not in archive.namelist()
    (row,) = AccessLog.objects.filter(patient_id=plan.patient_id)
    assert row.part == "research" and str(label_of(row.part)) != "research"
    assert row.ip_address and SecurityEvent.objects.get(kind="exported").user_id == owner.pk


@pytest.mark.usefixtures("_proven")
def test_a_refusal_of_the_file_is_a_page_and_notes_nothing(
    owner: User, practitioner: Practitioner, client_of: ClientOf
) -> None:
    populate([Person() for _ in range(3)], practitioner, owner)
    User.objects.update(language="en")
    response = client_of(owner).post(reverse("research:file"), {"k": 5})
    assert response.status_code == 409
    assert "Only 3 patients with a plan allow research" in response.content.decode()
    assert not AccessLog.objects.exists()
    assert client_of(owner).post(reverse("research:file"), {"k": 1}).status_code == 422


@pytest.mark.usefixtures("_proven")
def test_five_files_an_hour_are_enough(owner: User, practitioner: Practitioner, client_of: ClientOf) -> None:
    populate([Person() for _ in range(5)], practitioner, owner)
    for _number in range(5):
        SecurityEvent.objects.create(kind="exported", user_id=owner.pk, at=NOW, detail={"what": "research"})
    assert client_of(owner).post(reverse("research:file"), {"k": 5}).status_code == 429


@pytest.mark.usefixtures("_proven")
@pytest.mark.parametrize("who", ["therapist", "receptionist", "patient_user"])
def test_only_the_owner_makes_one(who: str, request: pytest.FixtureRequest, client_of: ClientOf) -> None:
    client = client_of(request.getfixturevalue(who))
    assert client.get(reverse("research:export")).status_code in {302, 403}
    assert client.post(reverse("research:file"), {"k": 5}).status_code in {302, 403}


def test_a_file_is_made_by_a_post_only(owner: User, client_of: ClientOf) -> None:
    assert client_of(owner).get(reverse("research:file")).status_code == 405


def test_the_page_asks_as_much_for_many_plans_as_for_few(
    owner: User, practitioner: Practitioner, client_of: ClientOf
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as caught:
            page(client)
        return len(caught)

    client = client_of(owner)
    populate([Person() for _ in range(5)], practitioner, owner)
    count()
    few = count()
    populate([Person() for _ in range(10)], practitioner, owner)
    assert count() == few


def test_a_patient_reads_in_the_portal_that_the_data_were_used(
    owner: User, practitioner: Practitioner, patient_user: User, client_of: ClientOf
) -> None:
    plans = populate([Person() for _ in range(5)], practitioner, owner)
    plans[0].patient.user = patient_user
    plans[0].patient.save(update_fields=["user"])
    AccessLog.objects.create(user_id=owner.pk, role=owner.role, patient_id=plans[0].patient_id, part="research", at=NOW)
    User.objects.update(language="en")
    text = client_of(patient_user).get(reverse("portal:who-looked")).content.decode()
    assert "file for research, without the name" in text.lower()
