"""A draft tried on what happened: would plans have come to their next phase earlier, later, or never?

For each phase that a plan really was in, its exit criteria are judged on the days that something could be known: the
days of measurements, the days of decisions, and every seventh day. The first day on which all are met counts, once by
the text that the plan runs on and once by the draft. Nothing is written.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from pathways.definitions import definition_of
from pathways.diary import as_counted
from pathways.engine.criteria import Measurement
from pathways.engine.lights import BRUSSELS, Entry, JudgedEntry
from pathways.engine.logic import Verdict, all_of
from pathways.engine.model import Definition
from pathways.engine.progress import PlanState, facts_of, phase_criteria
from pathways.loads import longest_run, strength_adherence, weekly_distance, weeks_of
from pathways.measures_needed import measures_needed
from pathways.models import CarePlan, Decision, DiaryEntry, ExercisePrescription, PathwayVersion, Phase, PlanPause
from pathways.pauses import paused_days
from pathways.progress import judged_entries, replayed, rows_by, with_adherence
from patients.models import Observation

PLANS_AT_ONCE = 40
STEP_DAYS = 7


class Outcome(StrEnum):
    """When a plan would have met the criteria of a phase by the draft, held against its own text."""

    EARLIER = "earlier"
    SAME = "same"
    LATER = "later"
    ONLY_DRAFT = "only_draft"
    NEVER = "never"
    NEITHER = "neither"


@dataclass(frozen=True)
class PhaseTrial:
    """One phase of one plan: the first day that all criteria were met by each text; None: not so far.

    `days` counts from the plan's own text to the draft: negative is earlier.
    """

    key: str
    title: str
    own_day: datetime.date | None
    draft_day: datetime.date | None

    @property
    def days(self) -> int | None:
        """Days between the two, when both texts came to it."""
        return None if self.own_day is None or self.draft_day is None else (self.draft_day - self.own_day).days

    @property
    def outcome(self) -> Outcome:
        """Earlier, the same, later; or by one of the two texts only, or by neither."""
        if self.days is not None:
            return Outcome.EARLIER if self.days < 0 else Outcome.LATER if self.days > 0 else Outcome.SAME
        if self.own_day is None and self.draft_day is None:
            return Outcome.NEITHER
        return Outcome.ONLY_DRAFT if self.own_day is None else Outcome.NEVER

    @property
    def distance(self) -> int:
        """Days apart, without their direction."""
        return abs(self.days or 0)


@dataclass(frozen=True)
class PlanTrial:
    """One plan by number, never by name: its phases tried; `left_out` are phases that the draft does not have."""

    plan: CarePlan
    number: int
    phases: tuple[PhaseTrial, ...]
    left_out: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the draft would have made any difference."""
        return any(each.outcome not in {Outcome.SAME, Outcome.NEITHER} for each in self.phases)


@dataclass(frozen=True)
class Summary:
    """How many phases of plans would have ended earlier, the same, later…; the medians are in days."""

    counts: Mapping[str, int]
    earlier_days: float | None
    later_days: float | None

    @property
    def total(self) -> int:
        """Phases of plans that were tried."""
        return sum(self.counts.values())

    @property
    def bar(self) -> list[tuple[str, int, int]]:
        """Each outcome that occurs as a part of a bar: where it begins and how wide it is, in phases."""
        parts, start = [], 0
        for name, width in self.counts.items():
            if width:
                parts.append((name, start, width))
            start += width
        return parts


@dataclass(frozen=True)
class _Past:
    """All that is known of one plan; `prescribed` is by phase, `entries` is the diary as the engine reads it."""

    plan: CarePlan
    phases: Sequence[Phase]
    diary: Sequence[DiaryEntry]
    entries: Sequence[Entry]
    prescribed: Mapping[Any, list[ExercisePrescription]]
    decisions: Sequence[Decision]
    measurements: Sequence[Measurement]
    pauses: Sequence[PlanPause]


def tried_plans(version: PathwayVersion, user: User) -> Any:
    """Return the plans on which a version can be tried: those of its pathway, the newest first."""
    rows = CarePlan.objects.visible_to(user).filter(pathway_version__pathway_id=version.pathway_id)
    return rows.select_related("pathway_version").order_by("-started_on", "-id")


