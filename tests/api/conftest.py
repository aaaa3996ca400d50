"""The practice of the examples, on the day of the tests, and the document that describes the API."""

from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from fysicure.api_document.snapshot import document
from tests.api.practice import Practice, plant
from tests.people import NOW


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the API see the day of the tests, and let no count of one test reach the next."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    caches["counters"].clear()


@pytest.fixture
def practice(db: None) -> Practice:
    return plant()


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """The whole document, as `/api/schema/` serves it."""
    return document()
