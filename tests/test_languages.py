"""Pages, mails and messages come in the language of who reads them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from patients.models import Patient
from patients.registration import correct
from tests.people import NOW

pytestmark = pytest.mark.django_db
HERE = "/language/"
ClientOf = Callable[[User], Client]


def spoken(answer: Any) -> str:
    """Return the language that a page says it is in."""
    return str(answer.content.decode().split('<html lang="', 1)[1].split('"', 1)[0])


@pytest.mark.parametrize(("code", "shown"), [("nl", "nl-BE"), ("fr", "fr"), ("en", "en")])
def test_a_page_comes_in_the_language_of_the_account(
    client_of: ClientOf, receptionist: User, code: str, shown: str
) -> None:
    User.objects.filter(pk=receptionist.pk).update(language=code)
    answer = client_of(receptionist).get("/", headers={"Accept-Language": "nl"}, follow=True)
    assert spoken(answer) == shown
    assert answer["Content-Language"] == code


def test_before_signing_in_the_browser_says_it_until_somebody_chooses(client: Client) -> None:
    assert spoken(client.get("/account/login/", headers={"Accept-Language": "fr-BE,fr"})) == "fr"
    assert client.post(HERE, {"language": "en", "next": "/account/login/"})["Location"] == "/account/login/"
    assert spoken(client.get("/account/login/", headers={"Accept-Language": "fr"})) == "en"


def test_who_is_signed_in_keeps_the_choice_in_every_browser(client_of: ClientOf, receptionist: User) -> None:
    answer = client_of(receptionist).post(HERE, {"language": "fr", "next": "/patients/"})
    assert answer["Location"] == "/patients/"
    receptionist.refresh_from_db()
    assert receptionist.language == "fr"


def test_a_patient_who_chooses_is_written_to_in_that_language(
    client_of: ClientOf, patient_user: User, patient: Patient
) -> None:
    assert spoken(client_of(patient_user).get("/portal/")) == "nl-BE"
    client_of(patient_user).post(HERE, {"language": "fr", "next": "/portal/"})
    patient.refresh_from_db()
    assert patient.language == "fr"
    assert spoken(client_of(patient_user).get("/portal/")) == "fr"


def test_what_the_desk_writes_down_changes_the_pages_too(
    patient_user: User, patient: Patient, receptionist: User
) -> None:
    correct(patient, by=receptionist, now=NOW, version=None, language="en")
    patient_user.refresh_from_db()
    assert patient_user.language == "en"


@pytest.mark.parametrize("away", ["https://else.example/", "//else.example", "javascript:alert(1)", ""])
def test_the_way_back_stays_here(client: Client, away: str) -> None:
    assert client.post(HERE, {"language": "fr", "next": away})["Location"] == "/"


def test_a_language_that_nobody_wrote_is_refused(client: Client) -> None:
    assert client.post(HERE, {"language": "de"}).status_code == 400
    assert client.get(HERE).status_code == 405
