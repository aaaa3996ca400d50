"""Patients sign in by mail: a code for the browser that asked, a link for any, once (ASVS 6.5.1, 6.5.5)."""

import datetime

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.limits import TooManyAttempts
from accounts.models import SecurityEvent, SignInCode, User
from accounts.sign_in_codes import issue_code, redeem_code, redeem_link
from tests.accounts.signing_in import is_signed_in, mailed_code, mailed_path, with_password
from tests.people import NOW

ASK, ENTER = "/account/code/", "/account/code/enter/"
SIGN_IN, PROOF = SignInCode.Purpose.SIGN_IN, SignInCode.Purpose.PROOF
MINUTE = datetime.timedelta(minutes=1)


def test_a_patient_signs_in_with_the_code(patient_user: User, patient: object, client: Client) -> None:
    assert client.post(ASK, {"email": patient_user.email})["Location"] == ENTER
    code = mailed_code()
    assert client.post(ENTER, {"code": f"{code[:3]} {code[3:]}"}).status_code == 302
    assert is_signed_in(client)
    event = SecurityEvent.objects.get(kind="sign_in")
    assert (event.user_id, event.detail) == (patient_user.pk, {"methods": ["code"]})


def test_the_link_works_in_another_browser_by_a_button_and_once(patient_user: User, patient: object) -> None:
    Client().post(ASK, {"email": patient_user.email})
    path = mailed_path()
    scanner = Client()
    assert scanner.get(path).status_code == 200
    assert scanner.head(path).status_code in {200, 405}
    assert not is_signed_in(scanner)
    phone, thief = Client(), Client()
    assert phone.post(path).status_code == 302
    assert is_signed_in(phone)
    assert thief.post(path).status_code == 409
    assert not is_signed_in(thief)


def test_using_the_link_ends_the_code_too(patient_user: User, patient: object, client: Client) -> None:
    client.post(ASK, {"email": patient_user.email})
    code = mailed_code()
    Client().post(mailed_path())
    assert client.post(ENTER, {"code": code}).status_code == 422
    assert not is_signed_in(client)


def test_the_code_works_only_in_the_browser_that_asked(patient_user: User, patient: object, client: Client) -> None:
    client.post(ASK, {"email": patient_user.email})
    other = Client()
    assert other.post(ENTER, {"code": mailed_code()})["Location"] == ASK
    assert not is_signed_in(other)


def test_the_mail_names_nobody(patient_user: User, client: Client) -> None:
    client.post(ASK, {"email": patient_user.email})
    text = f"{mail.outbox[-1].subject} {mail.outbox[-1].body}"
    assert "Peeters" not in text
    assert "An " not in text
    assert "127.0.0.1" not in mail.outbox[-1].subject


def test_a_code_lives_ten_minutes_and_five_attempts(patient_user: User) -> None:
    issued = issue_code(patient_user, purpose=SIGN_IN, now=NOW)
    assert redeem_link(issued.secret, now=NOW + 10 * MINUTE) is None
    assert redeem_code(issued.id, issued.code, purpose=SIGN_IN, now=NOW + 10 * MINUTE) is None
    wrong = "000000" if issued.code != "000000" else "000001"
    for _each in range(5):
        assert redeem_code(issued.id, wrong, purpose=SIGN_IN, now=NOW) is None
    assert redeem_code(issued.id, issued.code, purpose=SIGN_IN, now=NOW) is None
    assert redeem_link(issued.secret, now=NOW) == patient_user


def test_a_code_for_a_proof_signs_nobody_in(patient_user: User) -> None:
    issued = issue_code(patient_user, purpose=PROOF, now=NOW)
    assert redeem_link(issued.secret, now=NOW) is None
    assert redeem_code(issued.id, issued.code, purpose=SIGN_IN, now=NOW) is None


def test_only_digests_are_kept(patient_user: User) -> None:
    issued = issue_code(patient_user, purpose=SIGN_IN, now=NOW)
    stored = str(SignInCode.objects.values())
    assert issued.code not in stored.replace(str(issued.id), "")
    assert issued.secret not in stored


def test_after_twenty_wrong_codes_in_a_day_only_the_link_works(patient_user: User) -> None:
    for _round in range(4):
        issued = issue_code(patient_user, purpose=SIGN_IN, now=NOW)
        for _each in range(5):
            redeem_code(issued.id, "no", purpose=SIGN_IN, now=NOW)
    issued = issue_code(patient_user, purpose=SIGN_IN, now=NOW)
    with pytest.raises(TooManyAttempts):
        redeem_code(issued.id, issued.code, purpose=SIGN_IN, now=NOW)
    assert redeem_link(issued.secret, now=NOW) == patient_user


def test_an_account_that_was_switched_off_comes_in_no_more(patient_user: User) -> None:
    issued = issue_code(patient_user, purpose=SIGN_IN, now=NOW)
    User.objects.filter(pk=patient_user.pk).update(is_active=False)
    assert redeem_link(issued.secret, now=NOW) is None
    assert redeem_code(issued.id, issued.code, purpose=SIGN_IN, now=NOW) is None


def test_staff_get_no_code(therapist: User, client: Client) -> None:
    client.post(ASK, {"email": with_password(therapist).email})
    assert SignInCode.objects.get().user is None
    assert "/account/link/" not in str(mail.outbox[-1].body)


def test_codes_to_one_address_are_limited(patient_user: User, client: Client) -> None:
    answers = [client.post(ASK, {"email": patient_user.email}).status_code for _each in range(4)]
    assert answers == [302, 302, 302, 429]
    assert len(mail.outbox) == 3


def test_the_clock_of_a_code_is_the_servers(patient_user: User, client: Client) -> None:
    client.post(ASK, {"email": patient_user.email})
    now = timezone.now()
    SignInCode.objects.update(created_at=now - 11 * MINUTE, expires_at=now - MINUTE)
    assert client.post(ENTER, {"code": mailed_code()}).status_code == 422
    assert client.post(mailed_path()).status_code == 409
