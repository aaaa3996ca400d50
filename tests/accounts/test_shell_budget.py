"""What every request costs before its page begins: who asks is one query, the parts around a page are drawn once."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from accounts.sessions import end_sessions
from accounts.tokens import issue
from fysicure.templatetags.parts import part
from patients.models import Patient
from tests.people import make_user

SIGN_IN = ("django_session", "accounts_device", "accounts_apitoken", 'FROM "accounts_user"')


def sign_in_queries(queries: CaptureQueriesContext) -> list[str]:
    return [each["sql"] for each in queries if any(table in each["sql"] for table in SIGN_IN)]


@pytest.mark.parametrize("path", ["/account/session/", "/plans/evidence/", "/agenda/"])
def test_session_and_staff_are_one_query(path: str, client: Client, therapist: User) -> None:
    client.force_login(therapist)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(sign_in_queries(queries)) == 1
    assert path != "/account/session/" or len(queries) == 1, "the shell itself asks nothing else"


def test_session_and_patient_are_one_query(client: Client, patient_user: User, patient: Patient) -> None:
    client.force_login(patient_user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/account/session/").json()["user"] == str(patient_user.pk)
    assert len(queries) == 1


def test_a_token_and_its_user_are_one_query(client: Client, therapist: User) -> None:
    token = issue(therapist)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/api/v1/patients/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert len(sign_in_queries(queries)) == 1


def test_a_session_without_its_device_is_still_judged(client: Client, therapist: User) -> None:
    client.force_login(therapist)
    therapist.devices.all().delete()
    assert client.get("/account/session/").json()["user"] == str(therapist.pk)


def test_a_session_that_names_another_account_is_not_the_one_of_its_device(client: Client, therapist: User) -> None:
    client.force_login(therapist)
    session = client.session
    session[SESSION_KEY] = str(make_user("other@practice.example", "Other", "receptionist").pk)
    session.save()
    assert client.get("/account/session/").json()["user"] == ""


def test_what_ended_is_ended_at_the_next_request(client: Client, therapist: User) -> None:
    client.force_login(therapist)
    assert client.get("/account/session/").json()["user"] == str(therapist.pk)
    end_sessions(therapist.pk)
    assert client.get("/account/session/").json()["user"] == ""


def test_a_part_escapes_what_it_is_given_and_speaks_the_language() -> None:
    values = {"initials": "<b>", "who": '"><script>', "role": "&", "csrf_token": "abc"}
    with translation.override("nl"):
        dutch = part("components/user_menu.html", **values)
    with translation.override("en"):
        english = part("components/user_menu.html", **values)
    assert "Sign out" in english and "Sign out" not in dutch
    assert 'value="abc"' in english and "&lt;b&gt;" in english
    assert "<script>" not in english and "&quot;&gt;&lt;script&gt;" in english


def test_two_users_never_share_what_is_theirs(therapist: User, receptionist: User) -> None:
    pages = []
    for user in (therapist, receptionist):
        client = Client()
        client.force_login(user)
        pages.append(client.get("/agenda/").content.decode())
    for page, own, other in ((pages[0], therapist, receptionist), (pages[1], receptionist, therapist)):
        assert f'data-user="{own.pk}"' in page
        assert str(other.pk) not in page
