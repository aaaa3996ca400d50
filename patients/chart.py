"""What the chart of a patient shows: to the desk who and when, to a therapist also what is the matter."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.kept_query import NOW, SOMEBODY, KeptObjects, KeptQuery
from patients.duplicates import number_warnings
from patients.models import EpisodeOfCare, Measure, Observation, Patient, PrivacyRequest
from patients.national_number import shown
from patients.prescriptions import Budget, Order, episodes_with_budget, orders_of

ENCOUNTERS, NOTES, APPOINTMENTS, OBSERVATIONS = 20, 8, 10, 200
OWN_WORDS = (PrivacyRequest.Kind.RECTIFICATION, PrivacyRequest.Kind.REMARK)


@dataclass(frozen=True)
class EpisodeRow:
    """An episode with its doctors' orders and its sessions of the year."""

    episode: EpisodeOfCare
    orders: list[Order]
    budget: Budget


@dataclass(frozen=True)
class DeskChart:
    """What everyone on the staff may see of a patient. Three queries. Nothing here says what is the matter."""

    patient: Patient
    national_number: str
    warnings: list[str]
    episodes: list[EpisodeRow]
    coming: list[Any]
    past: list[Any]


@dataclass(frozen=True)
class Finding:
    """The latest values of one measure, by side."""

    label: str
    unit: str
    values: list[tuple[str, str]]
    on: datetime.datetime


@dataclass(frozen=True)
class RunningPlan:
    """The plan that runs, in a few words, with its phases in order."""

    pk: UUID
    title: str
    hold_reason: str
    phases: list[dict[str, str]]


@dataclass(frozen=True)
class ClinicalChart:
    """What only those who treat may see. Four queries."""

    encounters: list[Any]
    notes: list[Any]
    plan: RunningPlan | None
    findings: list[Finding]
    own_words: list[PrivacyRequest]


def desk_chart(patient: Patient, *, now: datetime.datetime) -> DeskChart:
    """Return who the patient is, the orders with their count, and the appointments: the ten next and the ten last."""
    today = timezone.localdate(now)
    by_episode: dict[Any, list[Order]] = {}
    for order in orders_of(patient.pk, on=today):
        by_episode.setdefault(order.prescription.episode_id, []).append(order)
    coming, past = _visits(patient, now)
    episodes = episodes_with_budget(patient.pk, today)
    return DeskChart(
        patient=patient,
        national_number=shown(patient.national_number),
        warnings=number_warnings(
            national_number=patient.national_number, birth_date=patient.birth_date, gender=patient.gender
        ),
        episodes=[EpisodeRow(row, by_episode.get(row.pk, []), used) for row, used in episodes],
        coming=coming,
        past=past,
    )


def _visits(patient: Patient, now: datetime.datetime) -> tuple[list[Any], list[Any]]:
    """The ten next visits, the first one first, and the ten last, the latest first. One query."""
    found = _kept().visits.ask({SOMEBODY: patient.pk, NOW: now})
    found.sort(key=lambda row: (row.start, row.pk))
    return [row for row in found if row.end >= now], [row for row in reversed(found) if row.end < now]


@dataclass(frozen=True)
class _Kept:
    """What the chart asks of a patient, worded once: `SOMEBODY` is the patient."""

    visits: KeptObjects[Any]
    encounters: KeptObjects[Any]
    observations: KeptObjects[Observation]
    own_words: KeptObjects[PrivacyRequest]
    plans: KeptQuery


@cache
def _kept() -> _Kept:
    patient = Patient(pk=SOMEBODY)
    visits = patient.appointments.select_related("practitioner")
    coming = visits.filter(end__gte=NOW).order_by("start", "id")[:APPOINTMENTS]
    past = visits.filter(end__lt=NOW).order_by("-start", "-id")[:APPOINTMENTS]
    written = patient.encounters.select_related("practitioner", "session_note__written_by")
    observed = patient.observations.latest_per_measure().select_related("measure")
    said = patient.privacy_requests.filter(kind__in=OWN_WORDS).order_by("-received_at", "-pk")
    plans = patient.care_plans.filter(status__in=["active", "on-hold"])
    plans = plans.order_by("-started_on", "-id", "phases__ordinal")
    columns = ("pk", "pathway_version__pathway__title", "hold_reason", "phases__title", "phases__status")
    return _Kept(
        visits=KeptObjects.of(coming.union(past, all=True)),
        encounters=KeptObjects.of(written[:ENCOUNTERS]),
        observations=KeptObjects.of(observed[:OBSERVATIONS]),
        own_words=KeptObjects.of(said[:NOTES]),
        plans=KeptQuery.of(plans.values_list(*columns)),
    )


def clinical_chart(patient: Patient) -> ClinicalChart:
    """Return the contacts with their notes, the running plan with its phases, and the latest value of each measure."""
    kept, of_patient = _kept(), {SOMEBODY: patient.pk}
    encounters = kept.encounters.ask(of_patient)
    return ClinicalChart(
        encounters=encounters,
        notes=[row.session_note for row in encounters if hasattr(row, "session_note")][:NOTES],
        plan=_running_plan(kept.plans.ask(of_patient)),
        findings=_findings(kept.observations.ask(of_patient)),
        own_words=kept.own_words.ask(of_patient),
    )


def _running_plan(found: Sequence[tuple[Any, ...]]) -> RunningPlan | None:
    """The running plan that began last, with its phases; not the long texts of its pathway."""
    if not found:
        return None
    pk, title, hold_reason, *_phase_of_first = found[0]
    states = {"completed": "done", "active": "current"}
    phases = [
        {"title": phase, "state": states.get(status, "next")}
        for plan, _title, _hold, phase, status in found
        if plan == pk and phase is not None
    ]
    return RunningPlan(pk, title, hold_reason, phases)


def _findings(rows: Iterable[Observation]) -> list[Finding]:
    """Group the latest observations by measure, those last seen first."""
    groups: dict[str, list[Observation]] = {}
    for row in rows:
        groups.setdefault(row.measure_id, []).append(row)
    found = [
        Finding(
            label=group[0].measure.label,
            unit=group[0].unit or group[0].measure.unit,
            values=[(_side(row.side), value_text(row)) for row in group],
            on=max(row.effective_at for row in group),
        )
        for group in groups.values()
    ]
    return sorted(found, key=lambda finding: finding.on, reverse=True)


def _side(side: str) -> str:
    return {"L": _("left"), "R": _("right")}.get(side, "")


def value_text(row: Observation) -> str:
    """Return the value of an observation in words: yes or no, the labels of choices, else as it was given."""
    value = row.value
    if row.measure.type == Measure.Type.TEST:
        words = {"negative": _("negative"), "positive": _("positive"), "False": _("negative"), "True": _("positive")}
        return words.get(str(value), str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_label(row, each) for each in value) or _("none")
    return _label(row, value)


def _label(row: Observation, value: Any) -> str:
    """Return the words of a choice's code, from the definition of its measure."""
    labels = {option["value"]: option["label"] for option in row.measure.definition.get("options", [])}
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return str(labels.get(str(value), value))
