"""How long a session lasts, where it runs, and how it ends (ASVS 7.2.4, 7.3.1, 7.3.2, 7.4.1-7.5.2, 14.3.1)."""

import datetime
import time

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiToken, Device, SecurityEvent, User
from accounts.sessions import ABSOLUTE, IDLE, cut_off, devices_of
from accounts.tokens import issue
from patients.models import Patient
from tests.accounts.signing_in import NEW_PASSWORD, PASSWORD, give_password, is_signed_in, with_password
from tests.people import NOW

HOUR = 3600


def aged(client: Client, *, seen: float = 0, signed_in: float = 0) -> Client:
    """Move a session's moments back by so many seconds."""
    session = client.session
    session["seen_at"] -= seen
    session["signed_in_at"] -= signed_in
    session.save()
    return client


def test_staff_are_signed_out_after_thirty_idle_minutes(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    assert is_signed_in(aged(client, seen=29 * 60))
    old = client.cookies["sessionid"].value
    response = aged(client, seen=31 * 60).get("/agenda/")
    assert response.status_code == 302
    assert response["Location"] == "/account/login/?next=/agenda/"
    assert not Session.objects.filter(session_key=old).exists()
    assert not Device.objects.filter(session_key=old).exists()


def test_a_patient_stays_for_twelve_hours_and_no_longer(patient_user: User, patient: Patient, client: Client) -> None:
    client.force_login(patient_user)
    assert aged(client, seen=11 * HOUR, signed_in=11 * HOUR).get("/portal/").status_code == 200
    assert aged(client, signed_in=HOUR + 1).get("/portal/").status_code == 302


def test_nobody_stays_longer_than_twelve_hours_however_busy(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    assert not is_signed_in(aged(client, signed_in=12 * HOUR + 1))


def test_a_session_without_moments_has_ended(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert not is_signed_in(client)


def test_last_seen_is_written_once_a_minute(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    path = "/account/second-factor/"
    client.get(path)
    with CaptureQueriesContext(connection) as quiet:
        client.get(path)
    assert not [query for query in quiet if "UPDATE " in query["sql"]]
    aged(client, seen=61)
    with CaptureQueriesContext(connection) as busy:
        client.get(path)
    written = [
        table
        for table in ("django_session", "accounts_device")
        for query in busy
        if f'UPDATE "{table}"' in query["sql"]
    ]
    assert written == ["django_session", "accounts_device"]


def test_a_script_that_asks_by_the_clock_keeps_nobody_signed_in(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    aged(client, seen=20 * 60)
    for _each in range(3):
        left = client.get("/account/session/").json()
        client.get("/agenda/changes/")
    assert left["user"] == str(therapist.pk)
    assert 590 <= left["seconds"] <= 600
    assert client.post("/account/session/stay/").json()["seconds"] > 1790


def test_an_ended_session_answers_a_script_with_401(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    response = aged(client, seen=31 * 60).get("/agenda/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert client.get("/account/session/").json()["user"] == ""
    for header in ({"HX-Target": "board"}, {"Accept": "application/json"}):
        assert client.get("/agenda/", headers=header).status_code == 401
    assert client.get("/agenda/").status_code == 302


def test_what_was_typed_in_an_ended_session_is_sent_after_signing_in_again(
    receptionist: User, patient: Patient, client: Client
) -> None:
    with_password(receptionist)
    client.force_login(receptionist)
    path = "/patients/register/"
    typed = {
        "family_name": "Van Gompel",
        "given_name": "Rita  Maria",
        "birth_date": "1961-05-04",
        "street": "De Ring 5",
    }
    response = aged(client, seen=31 * 60).post(path, typed)
    assert response["Location"] == "/account/login/?next=%2Faccount%2Fsession%2Ftyped%2F"
    assert not Patient.objects.filter(family_name="Van Gompel").exists()
    assert "De Ring 5" not in client.get(response["Location"]).content.decode()
    client.force_login(receptionist)
    page = client.get("/account/session/typed/")
    assert "De Ring 5" in page.content.decode()
    again = client.post("/account/session/typed/", typed)
    assert (again.status_code, again["Location"]) == (307, path)
    client.post(path, {**typed, "country": "BE", "language": "nl", "gender": "female"})
    assert client.get("/account/session/typed/").status_code == 302


def test_another_user_of_the_browser_never_sees_what_was_typed(
    receptionist: User, therapist: User, client: Client
) -> None:
    client.force_login(receptionist)
    aged(client, seen=31 * 60).post("/patients/register/", {"street": "De Ring 5"})
    client.force_login(therapist)
    assert client.get("/account/session/typed/").status_code == 302
    assert "typed_text" not in client.session


def test_the_key_of_a_session_changes_at_sign_in_and_the_old_one_is_dead(therapist: User, client: Client) -> None:
    client.get("/account/login/")
    client.post("/account/code/", {"email": "somebody@mail.example"})
    before = client.cookies["sessionid"].value
    give_password(client, with_password(therapist).email)
    after = client.cookies["sessionid"].value
    assert before != after
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_is_a_post_that_clears_the_browser_and_kills_the_cookie(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    client.get("/account/logout/")
    assert is_signed_in(client)
    key = client.cookies["sessionid"].value
    response = client.post("/account/logout/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["sessionid"] = key
    assert not is_signed_in(thief)
    assert SecurityEvent.objects.filter(kind="sign_out", user_id=therapist.pk).exists()


def test_a_user_sees_the_own_devices_and_ends_one_or_all_others(therapist: User, owner: User, client: Client) -> None:
    browser = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    phone, tablet, other = Client(), Client(), Client()
    for each in (client, phone, tablet):
        each.force_login(therapist)
    other.force_login(owner)
    Device.objects.filter(session_key=phone.session.session_key).update(user_agent=browser)
    page = client.get("/account/devices/").content.decode()
    assert "Safari, iPhone" in page
    device = Device.objects.get(session_key=phone.session.session_key)
    assert other.post(f"/account/devices/{device.pk}/end/").status_code == 404
    client.post(f"/account/devices/{device.pk}/end/")
    assert not is_signed_in(phone)
    assert is_signed_in(tablet)
    client.post("/account/devices/end-others/")
    assert not is_signed_in(tablet)
    assert is_signed_in(client)
    assert is_signed_in(other)


def test_the_owner_ends_all_sessions_of_a_user_and_nobody_else_does(therapist: User, owner: User) -> None:
    boss, worker = Client(), Client()
    boss.force_login(owner)
    worker.force_login(therapist)
    assert worker.post(f"/account/people/{owner.pk}/end-sessions/").status_code == 403
    boss.post(f"/account/people/{therapist.pk}/end-sessions/")
    assert not is_signed_in(worker)


def test_a_new_password_ends_the_other_sessions(therapist: User, client: Client) -> None:
    with_password(therapist)
    other = Client()
    for each in (client, other):
        each.force_login(therapist)
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/account/password/change/", fields)
    assert is_signed_in(client)
    assert not is_signed_in(other)
    assert Device.objects.filter(user=therapist).count() == 1


def test_switching_an_account_off_ends_sessions_and_tokens_for_good(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    issue(therapist)
    cut_off(therapist.pk, now=NOW)
    assert not is_signed_in(client)
    assert ApiToken.objects.get().revoked_at == NOW


def test_the_list_leaves_out_what_ended(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    moment = datetime.datetime.fromtimestamp(time.time(), tz=datetime.UTC)
    assert len(devices_of(therapist, now=moment)) == 1
    assert devices_of(therapist, now=moment + IDLE + datetime.timedelta(seconds=5)) == []
    assert devices_of(therapist, now=moment + ABSOLUTE + datetime.timedelta(seconds=5)) == []


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_of_devices_costs_the_same_with_more(
    count: int, therapist: User, client: Client, django_assert_num_queries: object
) -> None:
    for _each in range(count):
        Client().force_login(therapist)
    client.force_login(therapist)
    with django_assert_num_queries(2):  # type: ignore[operator]  # session with user, devices
        client.get("/account/devices/")
