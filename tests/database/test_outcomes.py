"""What the database refuses about questionnaires."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction

from accounts.models import User
from pathways.models import Instrument, InstrumentText, OutcomeResponse
from patients.models import EpisodeOfCare
from tests.people import NOW


@pytest.fixture
def instrument(db: None) -> Instrument:
    return Instrument.objects.create(key="scale", title="Scale")


@pytest.fixture
def text(instrument: Instrument, owner: User) -> Callable[..., InstrumentText]:
    def make(**fields: Any) -> InstrumentText:
        values = {"items": ["one"], "permission": "A letter.", "entered_by": owner, **fields}
        row: InstrumentText = InstrumentText.objects.create(instrument=instrument, **values)
        return row

    return make


@pytest.fixture
def response(instrument: Instrument, episode: EpisodeOfCare, therapist: User) -> Callable[..., OutcomeResponse]:
    def make(**fields: Any) -> OutcomeResponse:
        row: OutcomeResponse = OutcomeResponse.objects.create(
            patient=episode.patient, episode=episode, instrument=instrument, answers={"1": 2}, source="visit",
            client_key="key", entered_by=therapist, answered_at=NOW, **fields,
        )  # fmt: skip
        return row

    return make


def refuses_change(row: models.Model, **change: Any) -> None:
    rows = type(row)._default_manager.filter(pk=row.pk)
    for act in (lambda: rows.update(**change), rows.delete):
        with pytest.raises(DatabaseError, match="Cannot (update|delete)"), transaction.atomic():
            act()


def test_answers_are_saved_once(response: Callable[..., OutcomeResponse]) -> None:
    response()
    with pytest.raises(IntegrityError, match="pathways_outcome_client_key_once"), transaction.atomic():
        response()


def test_a_version_of_a_text_is_typed_once(text: Callable[..., InstrumentText]) -> None:
    text()
    text(language="fr")
    text(version=2)
    with pytest.raises(IntegrityError, match="pathways_instrumenttext_version_once"), transaction.atomic():
        text()


def test_answers_are_never_changed_or_removed(response: Callable[..., OutcomeResponse]) -> None:
    refuses_change(response(), score=3)


def test_a_text_is_never_changed_or_removed(text: Callable[..., InstrumentText]) -> None:
    refuses_change(text(), permission="Something else.")
