"""What the chart of a patient shows: to the desk who and when, to a therapist also what is the matter."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from accounts.kept_query import NOW, SOMEBODY, Kept, KeptObjects, KeptQuery, ask_together
from patients.content_words import spoken
from patients.duplicates import number_warnings
from patients.models import EpisodeOfCare, Measure, Observation, Patient, PrivacyRequest
from patients.national_number import shown
from patients.notes import NoteLine
from patients.prescriptions import Budget, Order, as_orders, kept_episodes, kept_orders, with_budget, year_of

ENCOUNTERS, NOTES, APPOINTMENTS, OBSERVATIONS = 20, 8, 10, 200
FINDINGS_AT_ONCE = 12
OWN_WORDS = (PrivacyRequest.Kind.RECTIFICATION, PrivacyRequest.Kind.REMARK)


@dataclass(frozen=True)
class EpisodeRow:
    """An episode with its doctors' orders and its sessions of the year."""

    episode: EpisodeOfCare
    orders: list[Order]
    budget: Budget


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit of the patient."""

    pk: UUID
    start: datetime.datetime
    end: datetime.datetime
    type: str
    status: str
    practitioner: str


@dataclass(frozen=True)
class DeskChart:
    """What everyone on the staff may see of a patient. One query. Nothing here says what is the matter."""

    patient: Patient
    national_number: str
    warnings: list[str]
    episodes: list[EpisodeRow]
    coming: list[VisitLine]
    past: list[VisitLine]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact with the patient; the state, the assessment and the writer of its session note are None without one."""

    pk: UUID
    kind: str
    status: str
    started_at: datetime.datetime
    note: str
    practitioner: str | None
    note_status: str | None
    assessment: str | None
    written_by: str | None


@dataclass(frozen=True)
class Finding:
    """The latest values of one measure, by side."""

    label: str
    unit: str
    values: list[tuple[str, str]]
    on: datetime.datetime


@dataclass(frozen=True, slots=True)
class PhaseOfPlan:
    """A phase of a plan: its `state` is done, current or next."""

    title: str
    state: str


@dataclass(frozen=True)
class RunningPlan:
    """The plan that runs, in a few words, with its phases in order."""

    pk: UUID
    title: str
    hold_reason: str
    phases: tuple[PhaseOfPlan, ...]


@dataclass(frozen=True)
class ClinicalChart:
    """What only those who treat may see. One query."""

    contacts: list[Contact]
    notes: list[NoteLine]
    plan: RunningPlan | None
    findings: list[Finding]
    own_words: list[PrivacyRequest]

    @property
    def first_findings(self) -> list[Finding]:
        """The findings that are shown before one asks for all."""
        return self.findings[:FINDINGS_AT_ONCE]

    @property
    def other_findings(self) -> list[Finding]:
        """The findings after these."""
        return self.findings[FINDINGS_AT_ONCE:]


def desk_chart(patient: Patient, *, now: datetime.datetime) -> DeskChart:
    """Return who the patient is, the orders with their count, and the appointments: the ten next and the ten last."""
    today = timezone.localdate(now)
    of_desk: list[Kept] = [kept_orders(), kept_episodes(), _kept().visits]
    orders, episodes, visits = ask_together(of_desk, {SOMEBODY: patient.pk, NOW: now, **year_of(today)})
    by_episode: dict[Any, list[Order]] = {}
    for order in as_orders(orders, on=today):
        by_episode.setdefault(order.prescription.episode_id, []).append(order)
    coming, past = _in_order(visits, now)
    return DeskChart(
        patient=patient,
        national_number=shown(patient.national_number),
        warnings=number_warnings(
            national_number=patient.national_number, birth_date=patient.birth_date, gender=patient.gender
        ),
        episodes=[EpisodeRow(row, by_episode.get(row.pk, []), used) for row, used in with_budget(episodes, on=today)],
        coming=coming,
        past=past,
    )


