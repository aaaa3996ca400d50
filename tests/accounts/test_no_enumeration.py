"""Nobody learns from us whether an address has an account: same answer, same status, same work (ASVS 6.3.8)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.accounts.signing_in import NEW_PASSWORD, PASSWORD, choose_password, mailed_path, with_password

NOBODY = "nobody@practice.example"


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count how often a password is hashed; the hash itself stays as it is."""
    done: list[str] = []
    real_encode, real_verify = Argon2PasswordHasher.encode, Argon2PasswordHasher.verify

    def encode(self: Any, password: str, salt: str) -> str:
        done.append("encode")
        return str(real_encode(self, password, salt))

    def verify(self: Any, password: str, encoded: str) -> bool:
        done.append("verify")
        return bool(real_verify(self, password, encoded))

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    monkeypatch.setattr(Argon2PasswordHasher, "verify", verify)
    yield done


def said(response: Any, email: str) -> tuple[int, str]:
    """Return the answer without what differs anyway: tokens, nonces and the address that was typed."""
    text = response.content.decode().replace(email, "ADDRESS")
    return response.status_code, re.sub(r'\b[A-Za-z0-9]{64}\b|nonce="[^"]+"', "", text)


def switched_off(user: User) -> User:
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


@pytest.fixture
def addresses(therapist: User, patient_user: User, receptionist: User) -> list[str]:
    """Known, known without a password, switched off, and unknown."""
    with_password(therapist)
    switched_off(with_password(receptionist))
    return [therapist.email, patient_user.email, receptionist.email, NOBODY]


def answers(path: str, addresses: list[str], fields: Callable[[str], dict[str, str]]) -> list[tuple[int, str]]:
    return [said(Client().post(path, fields(email), follow=True), email) for email in addresses]


def test_signing_in_with_a_wrong_password_says_the_same_to_all(addresses: list[str], hashes: list[str]) -> None:
    counts = []

    def fields(email: str) -> dict[str, str]:
        counts.append(len(hashes))
        return {"login": email, "password": "surely not the password"}

    given = answers("/account/login/", addresses, fields)
    work = [after - before for before, after in zip(counts, [*counts[1:], len(hashes)], strict=True)]
    assert len(set(given)) == 1
    assert work == [1, 1, 1, 1]


def test_the_right_password_of_an_account_that_is_switched_off_says_no_more(
    receptionist: User, hashes: list[str]
) -> None:
    switched_off(with_password(receptionist))
    hashes.clear()
    right, wrong = (
        said(Client().post("/account/login/", {"login": receptionist.email, "password": word}), receptionist.email)
        for word in (PASSWORD, "surely not the password")
    )
    assert right == wrong
    assert len(hashes) == 2


def test_asking_for_a_code_says_the_same_to_all_and_mails_all(addresses: list[str]) -> None:
    queries = []
    given = []
    for email in addresses:
        with CaptureQueriesContext(connection) as seen:
            given.append(said(Client().post("/account/code/", {"email": email}, follow=True), email))
        queries.append(len(seen))
    assert len(set(given)) == 1
    assert len(mail.outbox) == len(addresses)
    assert max(queries) - min(queries) <= 1  # the mail to an unknown address looks once more for its language


def test_asking_for_a_new_password_says_the_same_to_all_and_mails_all(addresses: list[str]) -> None:
    given = answers("/account/password/reset/", addresses, lambda email: {"email": email})
    assert len(set(given)) == 1
    assert len(mail.outbox) == len(addresses)


def test_a_link_that_never_was_looks_like_one_that_ended(db: None) -> None:
    for path in ("/account/link/{}/", "/account/invitation/{}/"):
        first, second = (said(Client().get(path.format(secret)), secret) for secret in ("a" * 43, "b" * 43))
        assert first == second  # but for the secret, to which a change of language comes back


def test_a_new_password_does_not_get_past_the_second_factor(therapist: User, client: Client) -> None:
    with_password(therapist)
    client.post("/account/password/reset/", {"email": therapist.email})
    assert choose_password(client, mailed_path(), NEW_PASSWORD).status_code == 200
    assert client.get("/agenda/").status_code == 302
    assert User.objects.get(pk=therapist.pk).check_password(NEW_PASSWORD)
