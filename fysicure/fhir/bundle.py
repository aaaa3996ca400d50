"""All that we know of one patient as a Bundle of resources that refer to each other."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from accounts.models import Practitioner
from fysicure.fhir.appointment import appointment
from fysicure.fhir.care_plan import care_plan
from fysicure.fhir.consent import consent
from fysicure.fhir.diary import diary_entry
from fysicure.fhir.elements import PRACTICE, Resource, address, instant
from fysicure.fhir.encounter import encounter
from fysicure.fhir.episode_of_care import condition, episode_of_care
from fysicure.fhir.goal import goal
from fysicure.fhir.location import location
from fysicure.fhir.lookup import Lookup, lookup_of
from fysicure.fhir.observation import observation
from fysicure.fhir.organization import organization
from fysicure.fhir.patient import patient as patient_resource
from fysicure.fhir.practitioner import practitioner
from fysicure.fhir.provenance import provenance_of_decision, provenance_of_intake, provenance_of_note
from fysicure.fhir.questionnaire_response import intake_response, outcome_response
from fysicure.fhir.record import Record, read_record
from fysicure.fhir.service_request import service_request
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    ExercisePrescription,
    Goal,
    OutcomeResponse,
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
    SessionNote,
)
from scheduling.models import Appointment, Room


def bundle(resources: Iterable[Resource], *, now: datetime.datetime, base: str = "") -> Resource:
    """Return a collection. Each entry has a full address under `base`, so that references inside it resolve."""
    root = base or address()
    entries = [{"fullUrl": f"{root}/{each['resourceType']}/{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": instant(now), "entry": entries}


def everything(patient: Patient) -> list[Resource]:
    """Return all resources of one patient, and what they name: practice, therapists, doctors, rooms. One query."""
    return resources_of(patient, read_record(patient))


def resources_of(patient: Patient, record: Record) -> list[Resource]:
    """Return the resources of rows that were read. No query."""
    lookup = lookup_of(record.of(Coding), record.of(Practitioner), [patient])
    own = [patient_resource(patient), *_care(record, lookup), *_found(record, lookup), *_plans(record, lookup)]
    return [*own, *_named(record, set(references(own)))]


def _named(record: Record, names: set[str]) -> Iterator[Resource]:
    """The practice, its people and rooms, and doctors outside it, as far as they are named."""
    if PRACTICE in names:
        yield organization()
    people = [*record.of(Practitioner), *record.of(ExternalPractitioner)]
    yield from (practitioner(row) for row in people if f"Practitioner/{row.pk}" in names)
    yield from (location(row) for row in record.of(Room) if f"Location/{row.pk}" in names)


def _care(record: Record, lookup: Lookup) -> Iterator[Resource]:
    """Episodes with their complaint, orders, contacts, visits and choices about data."""
    concluded = _latest(record.of(Classification))
    orders = _by(record.of(Prescription), "episode_id")
    for episode in record.of(EpisodeOfCare):
        yield episode_of_care(episode, orders=orders[episode.pk])
        yield condition(episode, classification=concluded.get(episode.pk), lookup=lookup)
    yield from (service_request(row, lookup=lookup) for row in record.of(Prescription))
    visits = {row.encounter_id: row.pk for row in record.of(Appointment)}
    yield from (encounter(row, visit=visits.get(row.pk)) for row in record.of(Encounter))
    yield from map(appointment, record.of(Appointment))
    yield from filter(None, map(consent, record.of(Consent)))
    yield from (provenance_of_note(row, lookup=lookup) for row in record.of(SessionNote))


def _latest(rows: Sequence[Classification]) -> dict[Any, Classification]:
    """The newest classification of each episode; they come newest first."""
    return {row.episode_id: row for row in reversed(rows)}


def _found(record: Record, lookup: Lookup) -> Iterator[Resource]:
    """What was measured, answered and logged."""
    replaced = {row.replaces_id for row in record.of(Observation)}
    for row in record.of(Observation):
        yield observation(row, lookup=lookup, is_replaced=row.pk in replaced)
    yield from (diary_entry(row, lookup=lookup) for row in record.of(DiaryEntry))
    for intake in record.of(IntakeResponse):
        yield intake_response(intake)
        if intake.status == IntakeResponse.Status.COMPLETED:
            yield provenance_of_intake(intake)
    yield from (outcome_response(row, lookup=lookup) for row in record.of(OutcomeResponse))


def _plans(record: Record, lookup: Lookup) -> Iterator[Resource]:
    measures = {row.pk: row for row in record.of(Measure)}
    parts: Any = [_by(record.of(model), "plan_id") for model in (ExercisePrescription, Goal, Phase)]
    exercises, goals, phases = parts
    for plan in record.of(CarePlan):
        yield care_plan(plan, exercises=exercises[plan.pk], goals=goals[plan.pk], phases=phases[plan.pk], lookup=lookup)
        for aim in goals[plan.pk]:
            measure = measures.get(aim.measure_key)
            words = {"label": measure.label, "unit": measure.unit} if measure else {}
            yield goal(aim, plan=plan, lookup=lookup, **words)
    known = {str(row.pk) for model in (Observation, DiaryEntry) for row in record.of(model)}
    yield from (provenance_of_decision(row, lookup=lookup, known=known) for row in record.of(Decision))


def _by(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def references(value: Any) -> Iterator[str]:
    """Yield every reference that stands anywhere in some resources."""
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)
