"""What the pages of the portal show: one function a page, whose number of queries does not grow with the diary."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import record_access
from accounts.day_words import day_in_words
from accounts.kept_query import NOW, SOMEBODY, Kept, KeptObjects, KeptQuery, ask_together
from accounts.models import User
from accounts.policy import signed_in
from fysicure.address_line import address_line
from fysicure.portal.cadence import Cadence, cadence_of
from fysicure.portal.dosage import Dosage, read_dosage
from fysicure.portal_role import record_of
from fysicure.templatetags.fysicure import phone
from pathways.definitions import TEXTS, definition_of
from pathways.diary import morning_questions_among, open_morning_question
from pathways.engine.model import Definition, Reference
from pathways.models import CarePlan, CheckIn, DiaryEntry, EducationItem, ExercisePrescription, Phase
from pathways.one_plan import WHOLE, WITH_QUESTIONNAIRES, PlanFacts, facts_of_plan
from pathways.outcomes import Due, due_from
from pathways.progress import PlanProgress, assess_facts
from pathways.relapse import due_check_in
from patients.content_words import all_spoken, spoken
from patients.models import Patient
from scheduling.models import Appointment, BookingPolicy, Proposal
from scheduling.patient_rights import rights_for
from scheduling.querysets import OCCUPYING


def own_patient(request: HttpRequest, part: str) -> Patient:
    """Return the signed-in patient's own record and note that it was opened. 404 when the account has none."""
    user = signed_in(request)
    patient: Patient = record_of(user) or get_object_or_404(Patient.objects.visible_to(user))
    record_access(request, patient.pk, part)
    return patient


def facts_of(patient: Patient) -> list[tuple[str, str]]:
    """Who the patient is to the practice: label and value, "" where it is not known."""
    return [
        (_("Name"), str(patient)),
        (_("Date of birth"), day_in_words(patient.birth_date, "j F Y")),
        (_("Sex"), patient.get_gender_display()),
        (_("Phone"), phone(patient.phone)),
        (_("E-mail address"), patient.email),
        (_("Address"), address_line(patient)),
        (_("Language"), patient.get_language_display()),
        (_("General practitioner"), patient.general_practitioner.name if patient.general_practitioner else ""),
    ]


@dataclass(frozen=True)
class _Kept:
    """What the portal asks again and again, worded once: `SOMEBODY` is the patient's account."""

    plans: KeptObjects[CarePlan]
    policy: KeptObjects[BookingPolicy]
    next_visit: KeptObjects[Appointment]
    offers: KeptQuery


@cache
def _kept(role: str) -> _Kept:
    user = User(id=SOMEBODY, role=role)
    plans = CarePlan.objects.visible_to(user).select_related("pathway_version", "practitioner")
    offers = Proposal.objects.visible_to(user).open(NOW).filter(origin=Proposal.Origin.PRACTICE)
    return _Kept(
        plans=KeptObjects.of(plans.defer(*(f"pathway_version__{name}" for name in TEXTS))),  # texts: definition_of
        policy=KeptObjects.of(BookingPolicy.objects.filter(pk=1)),
        next_visit=KeptObjects.of(upcoming(user, NOW)[:1]),
        offers=KeptQuery.of(offers.order_by().values_list("pk")),
    )


def own_plan(user: User) -> CarePlan | None:
    """Return the patient's running plan, or the last one that ended. One query."""
    return _own(_kept(user.role).plans.ask({SOMEBODY: user.pk}))


def _own(plans: Sequence[CarePlan]) -> CarePlan | None:
    """The running one of a patient's plans, or the last one."""
    running = [plan for plan in plans if is_running(plan)]
    return next(iter([*running, *plans]), None)


def is_running(plan: CarePlan) -> bool:
    """Whether the plan still takes entries: active, or blocked."""
    return plan.status in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}


def is_blocked(plan: CarePlan) -> bool:
    """Whether a red flag waits for a physician."""
    return plan.hold_reason == CarePlan.HoldReason.BLOCKED


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something that was explained, and what it rests on (nothing: a choice of this practice)."""

    text: str
    given_at: datetime.datetime | None
    sources: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class ExerciseToday:
    """An exercise of the current phase: dosage, how and why; how often it was done since Monday.

    `timed` is its dosage in numbers where something is held for seconds: then a clock can count along.
    """

    code: str
    name: str
    dosage: str
    per_week: str
    how: tuple[str, ...]
    why: str
    equipment: tuple[str, ...]
    is_optional: bool
    progression: str = ""
    done: int = 0
    timed: Dosage | None = None


def exercises_of(
    rows: Iterable[ExercisePrescription], definition: Definition, done: dict[str, int] | None = None
) -> list[ExerciseToday]:
    """Return prescribed exercises with how and why from the plan's own pathway version."""
    times = done or {}
    return [_exercise(row, definition, times.get(row.exercise_id, 0)) for row in rows]


