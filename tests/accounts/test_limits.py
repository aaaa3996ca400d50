"""Counts are shared by all processes, lose nothing in a race, and end by themselves (ASVS 2.4.1, 6.1.1, 6.3.1)."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.limits import Limit, TooManyAttempts, clear_ended, forget, give_back, limit
from accounts.models import LimitCount, SecurityEvent, User
from tests.accounts.signing_in import PASSWORD, give_password, with_password
from tests.people import NOW

MINUTE = datetime.timedelta(minutes=1)
THREE = Limit(3, 10 * MINUTE)


def test_the_fourth_of_three_is_refused_until_the_window_ends(db: None) -> None:
    for _each in range(3):
        limit("door:desk", THREE, now=NOW)
    for minutes in (0, 5, 9):
        with pytest.raises(TooManyAttempts) as refused:
            limit("door:desk", THREE, now=NOW + minutes * MINUTE)
        assert refused.value.until == NOW + 10 * MINUTE
        assert refused.value.first is (minutes == 0)
        assert "10:10" in refused.value.detail
    limit("door:desk", THREE, now=NOW + 10 * MINUTE)
    limit("door:other", THREE, now=NOW)


def test_a_window_that_ends_on_another_day_says_which(db: None) -> None:
    rule = Limit(0, datetime.timedelta(days=1))
    with pytest.raises(TooManyAttempts) as refused:
        limit("door:desk", rule, now=NOW)
    assert "24/11 10:00" in refused.value.detail


def test_what_was_right_is_given_back_or_forgotten(db: None) -> None:
    for _each in range(10):
        limit("door:desk", THREE, now=NOW)
        give_back("door:desk")
    for _each in range(3):
        limit("door:desk", THREE, now=NOW)
    forget("door:desk")
    limit("door:desk", THREE, now=NOW)


def test_a_key_is_kept_as_a_digest_and_for_its_window_only(db: None) -> None:
    limit("password:an@mail.example", THREE, now=NOW)
    assert "an@mail" not in str(LimitCount.objects.values())
    assert clear_ended(now=NOW) == 0
    assert clear_ended(now=NOW + 10 * MINUTE) == 1


@pytest.mark.django_db(transaction=True)
def test_of_forty_attempts_at_once_on_eight_connections_exactly_ten_pass() -> None:
    rule = Limit(10, MINUTE)

    def attempt(_number: int) -> bool:
        try:
            limit("race:one", rule, now=NOW)
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        passed = list(pool.map(attempt, range(40)))
    assert sum(passed) == 10
    assert LimitCount.objects.get().count == 40


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_counted_one_by_one(therapist: User) -> None:
    with_password(therapist)

    def guess(number: int) -> str:
        try:
            return give_password(Client(), therapist.email, f"wrong guess number {number}").content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(guess, range(8)))
    assert sum("Te veel pogingen" in page or "Too many attempts" in page for page in pages) == 3
    assert SecurityEvent.objects.filter(kind="sign_in_failed", subject_id=therapist.pk).count() == 5
    assert SecurityEvent.objects.filter(kind="locked_out", subject_id=therapist.pk).count() == 1


def test_who_guesses_locks_out_that_address_and_not_the_colleague(therapist: User) -> None:
    with_password(therapist)
    thief, colleague = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _each in range(6):
        give_password(thief, therapist.email, "wrong guess, again")
    assert give_password(thief, therapist.email).status_code == 200
    assert give_password(colleague, therapist.email).status_code == 302


def test_the_lockout_ends(therapist: User, client: Client) -> None:
    with_password(therapist)
    for _each in range(6):
        give_password(client, therapist.email, "wrong guess, again")
    assert give_password(client, therapist.email).status_code == 200
    LimitCount.objects.update(ends_at=NOW - datetime.timedelta(days=1))
    assert give_password(client, therapist.email, PASSWORD).status_code == 302
