"""Staff reach nothing without a second factor, whichever way they come in (ASVS 6.1.3, 6.3.3, 6.3.4, 6.5.1)."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from accounts.models import Device, Role, SecurityEvent, User
from accounts.second_factor import OPEN_VIEWS, ResetReason, ResetRefused, reset_second_factor
from accounts.tokens import issue
from tests.accounts.signing_in import (
    PASSWORD,
    app_code,
    give_password,
    is_signed_in,
    recovery_codes,
    sign_in_with_app,
    with_app,
    with_password,
)
from tests.people import make_user

SET_UP = "/account/second-factor/"
PAGES = [
    "/",
    "/patients/",
    "/agenda/",
    "/admin/",
    "/admin/accounts/user/",
    "/account/devices/",
    "/account/password/change/",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.usefixtures("without_second_factor")
def test_without_a_second_factor_staff_are_led_to_set_one_up(path: str, owner: User, client: Client) -> None:
    client.force_login(owner)
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, SET_UP)
    assert client.post(path).status_code == 302


@pytest.mark.usefixtures("without_second_factor")
def test_the_api_by_session_is_behind_the_gate_and_by_token_is_not(therapist: User, client: Client) -> None:
    client.force_login(therapist)
    refused = client.get("/api/v1/patients/")
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"
    bearer = {"Authorization": f"Bearer {issue(therapist)}"}
    assert Client().get("/api/v1/patients/", headers=bearer).status_code == 200


@pytest.mark.usefixtures("without_second_factor")
def test_a_patient_needs_no_second_factor(patient_user: User, patient: object, client: Client) -> None:
    client.force_login(patient_user)
    assert client.get("/portal/").status_code == 200


@pytest.mark.usefixtures("without_second_factor")
def test_a_patient_with_the_admin_site_is_staff(patient_user: User, client: Client) -> None:
    patient_user.is_staff = True
    patient_user.save(update_fields=["is_staff"])
    client.force_login(patient_user)
    assert client.get("/admin/")["Location"] == SET_UP


@pytest.mark.usefixtures("without_second_factor")
def test_only_the_demo_goes_on_without(therapist: User, client: Client, settings: object) -> None:
    client.force_login(therapist)
    settings.DEMO = True  # type: ignore[attr-defined]
    assert client.get("/agenda/").status_code == 200
    settings.DEMO = False  # type: ignore[attr-defined]
    assert client.get("/agenda/").status_code == 302


def test_the_gate_lets_only_set_up_proof_and_exit_through() -> None:
    ours = {"second-factor", "prove", "session", "stay", "back"}
    of_allauth = {"account_login", "account_logout", "account_reauthenticate"}
    assert {name for name in OPEN_VIEWS if not name.startswith("mfa_")} == {
        "healthz", *of_allauth, *(f"accounts:{name}" for name in ours),
    }  # fmt: skip
    assert not [name for name in OPEN_VIEWS if re.search("index|list|edit|remove|deactivate", name)]
    assert not settings.DEMO


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_opens_the_gate_and_gives_recovery_codes(therapist: User, client: Client) -> None:
    with_password(therapist)
    assert give_password(client, therapist.email, follow=True).redirect_chain[-1][0] == SET_UP
    page = client.get("/account/2fa/totp/activate/")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.content.decode()
    secret = client.session["mfa.totp.secret"]
    done = client.post("/account/2fa/totp/activate/", {"code": app_code(secret)}, follow=True)
    assert done.redirect_chain[-1][0] == "/account/2fa/recovery-codes/"
    codes = recovery_codes(therapist)
    assert len(codes) == 10
    assert all(code in done.content.decode() for code in codes)
    assert client.get("/agenda/").status_code == 200


def test_secrets_of_authenticators_are_not_readable_in_the_database(therapist: User) -> None:
    secret = with_app(therapist)
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in recovery_codes(therapist) if code in stored]


def test_a_password_alone_signs_nobody_in_who_has_an_app(therapist: User, client: Client) -> None:
    secret = with_app(with_password(therapist))
    assert give_password(client, therapist.email)["Location"] == "/account/2fa/authenticate/"
    assert not is_signed_in(client)
    assert client.post("/account/2fa/authenticate/", {"code": app_code(secret)}).status_code == 302
    assert is_signed_in(client)


def test_a_code_of_the_app_works_once(therapist: User) -> None:
    secret = with_app(with_password(therapist))
    code = app_code(secret)
    for client, comes_in in ((Client(), True), (Client(), False)):
        give_password(client, therapist.email)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is comes_in


def test_a_recovery_code_works_once(therapist: User) -> None:
    with_app(with_password(therapist))
    code = recovery_codes(therapist)[3]
    for client, comes_in in ((Client(), True), (Client(), False)):
        give_password(client, therapist.email)
        client.post("/account/2fa/authenticate/", {"code": code})
        assert is_signed_in(client) is comes_in
    assert len(recovery_codes(therapist)) == 9


def test_wrong_codes_are_limited(therapist: User, client: Client) -> None:
    secret = with_app(with_password(therapist))
    give_password(client, therapist.email)
    for _each in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    client.post("/account/2fa/authenticate/", {"code": app_code(secret)})
    assert not is_signed_in(client)


def test_the_admin_site_has_no_sign_in_of_its_own(owner: User, client: Client) -> None:
    with_password(owner)
    response = client.post("/admin/login/", {"username": owner.email, "password": PASSWORD})
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")
    assert not is_signed_in(client)


def test_taking_the_last_factor_away_closes_the_gate_at_once(therapist: User, client: Client) -> None:
    secret = with_app(with_password(therapist))
    sign_in_with_app(client, therapist, secret)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert client.get("/agenda/")["Location"] == SET_UP


def test_a_reset_takes_three_people_and_ends_what_was_there(
    owner: User, therapist: User, receptionist: User, client: Client
) -> None:
    secret = with_app(with_password(therapist))
    sign_in_with_app(client, therapist, secret)
    with_password(receptionist)
    boss = Client()
    boss.force_login(owner)
    path = f"/account/people/{therapist.pk}/reset-second-factor/"
    fields = {"reason": "lost", "witness": str(receptionist.pk), "password": "not the password at all"}
    assert boss.post(path, fields).status_code == 422
    assert Authenticator.objects.filter(user=therapist).exists()
    assert boss.post(path, {**fields, "password": PASSWORD}).status_code == 302
    assert not Authenticator.objects.filter(user=therapist).exists()
    assert not is_signed_in(client)
    assert not Device.objects.filter(user=therapist).exists()
    event = SecurityEvent.objects.get(kind="second_factor", detail__deed="reset")
    assert (event.user_id, event.subject_id) == (owner.pk, therapist.pk)
    assert event.detail["witness"] == str(receptionist.pk)
    assert event.detail["reason"] == "lost"


@pytest.mark.parametrize("wrong", ["owner", "colleague", "patient", "nobody"])
def test_a_reset_without_a_third_person_is_refused(
    wrong: str, owner: User, therapist: User, patient_user: User
) -> None:
    witness = {"owner": owner, "colleague": therapist, "patient": patient_user, "nobody": None}[wrong]
    with pytest.raises(ResetRefused):
        reset_second_factor(therapist, by=owner, witness=witness, reason=ResetReason.LOST)


def test_only_the_owner_resets(therapist: User, receptionist: User, client: Client) -> None:
    client.force_login(therapist)
    assert client.get(f"/account/people/{receptionist.pk}/reset-second-factor/").status_code == 403
    assert client.get("/account/people/").status_code == 403


def test_the_administrator_of_the_server_can_reset_from_the_command_line(owner: User) -> None:
    with_app(owner)
    call_command("reset_second_factor", owner.email)
    assert not Authenticator.objects.filter(user=owner).exists()


def test_the_list_of_colleagues_costs_no_more_with_more_colleagues(
    owner: User, client: Client, django_assert_num_queries: object
) -> None:
    client.force_login(owner)
    for count in (1, 9):
        for number in range(count):
            make_user(f"colleague{count}-{number}@practice.example", "Colleague", Role.THERAPIST)
        with django_assert_num_queries(3):  # type: ignore[operator]  # session with user, count, rows
            assert client.get("/account/people/").status_code == 200
