"""The practice of the examples, on the day of the tests, and the document that describes the API."""

from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.utils import timezone

from accounts.webhooks.replay import send_test
from fysicure.api_document.snapshot import document
from tests.api.practice import Practice, other_side, plant
from tests.people import NOW


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the API see the day of the tests, ask no other program, and let no count of one test reach the next."""
    monkeypatch.setattr("accounts.webhooks.api.send_test", partial(send_test, via=other_side))
    clock = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.default is clock:  # taken when the model was read, before the line above
                monkeypatch.setitem(field.__dict__, "_get_default", timezone.now)
    caches["counters"].clear()


@pytest.fixture
def practice(db: None) -> Practice:
    return plant()


@pytest.fixture(scope="session")
def openapi() -> dict[str, Any]:
    """The whole document, as `/api/schema/` serves it."""
    return document()