def try_on_plans(
    version: PathwayVersion, plans: Sequence[CarePlan], *, first_number: int = 1, now: datetime.datetime
) -> list[PlanTrial]:
    """Try a version on plans; seven queries, whatever their number. Raises InvalidDefinition for a text with faults."""
    draft = definition_of(version)
    own = {plan.pathway_version_id: definition_of(plan.pathway_version) for plan in plans}
    needed = {key for each in (draft, *own.values()) for key in measures_needed(each)}
    return [
        _try_plan(past, number, own[past.plan.pathway_version_id], draft, now=now)
        for number, past in enumerate(_read(plans, needed, now), first_number)
    ]


def summary_of(trials: Iterable[PlanTrial]) -> Summary:
    """Count what the draft would have changed, over all phases of the plans."""
    phases = [phase for trial in trials for phase in trial.phases]
    counts = Counter(phase.outcome.value for phase in phases)
    apart = {
        outcome: [phase.distance for phase in phases if phase.outcome is outcome]
        for outcome in (Outcome.EARLIER, Outcome.LATER)
    }
    medians = {outcome: median(days) if days else None for outcome, days in apart.items()}
    return Summary(
        {outcome.value: counts[outcome.value] for outcome in Outcome}, medians[Outcome.EARLIER], medians[Outcome.LATER]
    )


def _read(plans: Sequence[CarePlan], needed: set[str], now: datetime.datetime) -> Iterator[_Past]:
    ids = [plan.pk for plan in plans]
    rows = DiaryEntry.objects.filter(plan_id__in=ids, started_at__lte=now).order_by("started_at", "id")
    made = Decision.objects.filter(plan_id__in=ids, made_at__lte=now).order_by("made_at", "id")
    phases = rows_by(Phase.objects.filter(plan_id__in=ids, started_on__isnull=False).order_by("ordinal"), "plan_id")
    prescribed = rows_by(ExercisePrescription.objects.filter(plan_id__in=ids).order_by("ordinal", "id"), "phase_id")
    diary, decisions = rows_by(rows, "plan_id"), rows_by(made, "plan_id")
    pauses = rows_by(PlanPause.objects.filter(plan_id__in=ids), "plan_id")
    measured = _measurements({plan.episode_id for plan in plans}, needed, now)
    for plan in plans:
        yield _Past(
            plan=plan,
            phases=phases[plan.pk],
            diary=diary[plan.pk],
            entries=[as_counted(row) for row in diary[plan.pk]],
            prescribed=prescribed,
            decisions=decisions[plan.pk],
            measurements=measured[plan.episode_id],
            pauses=pauses[plan.pk],
        )


def _measurements(episodes: set[UUID], keys: set[str], now: datetime.datetime) -> dict[Any, list[Measurement]]:
    """Every value of the measures that the rules look at, oldest first. One query."""
    rows = Observation.objects.current().filter(episode_id__in=episodes, measure_id__in=keys, effective_at__lte=now)
    groups: dict[Any, list[Measurement]] = defaultdict(list)
    columns = ("id", "episode_id", "measure_id", "side", "value", "effective_at")
    for pk, episode, key, side, value, moment in rows.order_by("effective_at", "id").values_list(*columns):
        on = timezone.localtime(moment).date()
        groups[episode].append(Measurement(key, {side: value} if side else value, on, str(pk)))
    return groups


def _try_plan(past: _Past, number: int, own: Definition, draft: Definition, *, now: datetime.datetime) -> PlanTrial:
    known = {phase.key for phase in draft.phases}
    if past.plan.course not in {course.key for course in draft.courses}:
        known = set()
    today = timezone.localtime(now).date()
    last = min(past.plan.ended_on or today, today)
    found = []
    for phase in past.phases:
        if phase.key not in known:
            continue
        days = _days(past, phase, last)
        own_day = _first_met(own, past, phase, days)
        draft_day = own_day if _judges_alike(own, draft, phase.key) else _first_met(draft, past, phase, days)
        found.append(PhaseTrial(phase.key, phase.title, own_day, draft_day))
    left_out = tuple(each.title for each in past.phases if each.key not in known)
    return PlanTrial(past.plan, number, tuple(found), left_out)