def _exercise(row: ExercisePrescription, definition: Definition, done: int) -> ExerciseToday:
    movement, dosage = definition.exercises[row.exercise_id], read_dosage(row.dosage)
    return ExerciseToday(
        code=row.exercise_id,
        name=spoken(movement.name),
        dosage=spoken(row.dosage),
        per_week=row.per_week,
        how=all_spoken(movement.how),
        why=spoken(movement.why),
        equipment=all_spoken(movement.equipment),
        is_optional=row.is_optional,
        progression=spoken(row.progression),
        done=done,
        timed=dosage if dosage and dosage.is_timed else None,
    )


def exercise_choices(plan: CarePlan, definition: Definition, also: Iterable[str] = ()) -> list[tuple[str, str]]:
    """The exercises of the active phase as choices of a form, and those that an entry already names. One query."""
    rows = plan.exercise_prescriptions.filter(phase__status="active", ended_on__isnull=True).order_by("ordinal", "id")
    codes = dict.fromkeys([*(row.exercise_id for row in rows), *also])
    return [(code, spoken(definition.exercises[code].name)) for code in codes if code in definition.exercises]


def done_this_week(seen: PlanProgress) -> dict[str, int]:
    """How often each exercise was logged since Monday."""
    monday = seen.today - datetime.timedelta(days=seen.today.weekday())
    recent = [entry for entry in seen.entries if timezone.localtime(entry.started_at).date() >= monday]
    return dict(Counter(code for entry in recent for code in entry.exercises_done))


def upcoming(user: User, now: datetime.datetime) -> Any:
    """The patient's visits that still have to come, soonest first."""
    rows = Appointment.objects.visible_to(user).occupying().filter(end__gt=now)
    return rows.select_related("practitioner", "room").order_by("start")


def past(user: User, now: datetime.datetime) -> Any:
    """The patient's visits that are over, or were called off, latest first."""
    gone = Appointment.objects.visible_to(user).exclude(end__gt=now, status__in=OCCUPYING)
    return gone.select_related("practitioner", "room").order_by("-start")


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the current phase asks before the next one, with its verdict: met, not_met or unknown."""

    label: str
    verdict: str


def needs_of(seen: PlanProgress) -> list[Need]:
    """What is needed for the next phase, in the words of the pathway."""
    labels = {line.key: line.label for line in seen.definition.phase(seen.phase.key).exit}
    return [Need(spoken(labels.get(each.key, each.key)), each.status.value) for each in seen.progress.criteria]


@dataclass(frozen=True, slots=True)
class LoadToday:
    """How to load in the current phase, and what that rests on (nothing: a choice of this practice)."""

    texts: tuple[str, ...]
    sources: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """Today in the portal. `seen` is None without a running plan, and while the plan is blocked or stands still.

    `ended` is the plan that ended, when none runs; `check_in` is its question that waits for an answer. `offers`: how
    many moments the practice proposes; `sees_visits`: whether the practice shows visits at all;
    `may_ask_to_move`: whether another moment may be asked for the next one.
    """

    patient: Patient
    plan: CarePlan | None
    is_blocked: bool = False
    seen: PlanProgress | None = None
    light: str = "NONE"
    questions: tuple[DiaryEntry, ...] = ()
    asks_after: bool = False
    exercises: tuple[ExerciseToday, ...] = ()
    needs: tuple[Need, ...] = ()
    load: LoadToday | None = None
    pain_limit: int | None = None
    next_visit: Appointment | None = None
    sees_visits: bool = True
    may_ask_to_move: bool = False
    offers: int = 0
    is_paused: bool = False
    ended: CarePlan | None = None
    check_in: CheckIn | None = None
    questionnaires: tuple[Due, ...] = ()
    has_runs: bool = False
    cadence: Cadence | None = None

    @property
    def has_timed(self) -> bool:
        """Whether a clock can count along with one of the exercises."""
        return any(exercise.timed for exercise in self.exercises)


def home_of(patient: Patient, user: User, now: datetime.datetime) -> Home:
    """Gather today for a patient; three queries, whatever the length of the diary."""
    kept = _kept(user.role)
    asked: list[Kept] = [kept.plans, kept.policy, kept.next_visit, kept.offers]
    plans, policies, visits, offers = ask_together(asked, {SOMEBODY: user.pk, NOW: now})
    plan, policy = _own(plans), next(iter(policies), BookingPolicy())
    coming = _coming(policy, visits, offers, now)
    if plan is None:
        return Home(patient, None, **coming)
    if not is_running(plan):
        question = due_check_in(plan, today=timezone.localtime(now).date())
        return Home(patient, None, **coming, ended=plan, check_in=question)
    plan.patient = patient
    if plan.status == CarePlan.Status.ON_HOLD:
        return _standing_still(plan, patient, coming, now)
    facts = facts_of_plan(plan, now=now, parts=WITH_QUESTIONNAIRES)
    return _running(facts, assess_facts(facts, now=now), patient, coming)


def _standing_still(plan: CarePlan, patient: Patient, coming: dict[str, Any], now: datetime.datetime) -> Home:
    questions = tuple(open_morning_question(plan, now))
    return Home(
        patient,
        plan,
        is_blocked=is_blocked(plan),
        is_paused=not is_blocked(plan),
        has_runs=has_runs(plan),
        questions=questions,
        asks_after=any(entry.after is None for entry in questions),
        **coming,
    )


def _running(facts: PlanFacts, seen: PlanProgress, patient: Patient, coming: dict[str, Any]) -> Home:
    rules = seen.definition.lights
    questions = tuple(morning_questions_among(seen.entries, rules, seen.now))
    rows = [row for row in facts.running_lines if row.phase_id == seen.phase.pk]
    load = seen.definition.phase(seen.phase.key).load
    return Home(
        patient=patient,
        plan=facts.plan,
        seen=seen,
        light=seen.days.get(seen.today, "NONE"),
        questions=questions,
        asks_after=any(entry.after is None for entry in questions),
        exercises=tuple(exercises_of(rows, seen.definition, done_this_week(seen))),
        needs=tuple(needs_of(seen)),
        load=LoadToday(all_spoken(load.texts), _sources(load.source.references, seen.definition)),
        pain_limit=rules.green_peak_max,
        **coming,
        has_runs=seen.definition.running is not None,
        cadence=cadence_of(seen),
        questionnaires=tuple(each for each in due_from(facts, now=seen.now) if each.for_patient),
    )


def _coming(
    policy: BookingPolicy, visits: Sequence[Appointment], offers: Sequence[Any], now: datetime.datetime
) -> dict[str, Any]:
    """The next visit, whether it may be moved, and how many moments are proposed; nothing when visits are not shown."""
    if not policy.patients_see:
        return {"sees_visits": False}
    visit = next(iter(visits), None)
    may_ask = visit is not None and not offers and rights_for(visit, policy=policy, now=now).ask.is_open
    return {"next_visit": visit, "offers": len(offers), "may_ask_to_move": may_ask}


def has_runs(plan: CarePlan) -> bool:
    """Whether the pathway of a plan has running in it."""
    return definition_of(plan.pathway_version).running is not None


@dataclass(frozen=True, slots=True)
class PhaseCard:
    """A phase of the plan as the patient reads it. `state` is done, current or next."""

    title: str
    goal: str
    state: str
    note: str
    texts: tuple[str, ...]
    exercises: tuple[ExerciseToday, ...]
    education: tuple[Lesson, ...]

    @property
    def is_current(self) -> bool:
        """Whether the plan is in this phase now."""
        return self.state == "current"


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The whole plan: every phase, and what the current one still asks. `seen` is None while blocked or ended."""

    plan: CarePlan
    is_blocked: bool
    phases: tuple[PhaseCard, ...]
    seen: PlanProgress | None
    needs: tuple[Need, ...] = ()
    has_ended: bool = False
    is_paused: bool = False


