"""The running plan, on the day of the tests, for the pages of the portal."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.people import NOW
from tests.running_plan import plan, version

__all__ = ["plan", "version"]


@pytest.fixture
def phone(client_of: Callable[[User], Client], patient_user: User) -> Client:
    """The browser of the patient, signed in."""
    return client_of(patient_user)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages see the day of the tests; domain functions get their `now` as an argument."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