def _in_order(found: Sequence[tuple[Any, ...]], now: datetime.datetime) -> tuple[list[VisitLine], list[VisitLine]]:
    """The next visits, the first one first, and the last ones, the latest first."""
    visits = sorted((VisitLine(*row) for row in found), key=lambda visit: (visit.start, visit.pk))
    return [each for each in visits if each.end >= now], [each for each in reversed(visits) if each.end < now]


@dataclass(frozen=True)
class _Kept:
    """What the chart asks of a patient, worded once: `SOMEBODY` is the patient."""

    visits: KeptQuery
    contacts: KeptQuery
    observations: KeptObjects[Observation]
    own_words: KeptObjects[PrivacyRequest]
    plans: KeptQuery


@cache
def _kept() -> _Kept:
    patient = Patient(id=SOMEBODY)
    visits = patient.appointments.values_list("pk", "start", "end", "type", "status", "practitioner__name")
    coming = visits.filter(end__gte=NOW).order_by("start", "id")[:APPOINTMENTS]
    past = visits.filter(end__lt=NOW).order_by("-start", "-id")[:APPOINTMENTS]
    of_note = [f"session_note__{name}" for name in ("status", "assessment", "written_by__name")]
    contacts = patient.encounters.values_list(
        "pk", "kind", "status", "started_at", "note", "practitioner__name", *of_note
    )
    observed = patient.observations.latest_per_measure().select_related("measure")
    said = patient.privacy_requests.filter(kind__in=OWN_WORDS).order_by("-received_at", "-pk")
    plans = patient.care_plans.filter(status__in=["active", "on-hold"])
    plans = plans.order_by("-started_on", "-id", "phases__ordinal")
    columns = ("pk", "pathway_version__pathway__title", "hold_reason", "phases__title", "phases__status")
    return _Kept(
        visits=KeptQuery.of(coming.union(past, all=True)),
        contacts=KeptQuery.of(contacts[:ENCOUNTERS]),
        observations=KeptObjects.of(observed[:OBSERVATIONS]),
        own_words=KeptObjects.of(said[:NOTES]),
        plans=KeptQuery.of(plans.values_list(*columns)),
    )


def clinical_chart(patient: Patient) -> ClinicalChart:
    """Return the contacts with their notes, the running plan with its phases, and the latest value of each measure."""
    kept = _kept()
    of_treatment: list[Kept] = [kept.contacts, kept.plans, kept.observations, kept.own_words]
    found, plans, observations, own_words = ask_together(of_treatment, {SOMEBODY: patient.pk})
    contacts = [Contact(*row) for row in found]
    return ClinicalChart(
        contacts=contacts,
        notes=[_note(each) for each in contacts if each.note_status][:NOTES],
        plan=_running_plan(plans),
        findings=_findings(observations),
        own_words=own_words,
    )


def _note(of: Contact) -> NoteLine:
    return NoteLine(of.pk, of.kind, of.started_at, of.note_status or "", of.assessment or "", of.written_by or "")


def _running_plan(found: Sequence[tuple[Any, ...]]) -> RunningPlan | None:
    """The running plan that began last, with its phases; not the long texts of its pathway."""
    if not found:
        return None
    pk, title, hold_reason, *_phase_of_first = found[0]
    states = {"completed": "done", "active": "current"}
    phases = tuple(
        PhaseOfPlan(spoken(phase), states.get(status, "next"))
        for plan, _title, _hold, phase, status in found
        if plan == pk and phase is not None
    )
    return RunningPlan(pk, spoken(title), hold_reason, phases)


def _findings(rows: Iterable[Observation]) -> list[Finding]:
    """Group the latest observations by measure, those last seen first."""
    groups: dict[str, list[Observation]] = {}
    for row in rows:
        groups.setdefault(row.measure_id, []).append(row)
    found = [
        Finding(
            label=spoken(group[0].measure.label),
            unit=spoken(group[0].unit or group[0].measure.unit),
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
        return f"{value:g}".replace(".", str(get_format("DECIMAL_SEPARATOR")))
    return spoken(str(labels.get(str(value), value)))
