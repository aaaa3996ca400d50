"""All rows of one patient that become resources, read in one statement.

A record has rows in some fifteen tables. One query for each, and the joins that they need, would be more than a request
should cost; here each table gives its rows as JSON, and the models make of them what they make of any row. What rows
have in common (measures, exercises, texts of pathways) comes once, in the same statement.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from accounts.models import Practitioner
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    Exercise,
    ExercisePrescription,
    Goal,
    InstrumentText,
    OutcomeResponse,
    Pathway,
    PathwayVersion,
    Phase,
)
from patients.models import (
    Coding,
    Consent,
    Encounter,
    EpisodeOfCare,
    ExternalPractitioner,
    IntakeResponse,
    Measure,
    Observation,
    Patient,
    Prescription,
    PrivacyText,
    Questionnaire,
    SessionNote,
)
from scheduling.models import Appointment, Room

_OWN = "patient_id = %(patient)s"
_OF_EPISODE = f"episode_id IN (SELECT id FROM {EpisodeOfCare._meta.db_table} WHERE {_OWN})"  # noqa: S608
_OF_PLAN = f"plan_id IN (SELECT id FROM {CarePlan._meta.db_table} WHERE {_OWN})"  # noqa: S608
_OF_GOALS = f"key IN (SELECT measure_key FROM {Goal._meta.db_table} WHERE {_OF_PLAN})"  # noqa: S608
_OWN_DOCTOR = f"id IN (SELECT general_practitioner_id FROM {Patient._meta.db_table} WHERE id = %(patient)s)"  # noqa: S608
# The rows of the patient: model, and which rows those are.
_ROWS: Mapping[type[models.Model], str] = {
    EpisodeOfCare: _OWN,
    Prescription: _OF_EPISODE,
    Encounter: _OWN,
    Observation: _OWN,
    IntakeResponse: _OF_EPISODE,
    Classification: _OF_EPISODE,
    Appointment: _OWN,
    Consent: _OWN,
    CarePlan: _OWN,
    Phase: _OF_PLAN,
    Goal: _OF_PLAN,
    ExercisePrescription: _OF_PLAN,
    Decision: _OF_PLAN,
    DiaryEntry: _OWN,
    OutcomeResponse: _OWN,
    SessionNote: _OWN,
}


def _named(model: type[models.Model], column: str, *, by: str = "id") -> str:
    return f"{by} IN (SELECT {column} FROM {model._meta.db_table} WHERE {_ROWS[model]})"  # noqa: S608


# What those rows name: only what some row names, or, where there are few, all.
_SHARED: Mapping[type[models.Model], str] = {
    Measure: f"{_named(Observation, 'measure_id', by='key')} OR {_OF_GOALS}",
    Exercise: _named(ExercisePrescription, "exercise_id", by="code"),
    Questionnaire: _named(IntakeResponse, "questionnaire_id"),
    InstrumentText: _named(OutcomeResponse, "text_id"),
    PathwayVersion: f"{_named(CarePlan, 'pathway_version_id')} OR {_named(Classification, 'pathway_version_id')}",
    Pathway: "true",
    PrivacyText: _named(Consent, "text_id"),
    ExternalPractitioner: f"{_named(Prescription, 'prescriber_id')} OR {_OWN_DOCTOR}",
    Practitioner: "true",
    Room: _named(Appointment, "room_id"),
    Coding: "certainty IN ('verified', 'confirmed')",
}
# Long columns that no resource needs.
_UNREAD: Mapping[type[models.Model], tuple[str, ...]] = {
    PathwayVersion: ("document", "measures", "exercises", "references"),
    InstrumentText: ("items",),
    Exercise: ("document",),
    Classification: ("result",),
    PrivacyText: ("body",),
}


@dataclass(frozen=True, slots=True)
class Record:
    """The rows by model, in the order of the model, with their relations filled in."""

    rows: Mapping[type[models.Model], Sequence[Any]]

    def of(self, model: type[models.Model]) -> Sequence[Any]:
        """Return the rows of a model."""
        return self.rows.get(model, ())


def read_record(patient: Patient) -> Record:
    """Return everything of a patient that becomes a resource. One query, however long the record."""
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"patient": patient.pk})
        found = {table: json.loads(rows) if isinstance(rows, str) else rows for table, rows in cursor.fetchall()}
    rows = {model: _made(model, found[model._meta.db_table]) for model in (*_ROWS, *_SHARED)}
    _relate(rows)
    return Record(rows)


def _select(model: type[models.Model], condition: str) -> str:
    table = model._meta.db_table
    left_out = "".join(f" - '{column}'" for column in _UNREAD.get(model, ()))
    order = ", ".join(_column(model, each) for each in (model._meta.ordering or ["pk"]))
    rows = f"jsonb_agg(to_jsonb(t){left_out} ORDER BY {order})"
    return f"SELECT '{table}', coalesce({rows}, '[]') FROM {table} t WHERE {condition}"  # noqa: S608


def _column(model: type[models.Model], name: Any) -> str:
    """SQL of one part of a model's ordering; names of fields only, which is all that these models use."""
    bare = str(name).removeprefix("-")
    field = model._meta.pk if bare == "pk" else model._meta.get_field(bare)
    direction = " DESC" if str(name).startswith("-") else ""
    return f't."{field.column}"{direction}'  # type: ignore[union-attr]


_STATEMENT = " UNION ALL ".join(_select(model, condition) for model, condition in {**_ROWS, **_SHARED}.items())


def _made(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Make rows of a model from JSON; what was left out is deferred. Rows of one table have the same columns."""
    columns = rows[0] if rows else {}
    fields: list[Any] = [each for each in model._meta.concrete_fields if each.column in columns]
    names, read = [each.attname for each in fields], [(each.column, _reader(each)) for each in fields]
    return [model.from_db(None, names, [make(row[column]) for column, make in read]) for row in rows]


def _reader(field: Any) -> Callable[[Any], Any]:
    """Return how a column comes out of JSON."""
    target = field
    while getattr(target, "remote_field", None) is not None:
        target = target.target_field
    if isinstance(target, models.JSONField):
        return lambda value: value
    if isinstance(target, models.DecimalField):
        return lambda value: None if value is None else Decimal(str(value))
    if isinstance(target, models.UUIDField):
        return lambda value: None if value is None else UUID(value)
    read: Callable[[Any], Any] = target.to_python
    return read


def _relate(rows: Mapping[type[models.Model], Sequence[Any]]) -> None:
    """Let each row hold the rows that it names, where they are here, as `select_related` would."""
    by_key = {model: {each.pk: each for each in each_rows} for model, each_rows in rows.items()}
    for model, each_rows in rows.items():
        links = [each for each in model._meta.concrete_fields if each.remote_field and each.related_model in by_key]
        for link in links:
            known: Any = by_key[link.related_model]  # type: ignore[index]
            for row in each_rows:
                other = known.get(getattr(row, link.attname))
                if other is not None:
                    setattr(row, link.name, other)