def plan_page_of(plan: CarePlan | None, now: datetime.datetime) -> PlanPage | None:
    """Gather the plan page; two queries, whatever the length of the diary."""
    if plan is None:
        return None
    definition, facts = definition_of(plan.pathway_version), facts_of_plan(plan, now=now, parts=WHOLE)
    has_ended, stands_still = not is_running(plan), plan.status == CarePlan.Status.ON_HOLD
    prescribed: dict[int, list[ExercisePrescription]] = defaultdict(list)
    for row in facts.running_lines:
        prescribed[row.phase_id].append(row)
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    for item in facts.education:
        lessons[item.phase_id].append(_lesson(item, definition))
    cards = [_card(phase, definition, prescribed[phase.pk], lessons[phase.pk]) for phase in facts.phases]
    seen = None if stands_still or has_ended else assess_facts(facts, now=now)
    needs = tuple(needs_of(seen)) if seen else ()
    is_paused = stands_still and not is_blocked(plan)
    return PlanPage(plan, is_blocked(plan), tuple(cards), seen, needs, has_ended, is_paused)


def _card(phase: Phase, definition: Definition, rows: list[ExercisePrescription], lessons: list[Lesson]) -> PhaseCard:
    written = definition.phase(phase.key)
    states = {Phase.Status.COMPLETED.value: "done", Phase.Status.ACTIVE.value: "current"}
    return PhaseCard(
        title=spoken(phase.title),
        goal=spoken(written.goal),
        state=states.get(phase.status, "next"),
        note=_weeks(phase),
        texts=all_spoken(written.load.texts),
        exercises=tuple(exercises_of(rows, definition)),
        education=tuple(lessons),
    )


def _weeks(phase: Phase) -> str:
    if phase.weeks_min is None or phase.weeks_max is None:
        return ""
    if phase.weeks_min == phase.weeks_max:
        return ngettext("about %(count)s week", "about %(count)s weeks", phase.weeks_max) % {"count": phase.weeks_max}
    return _("%(least)s to %(most)s weeks") % {"least": phase.weeks_min, "most": phase.weeks_max}


def _lesson(item: EducationItem, definition: Definition) -> Lesson:
    """An explanation that was given, with the publication behind it, where there is one."""
    written = [row for phase in definition.phases for row in phase.education if row.key == item.key]
    keys = written[0].source.references if written else ()
    return Lesson(spoken(item.text), item.given_at, _sources(keys, definition))


def _sources(keys: Iterable[str], definition: Definition) -> tuple[Reference, ...]:
    return tuple(definition.references[key] for key in keys if key in definition.references)
