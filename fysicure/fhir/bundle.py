"""All that we know of one patient as a Bundle of resources that refer to each other."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from accounts.models import Practitioner
from fysicure.fhir.appointment import appointment
from fysicure.fhir.care_plan import care_plan
from fysicure.fhir.consent import consent
from fysicure.fhir.diary import diary_entry
from fysicure.fhir.elements import Resource, address, instant
from fysicure.fhir.encounter import encounter
from fysicure.fhir.episode_of_care import condition, episode_of_care
from fysicure.fhir.goal import goal
from fysicure.fhir.observation import observation
from fysicure.fhir.patient import patient as patient_resource
from fysicure.fhir.practitioner import practitioner
from fysicure.fhir.questionnaire_response import intake_response, outcome_response
from fysicure.fhir.service_request import service_request
from pathways.models import ExercisePrescription, Goal
from patients.models import ExternalPractitioner, IntakeResponse, Patient, Prescription


def bundle(resources: Iterable[Resource], *, now: datetime.datetime, base: str = "") -> Resource:
    """Return a collection. Each entry has a full address under `base`, so that references inside it resolve."""
    root = base or address()
    entries = [{"fullUrl": f"{root}/{each['resourceType']}/{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "timestamp": instant(now), "entry": entries}


def everything(patient: Patient) -> list[Resource]:
    """Return all resources of one patient, and the therapists and doctors that they name. About fifteen queries."""
    own = [patient_resource(patient), *_record(patient), *_plans(patient)]
    named = {each.removeprefix("Practitioner/") for each in references(own) if each.startswith("Practitioner/")}
    therapists = [practitioner(row) for row in Practitioner.objects.filter(pk__in=named)]
    doctors = [practitioner(row) for row in ExternalPractitioner.objects.filter(pk__in=named)]
    return [*own, *therapists, *doctors]


def _record(patient: Patient) -> Iterator[Resource]:
    for episode in patient.episodes.all():
        yield episode_of_care(episode)
        yield condition(episode)
    orders = Prescription.objects.filter(episode__patient=patient).select_related("episode")
    yield from map(service_request, orders)
    yield from map(encounter, patient.encounters.all())
    yield from map(observation, patient.observations.select_related("measure", "replaced_by"))
    intakes = IntakeResponse.objects.filter(episode__patient=patient).select_related(
        "episode", "questionnaire", "encounter"
    )
    yield from map(intake_response, intakes)
    yield from map(appointment, patient.appointments.all())
    yield from filter(None, map(consent, patient.consents.select_related("text")))


def _plans(patient: Patient) -> Iterator[Resource]:
    exercises: dict[Any, list[ExercisePrescription]] = defaultdict(list)
    for each in ExercisePrescription.objects.filter(plan__patient=patient).select_related("exercise"):
        exercises[each.plan_id].append(each)
    goals: dict[Any, list[Goal]] = defaultdict(list)
    for aim in Goal.objects.filter(plan__patient=patient):
        goals[aim.plan_id].append(aim)
    for plan in patient.care_plans.select_related("pathway_version__pathway"):
        yield care_plan(plan, exercises=exercises[plan.pk], goals=goals[plan.pk])
        yield from (goal(aim, plan=plan) for aim in goals[plan.pk])
    yield from map(diary_entry, patient.diary.all())
    yield from map(outcome_response, patient.outcome_responses.all())


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
