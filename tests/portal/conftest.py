"""The running plan, on the day of the tests, for the pages of the portal."""

import pytest
from django.utils import timezone

from tests.people import NOW
from tests.running_plan import plan, version

__all__ = ["plan", "version"]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages see the day of the tests; domain functions get their `now` as an argument."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
