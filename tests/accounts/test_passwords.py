"""Which passwords are taken, and how they are kept (ASVS 6.2.1-6.2.12, 11.4.2)."""

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.passwords import known_passwords
from tests.accounts.signing_in import (
    NEW_PASSWORD,
    PASSWORD,
    choose_password,
    give_password,
    is_signed_in,
    mailed_path,
    with_password,
)

OWNER = User(email="fien.smets@practice.example", name="Fien Smets")


def test_the_list_is_there() -> None:
    assert len(known_passwords()) == 115_631
    assert {"wachtwoord", "qwertyuiop", "peeters"} <= known_passwords()


@pytest.mark.parametrize(
    "password",
    [
        "kort",
        "elf tekens!",
        "unbelievable1",
        "!!Antwerpen2026!!",
        "Wachtwoord2026!",
        "abababababababab",
        "123123123123123",
        "Fysicure-Mol-2026",
        "kinesitherapie 2026",
        "Fien.Smets.1234",
        "x" * 64,
        "mooi weer " * 13,
    ],
)
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, OWNER)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "alleen kleine letters hier",
        "Fien fietst elke dinsdag naar de bakker",
        "пароль со словами и пробелами",
        "één appel, twee peren, drie kersen, vier pruimen, vijf druiven en zes aardbeien in een mand",
    ],
)
def test_a_long_password_of_own_words_is_taken(password: str) -> None:
    validate_password(password, OWNER)


def test_a_password_counts_to_its_last_character(therapist: User, client: Client) -> None:
    long = "zeven groene fietsen " * 6
    therapist.set_password(long)
    therapist.save()
    assert therapist.password.startswith("argon2$argon2id$")
    assert not therapist.check_password(long[:-1])
    assert not therapist.check_password(long.upper())
    assert give_password(client, therapist.email, long).status_code == 302


def test_an_old_hash_is_written_anew_at_sign_in(therapist: User, client: Client) -> None:
    therapist.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    therapist.save()
    assert give_password(client, therapist.email).status_code == 302
    therapist.refresh_from_db()
    assert therapist.password.startswith("argon2$argon2id$")


def test_changing_it_asks_for_the_old_one(therapist: User, client: Client) -> None:
    client.force_login(with_password(therapist))
    wrong = {"oldpassword": "not it, surely", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/account/password/change/", wrong)
    therapist.refresh_from_db()
    assert therapist.check_password(PASSWORD)
    client.post("/account/password/change/", {**wrong, "oldpassword": PASSWORD})
    therapist.refresh_from_db()
    assert therapist.check_password(NEW_PASSWORD)


def test_managers_of_passwords_can_fill_in_the_form(db: None, client: Client) -> None:
    page = client.get("/account/login/").content.decode()
    assert 'autocomplete="email"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_a_new_colleague_chooses_the_first_password_by_mail(therapist: User, client: Client) -> None:
    assert not therapist.has_usable_password()
    client.post("/account/password/reset/", {"email": therapist.email})
    path = mailed_path()
    choose_password(client, path, PASSWORD)
    therapist.refresh_from_db()
    assert therapist.check_password(PASSWORD)
    assert not is_signed_in(client)
    assert Client().get(path, follow=True).redirect_chain == []
