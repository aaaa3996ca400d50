"""Sessions and keys that nobody gave out, were taken from another, or have ended (ASVS 7.2.1-7.4.3, 9.1.1, 3.3.1)."""

import base64
import json
import secrets
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core import signing
from django.test import Client
from django.test.utils import override_settings

from accounts.models import Role, User
from accounts.sessions import end_sessions
from accounts.tokens import issue
from patients.models import Patient
from scheduling.consents import read_stop_link, stop_link
from tests.accounts.signing_in import give_password, is_signed_in, with_password
from tests.operations.nodes import ROOT, production
from tests.people import NOW

SignIn = Callable[[User], Client]
SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
PATH = "/api/v1/patients/"


def with_key(key: str) -> Client:
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = key
    return client


def bearer(token: str) -> int:
    return int(Client().get(PATH, headers={"Authorization": f"Bearer {token}"}).status_code)


def test_no_key_but_the_right_one_opens_anything(client_of: SignIn, therapist: User) -> None:
    key = client_of(therapist).cookies["sessionid"].value
    assert is_signed_in(with_key(key))
    wrong = [key[:-1], key[1:], f"{key}x", f"{key} ", key.upper(), key[::-1], key.replace(key[0], "z"), f"{key}%00",
             f"'{key}' OR '1'='1", "", "0", "null", "../../" + key, f"{key};{key}", "x" * 4000,
             *(secrets.token_urlsafe(24)[:32].lower() for _each in range(20))]  # fmt: skip
    for position in range(0, len(key), 4):
        wrong.append(key[:position] + ("a" if key[position] != "a" else "b") + key[position + 1 :])
    for each in wrong:
        client = with_key(each)
        answer = client.get("/account/devices/")
        assert answer.status_code in {302, 400, 413, 431}, each
        given = client.cookies.get("sessionid")
        assert given is None or given.value in {each, ""}, "a key that the browser chose is never taken over"


def test_a_key_that_was_set_before_signing_in_is_worth_nothing_after(therapist: User) -> None:
    chosen = SessionStore()
    chosen["next"] = "/"
    chosen.save()
    victim = with_key(chosen.session_key)
    give_password(victim, with_password(therapist).email)
    assert victim.cookies["sessionid"].value != chosen.session_key
    assert not SessionStore().exists(chosen.session_key)
    assert not is_signed_in(with_key(chosen.session_key))


def forged(user: User, **more: object) -> Client:
    """A session row as somebody with write access to the table alone would make it."""
    session = SessionStore()
    content = {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], **more}
    for name, value in content.items():
        session[name] = value
    session.save()
    return with_key(session.session_key)


def test_a_session_made_without_the_key_of_the_server_is_nobodys(therapist: User, receptionist: User) -> None:
    moment = {"signed_in_at": NOW.timestamp(), "seen_at": NOW.timestamp()}
    assert not is_signed_in(forged(therapist, **moment))
    assert not is_signed_in(forged(therapist, **moment, **{HASH_SESSION_KEY: "0" * 64}))
    other = receptionist.get_session_auth_hash()
    assert not is_signed_in(forged(therapist, **moment, **{HASH_SESSION_KEY: other}))
    with override_settings(SECRET_KEY="another-key-" * 5):
        wrong = therapist.get_session_auth_hash()
    assert not is_signed_in(forged(therapist, **moment, **{HASH_SESSION_KEY: wrong}))


def test_content_that_was_signed_with_another_key_is_empty(client_of: SignIn, therapist: User) -> None:
    client = client_of(therapist)
    key, model = client.cookies["sessionid"].value, SessionStore.get_model_class()
    row = model.objects.get(session_key=key)
    content = SessionStore(key).load()
    with override_settings(SECRET_KEY="another-key-" * 5):
        model.objects.filter(pk=row.pk).update(session_data=SessionStore().encode(content))
    assert not is_signed_in(client)
    for data in ("", "x", row.session_data[:-1], row.session_data[1:], base64.b64encode(json.dumps(content).encode())):
        model.objects.filter(pk=row.pk).update(session_data=data)
        assert client.get("/account/devices/").status_code == 302
    model.objects.filter(pk=row.pk).update(session_data=row.session_data)
    assert is_signed_in(client)


