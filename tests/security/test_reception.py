"""No clinical word in anything that the desk or the owner can open (ASVS 8.2.3): every clinical text is a canary."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patients.models import Patient
from tests.security.addresses import addresses, admin_addresses, ask, body_of
from tests.security.practice import Practice, plant

pytestmark = [pytest.mark.django_db, pytest.mark.owner]  # who plants canaries in a history must own it
ClientOf = Callable[[User], Client]
CANARY = "Zwkanarievogel"
# The name of a phase is the pathway's word, not one about a person: the owner counts plans by it.
OF_THE_PATHWAY = {("phase", "title")}
# Names by which programs find a row again, and texts that carry no word of a person.
NO_WORDS = {"key", "source_key", "client_key", "idempotency_key", "citation"}


def clinical_models() -> Iterator[type[models.Model]]:
    """Every model of the record and of the plans whose rows hang on a patient, and their history."""
    for label in ("patients", "pathways"):
        for model in apps.get_app_config(label).get_models():
            names = {field.name for field in model._meta.concrete_fields if field.is_relation}
            is_person = model is Patient or model.__name__ == "PatientEvent"
            if names & {"patient", "episode", "plan", "note", "encounter"} and not is_person:
                yield model


def texts_of(model: type[models.Model]) -> list[str]:
    """The fields of a model in which somebody writes freely."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and (field.max_length or 1000) >= 60
        and field.name not in NO_WORDS
        and (model._meta.model_name, field.name) not in OF_THE_PATHWAY
    ]


def put_canaries() -> int:
    """Write the canary into every clinical text; return how many texts there were."""
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET session_replication_role = replica")
        for model in clinical_models():
            for name in texts_of(model):
                count += model._base_manager.update(**{name: CANARY})
        cursor.execute("SET session_replication_role = origin; SET CONSTRAINTS ALL DEFERRED")
    return count


@pytest.fixture
def practice(db: None) -> Practice:
    """A practice of each test's own: one that is made once for the module would have to outlive the change of role."""
    return plant()


@pytest.fixture
def canaries(practice: Practice) -> Practice:
    assert put_canaries() > 60
    return practice


def leaks(client: Client, practice: Practice, *, but: str = "-") -> list[str]:
    found = []
    for address in addresses(practice, practice.record):
        for method in address.methods() if not address.name.startswith(but) else []:
            response = ask(client, address, method)
            if CANARY in body_of(response).decode(errors="replace"):
                found.append(f"{method} {address.name}")
    rows: dict[Any, Any] = {model: model._base_manager.first() for model in admin.site._registry}
    for path, _model in admin_addresses(rows):
        if CANARY in client.get(path).content.decode(errors="replace"):
            found.append(f"GET {path}")
    return found


@pytest.mark.parametrize("role", ["receptionist", "owner"])
def test_no_page_holds_a_clinical_word(role: str, canaries: Practice, client_of: ClientOf) -> None:
    user = canaries.user(role)
    assert user is not None
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)  # even so
    user.refresh_from_db()
    client = client_of(user)
    client.raise_request_exception = False
    # The owner answers what patients ask about their data, and hands out records: those words are no care.
    found = leaks(client, canaries, but="privacy:" if role == "owner" else "-")
    assert not found, "\n".join(found)


def test_search_feed_and_partials_hold_none_either(canaries: Practice, client_of: ClientOf, client: Client) -> None:
    desk = client_of(canaries.receptionist)
    part = {"HX-Request": "true", "HX-Target": "results"}
    asked = [
        desk.post(reverse("patients:search"), {"q": CANARY}, headers=part),
        desk.post(reverse("patient-search"), {"q": CANARY}, content_type="application/json"),
        desk.get(reverse("scheduling:agenda"), {"day": "2026-12-01"}),
        desk.get(reverse("scheduling:day-sheet"), {"day": "2026-12-01"}),
        desk.get(
            reverse("scheduling:appointment", args=[canaries.record.visit.pk]), headers={"HX-Target": "visit-panel"}
        ),
        client.get(reverse("calendar-feed", args=[canaries.record.feed])),
    ]
    assert [each.status_code for each in asked] == [200] * len(asked)
    results = [each.content.decode().replace(f'value="{CANARY}"', "") for each in asked]
    assert [CANARY in each for each in results] == [False] * len(asked)


def test_the_canaries_sing_where_they_may(canaries: Practice, client_of: ClientOf) -> None:
    """The test can fail: to who treats, the same words are shown."""
    therapist = client_of(canaries.treating.user)
    assert CANARY in therapist.get(reverse("patients:chart", args=[canaries.record.patient.pk])).content.decode()
    assert (
        CANARY
        not in client_of(canaries.colleague.user)
        .get(reverse("patients:chart", args=[canaries.record.patient.pk]))
        .content.decode()
    )