def _judges_alike(own: Definition, draft: Definition, key: str) -> bool:
    """Whether two texts cannot differ about the end of a phase: same criteria, lights, steps and computed values."""
    same_around = own.lights == draft.lights and own.derived == draft.derived and own.running == draft.running
    return same_around and own.phase(key).exit == draft.phase(key).exit and own.measures == draft.measures


def _days(past: _Past, phase: Phase, last: datetime.date) -> list[datetime.date]:
    """The days on which a phase is judged, first one first; on days that the plan stood still nothing is."""
    begun = phase.started_on or past.plan.started_on
    days = {begun + datetime.timedelta(days=step) for step in range(0, (last - begun).days + 1, STEP_DAYS)}
    days |= {each.on for each in past.measurements}
    days |= {timezone.localtime(each.made_at).date() for each in past.decisions}
    return sorted(day for day in days if begun <= day <= last and not _stands_still(past, day))


def _stands_still(past: _Past, day: datetime.date) -> bool:
    return any(each.started_on <= day and (each.ended_on is None or day < each.ended_on) for each in past.pauses)


def _first_met(
    definition: Definition, past: _Past, phase: Phase, days: Sequence[datetime.date]
) -> datetime.date | None:
    """The first of the days on which all exit criteria of a phase are met."""
    for day in days:
        facts = facts_of(definition, _state(definition, past, phase, day))
        lines = phase_criteria(definition, facts, phase.key)
        if lines and all_of(line.status for line in lines) is Verdict.MET:
            return day
    return None


def _state(definition: Definition, past: _Past, phase: Phase, day: datetime.date) -> PlanState:
    """What was known of a plan at the end of a day, in a phase; days of standing still move its start."""
    plan = past.plan
    now = datetime.datetime.combine(day, datetime.time(23, 59, 59), BRUSSELS)
    until = [entry for entry in past.entries if entry.day <= day]
    judged = judged_entries(until, plan, definition, now)
    runs = [each.entry for each in judged]
    begun = phase.started_on or plan.started_on
    return PlanState(
        phase=phase.key,
        course=plan.course,
        side=plan.side,
        as_of=day,
        started_on=_later(past, plan.started_on, day),
        phase_started_on=_later(past, begun, day),
        gait_strategy=plan.gait_strategy,
        rtr_step_done=_steps_done(definition, past, phase, judged, now),
        weekly_km_usual=plan.weekly_km_usual,
        weekly_km=weekly_distance(weeks_of(plan.started_on, day, runs), plan.started_on),
        longest_run_30d_km=longest_run(runs, day),
        measurements=_measured(past, phase, begun, day),
        diary=until,
        now=now,
    )


def _later(past: _Past, since: datetime.date, day: datetime.date) -> datetime.date:
    return since + datetime.timedelta(days=paused_days(past.pauses, since, day))


def _measured(past: _Past, phase: Phase, begun: datetime.date, day: datetime.date) -> list[Measurement]:
    """The values known on a day, and the adherence that the diary shows unless someone recorded one since."""
    measured = [each for each in past.measurements if each.on <= day]
    rows = [row for row in past.diary if timezone.localtime(row.started_at).date() <= day]
    prescribed = past.prescribed.get(phase.pk, [])
    done = strength_adherence(prescribed, rows, since=begun, today=day, stood_still=past.pauses)
    return with_adherence(measured, done, day)


def _steps_done(
    definition: Definition, past: _Past, phase: Phase, judged: Sequence[JudgedEntry], now: datetime.datetime
) -> int:
    """The highest running step done; 0 for a pathway without steps."""
    forward = {Decision.Kind.START, Decision.Kind.ADVANCE}
    moves = [(row.to_phase, row.made_at) for row in past.decisions if row.kind in forward]
    steps = replayed(past.plan, phase, judged, moves, definition=definition, now=now)
    return steps.done if steps else 0