def test_the_passed_factor_of_one_user_opens_nothing_for_another(
    client_of: SignIn, therapist: User, receptionist: User, without_second_factor: None
) -> None:
    """The mark says whose it is: put into the session of another, or sent along, it counts for nothing."""
    client = client_of(receptionist)
    session = client.session
    session["account_authentication_methods_user"] = str(therapist.pk)
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "totp", "id": 0, "at": NOW.timestamp()}]
    session.save()
    assert client.get("/patients/").status_code == 302
    for path in ("/patients/", "/account/second-factor/"):
        client.post(path, {AUTHENTICATION_METHODS_SESSION_KEY: '[{"method": "mfa"}]', "method": "mfa"})
    assert client.get("/patients/").status_code == 302
    session["account_authentication_methods_user"] = str(receptionist.pk)
    session.save()
    assert client.get("/patients/").status_code == 200  # the same mark, of the right user


def test_what_ends_a_session_ends_all_copies_of_its_key(client_of: SignIn, therapist: User, owner: User) -> None:
    def stolen() -> Client:
        return with_key(client_of(therapist).cookies["sessionid"].value)

    thief = stolen()
    User.objects.filter(pk=therapist.pk).update(is_active=False)
    assert not is_signed_in(thief)
    User.objects.filter(pk=therapist.pk).update(is_active=True)
    thief = stolen()
    with_password(therapist)
    assert not is_signed_in(thief)
    thief = stolen()
    end_sessions(therapist.pk)
    assert not is_signed_in(thief)
    thief = stolen()
    client_of(owner).post(f"/account/people/{therapist.pk}/end-sessions/")
    assert not is_signed_in(thief)


def test_a_role_is_asked_at_each_request(client_of: SignIn, therapist: User) -> None:
    client, token = client_of(therapist), issue(therapist)
    assert (client.get("/plans/evidence/").status_code, bearer(token)) == (200, 200)
    User.objects.filter(pk=therapist.pk).update(role=Role.PATIENT)
    assert client.get("/plans/evidence/").status_code == 403
    assert client.get("/patients/").status_code == 403
    answer = Client().get(PATH, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403 or answer.json()["count"] == 0


def test_no_token_but_a_living_one_opens_the_api(therapist: User, receptionist: User) -> None:
    token = issue(therapist)
    assert bearer(token) == 200
    wrong = ["", "x", token[:-1], f"{token}x", token.swapcase(), token.removeprefix("fys_"), f"{token}\x00", "fys_",
             "' OR 1=1 --", "null", "undefined", "Bearer", f"{token} {token}", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
             therapist.api_tokens.get().digest, str(therapist.api_tokens.get().pk), str(therapist.pk)]  # fmt: skip
    wrong += [f"fys_{secrets.token_urlsafe(32)}" for _each in range(20)]
    answers = {bearer(each) for each in wrong}
    assert answers <= {400, 401}, answers
    ended = issue(receptionist, expires_at=NOW)
    assert bearer(ended) == 401
    User.objects.filter(pk=therapist.pk).update(is_active=False)
    assert bearer(token) == 401


@pytest.mark.parametrize("how", ["another key", "another salt", "altered", "another channel", "cut", "unsigned"])
def test_a_link_that_was_signed_by_another_is_nothing(how: str, patient: Patient, settings: object) -> None:
    settings.PUBLIC_URL = "https://fysicure.example"  # type: ignore[attr-defined]
    token = stop_link(patient.pk, "email", now=NOW).rstrip("/").rsplit("/", 1)[1]
    assert read_stop_link(token, now=NOW) is not None
    content, signature = token.rsplit(".", 1)
    forged_tokens = {
        "another key": signing.Signer(key="another", salt="scheduling.stop-messages", sep=".").sign(content),
        "another salt": signing.Signer(salt="accounts.limits", sep=".").sign(content),
        "altered": f"{'A' if content[0] != 'A' else 'B'}{content[1:]}.{signature}",
        "another channel": f"{content[:-4]}AAAA.{signature}",
        "cut": f"{content}.{signature[:-1]}",
        "unsigned": content,
    }
    assert read_stop_link(forged_tokens[how], now=NOW) is None
    client = Client()
    never = client.get("/messages/stop/never-was.such/")
    answer = client.get(f"/messages/stop/{forged_tokens[how]}/")
    assert (answer.status_code, len(answer.content)) == (never.status_code, len(never.content))


def test_cookies_of_a_public_host_are_bound_to_it(db: None) -> None:
    code = (
        "import django; django.setup(); from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, "
        "s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_DOMAIN, "
        "s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_HTTPONLY)"
    )
    environ = {**production(), "DJANGO_SETTINGS_MODULE": "fysicure.settings", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, "-c", code], env=environ, cwd=ROOT, capture_output=True, text=True, check=False
    )  # noqa: S603
    assert made.stdout.split() == ["__Host-sessionid", "__Host-csrftoken", "True", "True", "None", "/", "True"], (
        made.stderr[-500:]
    )
