"""The two lives that patients of the benchmarks lead: one with a running plan, and one that ended long ago."""

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import Practitioner, User
from benchmarks.practice.names import name_of
from benchmarks.practice.rows import TablePattern, patterns_of
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    ExercisePrescription,
    FollowUp,
    Phase,
    PlanStanding,
)
from pathways.standing import refresh_all
from patients.models import (
    Encounter,
    EpisodeOfCare,
    ExternalPractitioner,
    IntakeResponse,
    Observation,
    Patient,
    Prescription,
    SessionNote,
)
from tests.pathways.stories import log, make_plan, measure, ready_for_p2

ENCOUNTERS, DIARY, DIARY_LONG_AGO = 10, 20, 10
_FAMILY, _GIVEN, _PHONE, _BORN = "@family@", "@given@", "+32499999999", "1901-02-03"
_OWN = {_PHONE: "@phone@", _BORN: "@born@"}
_TABLES: list[tuple[type[Model], str]] = [
    (Patient, "pk"), (EpisodeOfCare, "patient"), (Prescription, "episode__patient"), (Encounter, "patient"),
    (SessionNote, "patient"), (IntakeResponse, "episode__patient"), (Classification, "episode__patient"),
    (Observation, "patient"), (CarePlan, "patient"), (Phase, "plan__patient"),
    (ExercisePrescription, "plan__patient"), (EducationItem, "plan__patient"), (Decision, "plan__patient"),
    (DiaryEntry, "patient"), (FollowUp, "plan__patient"), (PlanStanding, "plan__patient"),
]  # fmt: skip


def own_words(number: int) -> dict[str, str]:
    """Return what the marks of a pattern become for a patient: name, phone and date of birth."""
    family, given = name_of(number)
    born = datetime.date(1945, 1, 1) + datetime.timedelta(days=number * 7919 % 23000)
    return {_FAMILY: family, _GIVEN: given, "@phone@": f"+3247{number % 10_000_000:07}", "@born@": str(born)}


def running_life(practitioner: Practitioner, *, now: datetime.datetime) -> list[TablePattern]:
    """Return the pattern of a runner in the first phase: 10 contacts with notes, 20 diary entries, a kept standing."""
    with transaction.atomic():
        plan = _plan(practitioner, now, weeks=8)
        ready_for_p2(plan, now)
        for day in range(10, 10 + DIARY - 3):
            log(
                plan, day, (0, day % 7, 1, 0), now=now, distance_km=Decimal("3.5"), note="Rustig gelopen, vlak terrein."
            )
        measure(plan, {"hipabd_n": {"L": 180, "R": 150}, "palp_lfc_nprs": {"R": 4}}, days_ago=9, now=now)
        for week in range(1, ENCOUNTERS):
            _contact(plan, practitioner.user, now - datetime.timedelta(weeks=week))
        refresh_all(now=now)
        found = _rows(plan.patient)
        transaction.set_rollback(True)
    return found


def past_life(practitioner: Practitioner, *, now: datetime.datetime) -> list[TablePattern]:
    """Return the pattern of a runner whose plan was completed: one phase, one contact, 10 diary entries, 4 findings."""
    with transaction.atomic():
        plan = _plan(practitioner, now, weeks=12)
        for day in range(10, 10 + DIARY_LONG_AGO):
            log(plan, day, (0, day % 4, 1, 0), now=now)
        measure(plan, {"hipabd_n": {"L": 180, "R": 150}, "palp_lfc_nprs": {"R": 1}}, now=now)
        ended = (now - datetime.timedelta(days=2)).date()
        for model in (FollowUp, EducationItem, ExercisePrescription):
            model.objects.filter(plan=plan).delete()
        Phase.objects.filter(plan=plan).exclude(key="P1").delete()
        Phase.objects.filter(plan=plan).update(status="completed", completed_on=ended)
        CarePlan.objects.filter(pk=plan.pk).update(status="completed", ended_on=ended)
        EpisodeOfCare.objects.filter(pk=plan.episode_id).update(status="finished", ended_on=ended)
        refresh_all(now=now)
        found = _rows(plan.patient)
        transaction.set_rollback(True)
    return found


def _plan(practitioner: Practitioner, now: datetime.datetime, *, weeks: int) -> CarePlan:
    patient = Patient.objects.create(
        family_name=_FAMILY, given_name=_GIVEN, birth_date=_BORN, gender="female", phone=_PHONE,
        street="Statiestraat 12", postal_code="2400", city="Mol", created_at=now - datetime.timedelta(weeks=weeks),
    )  # fmt: skip
    doctor, _made = ExternalPractitioner.objects.get_or_create(name="Dr. Jan Willems", city="Mol")
    began = (now - datetime.timedelta(weeks=weeks)).date()
    episode = EpisodeOfCare.objects.create(
        patient=patient, reason="Pijn aan de buitenkant van de knie bij het lopen", side="R", started_on=began,
        practitioner=practitioner, referrer=doctor, status="active",
    )  # fmt: skip
    Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=began, sessions_ordered=18, diagnosis="Lopersknie"
    )
    return make_plan(episode, practitioner, now=now, weeks=weeks)


def _contact(plan: CarePlan, by: User, at: datetime.datetime) -> None:
    contact = Encounter.objects.create(
        patient=plan.patient, episode=plan.episode, kind="session", status="finished",
        practitioner=plan.practitioner, started_at=at, ended_at=at + datetime.timedelta(minutes=30),
    )  # fmt: skip
    words: dict[str, Any] = {
        "subjective": "Minder pijn bij het dalen van de trap.", "objective": "Heupabductie rechts 150 N.",
        "assessment": "Verloop zoals verwacht.", "plan": "Oefeningen verderzetten.",
    }  # fmt: skip
    SessionNote.objects.create(
        patient=plan.patient, episode=plan.episode, encounter=contact, status="final", written_by=by,
        created_at=at, updated_at=at, signed_at=at, signed_by=by, **words,
    )  # fmt: skip


def _rows(patient: Patient) -> list[TablePattern]:
    rows = [row for model, path in _TABLES for row in model._default_manager.filter(**{path: patient.pk})]
    return patterns_of(rows, dict(_OWN))
