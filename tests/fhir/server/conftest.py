"""A practice with one of everything, and programs that ask it things over FHIR."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts import api_throttle
from accounts.models import User
from accounts.tokens import issue
from patients.models import Consent, PrivacyText
from tests.people import NOW
from tests.planted import planted_once
from tests.security.practice import Practice, plant

BASE = "/fhir/R4"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server see the day of the tests."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def _many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one program ask more in a second than a token's share (accounts.api_throttle)."""
    for name in ("STAFF", "PATIENT"):
        monkeypatch.setattr(api_throttle, name, 100_000)


def plant_with_consents() -> Practice:
    """Make the practice, with a consent of each patient."""
    planted = plant()
    text = PrivacyText.objects.create(
        kind="research", version=1, title="Onderzoek", body="Tekst", published_at=NOW, published_by=planted.owner
    )
    for record in (planted.record, planted.other):
        Consent.objects.create(
            patient=record.patient, text=text, kind="research", choice="given", how="portal", made_by=record.user
        )
    return planted


@pytest.fixture(scope="module")
def planted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Practice]:
    with planted_once(plant_with_consents, django_db_blocker) as made:
        yield made


@pytest.fixture
def practice(planted: Practice, db: None) -> Practice:
    """The practice as it was made, in objects of the test's own."""
    return copy.deepcopy(planted)


class Program:
    """A program with a token of somebody."""

    def __init__(self, user: User) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {issue(user)}"}, raise_request_exception=False)

    def get(self, path: str, params: Any = None, **headers: str) -> Any:
        """Return the answer to a GET below the base."""
        return self.client.get(f"{BASE}/{path}", params or {}, headers=headers)

    def post(self, path: str, params: str = "", **headers: str) -> Any:
        """Return the answer to a form below the base."""
        return self.client.post(
            f"{BASE}/{path}", params, content_type="application/x-www-form-urlencoded", headers=headers
        )

    def ids(self, path: str, params: Any = None) -> list[str]:
        """Return the ids that a search found, of what matched."""
        answer = self.get(path, params)
        assert answer.status_code == 200, answer.content
        return matched(answer.json())


def matched(bundle: Any) -> list[str]:
    """Return the ids of what a Bundle holds as a match."""
    return [each["resource"]["id"] for each in bundle.get("entry", []) if each["search"]["mode"] == "match"]


def issue_of(answer: Any) -> Any:
    """Return the one issue of an OperationOutcome, which came as FHIR says."""
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    [found] = body["issue"]
    return found


@pytest.fixture
def program_of() -> Callable[[User], Program]:
    return Program


@pytest.fixture
def therapist_program(practice: Practice) -> Program:
    """A program of the therapist who treats."""
    return Program(practice.treating.user)
