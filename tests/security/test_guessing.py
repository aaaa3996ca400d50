"""Secrets, passwords and ids that are guessed: one answer to all that is wrong, and an end to trying (ASVS 6.3.1)."""

import re
import secrets
import string
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from accounts.models import SecurityEvent, User
from accounts.tokens import issue
from scheduling.feed_limits import PER_MINUTE
from tests.accounts.signing_in import PASSWORD, give_password, is_signed_in, with_password
from tests.security.addresses import addresses
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _counts_from_nought() -> Iterator[None]:
    caches["counters"].clear()
    yield
    caches["counters"].clear()


def guesses(right: str, count: int) -> list[str]:
    """Secrets of the right shape: random ones, and the right one with a character changed, added or gone."""
    letters = string.ascii_letters + string.digits + "-_"
    near = [right[:-1] + ("A" if right[-1] != "A" else "B"), right[:-1], f"{right}A", right.swapcase(), right[::-1]]
    return near + ["".join(secrets.choice(letters) for _each in right) for _number in range(count - len(near))]


def shape(answer: Any) -> tuple[int, int, str, frozenset[str]]:
    names = frozenset(name for name in answer.headers if name not in {"Set-Cookie", "X-Request-ID", "Retry-After"})
    return answer.status_code, len(answer.content), answer.get("Content-Type", ""), names


def test_a_secret_of_a_calendar_is_not_guessed(practice: Practice) -> None:
    client, right = Client(), practice.record.feed
    tries = [each for each in guesses(right, PER_MINUTE) if each]
    seen = {shape(client.get(reverse("calendar-feed", args=[each]))) for each in tries}
    assert {status for status, *_rest in seen} == {404}
    assert len(seen) == 1
    assert client.get(reverse("calendar-feed", args=[right])).status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.get(reverse("calendar-feed", args=[right])).status_code == 200


@pytest.mark.parametrize("name", ["accept-invitation", "accounts:link", "stop-messages"])
def test_a_link_that_is_guessed_tells_nothing(name: str, practice: Practice) -> None:
    right = {"stop-messages": practice.record.stop.rstrip("/").rsplit("/", 1)[-1]}.get(name) or secrets.token_urlsafe(
        32
    )
    client, seen = Client(), set()
    for each in guesses(right, 20):
        answer = client.get(reverse(name, args=[each]))
        assert practice.record.patient.family_name not in answer.content.decode()
        seen.add((answer.status_code, answer.get("Content-Type")))
        posted = client.post(reverse(name, args=[each]), {"birth_date": "1997-03-14"})
        assert posted.status_code in {404, 409, 410, 422, 429}, posted.status_code
        assert practice.record.patient.family_name not in posted.content.decode()
    assert len(seen) == 1
    assert not is_signed_in(client)


def test_birth_dates_on_links_are_counted_by_address(practice: Practice) -> None:
    client = Client()
    path = [reverse("accept-invitation", args=[secrets.token_urlsafe(32)]) for _each in range(35)]
    answers = [client.post(each, {"birth_date": "1997-03-14"}).status_code for each in path]
    assert answers[0] == 409
    assert answers[-1] == 429


@pytest.mark.nightly
def test_a_password_is_not_guessed(practice: Practice) -> None:
    """Many passwords for one, then one password for many: both end, and the log tells."""
    therapist = practice.treating.user
    with_password(therapist)
    thief = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(7):
        assert give_password(thief, therapist.email, f"a wrong guess, number {number}").status_code == 200
    assert give_password(thief, therapist.email, PASSWORD).status_code == 200
    assert not is_signed_in(thief)
    assert SecurityEvent.objects.filter(kind="locked_out", subject_id=therapist.pk).exists()
    spent = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(120):
        if give_password(spent, f"somebody{number}@mail.example", "welkom in de praktijk").status_code == 429:
            break
    assert give_password(spent, therapist.email, PASSWORD).status_code == 429
    assert not is_signed_in(spent)


def test_a_code_by_mail_is_not_guessed(practice: Practice) -> None:
    client = Client()
    client.post("/account/code/", {"email": practice.record.user.email})
    answers = [client.post("/account/code/enter/", {"code": f"{number:06d}"}).status_code for number in range(30)]
    assert set(answers) <= {302, 422, 429}
    assert not is_signed_in(client)


def test_a_token_of_the_api_is_not_guessed(practice: Practice) -> None:
    token = issue(practice.treating.user)
    seen = set()
    for each in guesses(token, 40):
        answer = Client().get("/api/v1/patients/", headers={"Authorization": f"Bearer {each}"})
        seen.add((answer.status_code, answer.content))
        assert answer["WWW-Authenticate"] == "Bearer"
    assert len(seen) == 1
    assert {status for status, _body in seen} == {401}


# Rooms of the practice: everybody who signs in may know them.
OPEN_TO_ALL = {"room-detail", "fhir:read-Location"}


@pytest.mark.nightly
def test_numbers_in_addresses_lead_to_nothing_of_another(practice: Practice, client_of: SignIn) -> None:
    """Addresses that do count (versions, templates, exercises): every number near, as a patient and as the desk."""
    for role in ("another patient", "receptionist"):
        user = practice.user(role)
        assert user is not None
        client = client_of(user)
        for address in addresses(practice, practice.record):
            found = re.search(r"/(\d+)/", address.path)
            if found is None or address.name in OPEN_TO_ALL:
                continue
            for number in (*range(0, 12), 2**31, 2**63, -1):
                path = address.path.replace(found[0], f"/{number}/", 1)
                answer = client.get(path)
                assert answer.status_code in {403, 404, 405}, (role, path, answer.status_code)
                assert practice.record.patient.family_name not in answer.content.decode()
