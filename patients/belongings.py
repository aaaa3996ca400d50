"""What belongs to one person: rows of every room, found by following foreign keys and never by a hand-kept list.

A row belongs to a patient when it names the patient (as a foreign key, or as a bare `patient_id`), when a required
foreign key leads to a row that does, or when it is the history of a row that does. The same walk from an account, along
what would go with it, finds what belongs to a user.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from accounts.models import User
from patients.models import Patient

Model = type[models.Model]
# Rows that name a patient or a user by a bare id, and stay: they hold nothing else of the person.
KEPT: dict[str, str] = {
    "accounts.AccessLog": "who opened the record: ids only, kept for accountability (GDPR article 5(2))",
    "accounts.SecurityEvent": "what happened to accounts and records: ids and codes only",
    "patients.Erasure": "the proof of the erasure itself",
}
HISTORY = "pgh_obj"


@dataclass(frozen=True, slots=True)
class Link:
    """A column through which rows of `model` belong to a row of `target`."""

    model: Model
    column: str
    target: Model


@dataclass(slots=True)
class Belongings:
    """For each model the keys of the rows that belong to someone, parents first."""

    keys: dict[Model, set[Any]] = field(default_factory=dict)

    def of(self, model: Model) -> set[Any]:
        """Return the keys of a model's rows; none when nothing of it belongs to the person."""
        return self.keys.get(model, set())

    def counts(self) -> dict[str, int]:
        """Return how many rows of each model there are, where there are any."""
        return {model._meta.label: len(keys) for model, keys in self.keys.items() if keys}


def is_history(model: Model) -> bool:
    """Whether a model holds the history of another one (pghistory)."""
    return any(each.name == HISTORY for each in model._meta.concrete_fields)


def every_model() -> list[Model]:
    """Return every model with a table of its own, those between two others included."""
    return [each for each in apps.get_models(include_auto_created=True) if each._meta.managed and not each._meta.proxy]


def foreign_keys(model: Model) -> Iterator[Any]:
    """Yield the foreign keys of a model."""
    for each in model._meta.concrete_fields:
        if each.is_relation and each.related_model is not None:
            yield each


def _bare(model: Model, name: str) -> bool:
    """Whether a model names someone by a bare id in a column."""
    plain = any(each.name == name and isinstance(each, models.UUIDField) for each in model._meta.concrete_fields)
    return plain and model._meta.label not in KEPT


def _links_of(model: Model, owned: set[Model]) -> list[Link]:
    """Return the columns through which a model's rows belong to a patient, given the models that are known to."""
    keys = list(foreign_keys(model))
    direct = [Link(model, each.attname, Patient) for each in keys if each.name == "patient"]
    if _bare(model, "patient_id"):
        direct.append(Link(model, "patient_id", Patient))
    past = [Link(model, each.attname, each.related_model) for each in keys if each.name == HISTORY]
    past = [each for each in past if each.target in owned]
    if direct:
        return direct + past
    needed = [each for each in keys if not each.null and each.name != HISTORY and each.related_model in owned]
    return past + [Link(model, each.attname, each.related_model) for each in needed if each.related_model != model]


@cache
def patient_links() -> dict[Model, list[Link]]:
    """Return for each model whose rows belong to patients the columns by which they do, parents first."""
    links: dict[Model, list[Link]] = {Patient: []}
    while True:
        found = {
            model: rows
            for model in every_model()
            if model not in links and model is not User and (rows := _links_of(model, set(links)))
        }
        if not found:
            break
        links |= found
    complete = {model: _links_of(model, set(links)) for model in links if model is not Patient}
    return {Patient: [], **_parents_first(complete)}


def _parents_first(links: dict[Model, list[Link]]) -> dict[Model, list[Link]]:
    """Order models so that each comes after those that its rows hang on; history comes right after its model."""
    done: dict[Model, list[Link]] = {}
    waiting = dict(links)
    while waiting:
        ready = [m for m, rows in waiting.items() if all(r.target is Patient or r.target in done for r in rows)]
        if not ready:
            raise RuntimeError("Models hang on each other in a circle.")
        for model in sorted(ready, key=lambda m: (not is_history(m), m._meta.label)):
            done[model] = waiting.pop(model)
    return done


@cache
def user_links() -> dict[Model, list[Link]]:
    """Return for each model whose rows go with an account the columns by which they do, parents first."""
    links: dict[Model, list[Link]] = {User: []}
    added = True
    while added:
        added = False
        for model in every_model():
            rows = [] if model in links or model is Patient else _account_links(model, set(links))
            if rows:
                links[model] = rows
                added = True
    return links


def _account_links(model: Model, owned: set[Model]) -> list[Link]:
    going = [
        Link(model, each.attname, each.related_model)
        for each in foreign_keys(model)
        if each.related_model in owned and (each.name == HISTORY or each.remote_field.on_delete is models.CASCADE)
    ]
    return [*going, Link(model, "user_id", User)] if _bare(model, "user_id") else going


def belongings_of(patient_id: UUID) -> Belongings:
    """Return the keys of all rows of a patient. One query for each column that leads there, however long the record."""
    return _walk(patient_links(), Patient, {patient_id})


def belongings_of_accounts(user_ids: set[UUID]) -> Belongings:
    """Return the keys of all rows that go with some accounts."""
    return _walk(user_links(), User, set(user_ids))


def _walk(links: dict[Model, list[Link]], root: Model, keys: set[Any]) -> Belongings:
    found = Belongings({root: keys})
    for model, columns in links.items():
        if model is root:
            continue
        rows: set[Any] = set()
        for link in columns:
            targets = found.of(link.target)
            if targets:
                rows.update(_manager(model).filter(**{f"{link.column}__in": targets}).values_list("pk", flat=True))
        found.keys[model] = rows
        _remember_former(found, model, rows)
    return found


def _remember_former(found: Belongings, model: Model, rows: set[Any]) -> None:
    """Rows that are gone, but whose history is there, may still have rows that hang on them."""
    if rows and is_history(model):
        tracked = model._meta.get_field(HISTORY).related_model
        if tracked in found.keys and tracked is not Patient:
            former = _manager(model).filter(pk__in=rows).values_list(f"{HISTORY}_id", flat=True)
            found.keys[tracked].update(former)


def _manager(model: Model) -> Any:
    return model._base_manager


def accounts_of(patient: Patient) -> set[UUID]:
    """Return the portal accounts that a patient has or had; an account of staff who are patients too is not theirs."""
    events: Any = Patient._meta.get_field("events").related_model
    former = events.objects.filter(pgh_obj_id=patient.pk, user__isnull=False).values_list("user_id", flat=True)
    ids = {*former, patient.user_id} - {None}
    return set(User.objects.filter(pk__in=ids, role="patient").values_list("pk", flat=True))
