"""Where plans stand: rows become the engine's facts, the engine answers, and pages get one frozen picture."""

import dataclasses
import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pathways.definitions import definition_of
from pathways.diary import as_counted
from pathways.engine.criteria import Measurement, count_lights, window
from pathways.engine.findings import BOTH
from pathways.engine.lights import Entry, JudgedEntry, Light, day_lights, judge
from pathways.engine.model import Definition
from pathways.engine.progress import PlanState, Progress, Proposal, assess
from pathways.engine.running import StepState, exceeds, replay_steps, step_cap
from pathways.loads import Adherence, WeekLoad, longest_run, strength_adherence, weekly_distance, weeks_of
from pathways.measures_needed import history_needed, measures_needed
from pathways.models import CarePlan, Decision, DiaryEntry, ExercisePrescription, PathwayVersion, Phase, PlanPause
from pathways.one_plan import PlanFacts, facts_of_plan
from pathways.pauses import paused_days
from pathways.run_advice import RunAdvice, RunFacts, run_advice, step_phases
from patients.models import Observation

# Runs are read from the start of the plan (steps are replayed from them); other entries only as far as rules look back.
DIARY_DAYS = 60
REMIND_AFTER_DAYS = 3
SILENT_AFTER_DAYS = 7
NO_LIGHT = "NONE"


@dataclass(frozen=True)
class PlanProgress:
    """One plan on one moment. `light` is the colour of the latest day with an entry in the last 7 days, or NONE.

    `judged` holds the affected side's entries, oldest first; `days` their colours; `weeks` all weeks of the plan,
    oldest first, the running one last; `silent_days` counts days without any entry.
    """

    plan: CarePlan
    definition: Definition
    phase: Phase
    phases: tuple[Phase, ...]
    state: PlanState
    progress: Progress
    judged: tuple[JudgedEntry, ...]
    entries: tuple[DiaryEntry, ...]
    days: Mapping[datetime.date, Light]
    weeks: tuple[WeekLoad, ...]
    light: str
    light_on: datetime.date | None
    reds_in_window: int
    run_advice: RunAdvice
    adherence: Adherence | None
    silent_days: int
    now: datetime.datetime
    pauses: tuple[PlanPause, ...] = ()

    @property
    def today(self) -> datetime.date:
        """The day of this picture in Brussels."""
        return self.state.as_of

    @property
    def overdue(self) -> bool:
        """Whether the phase takes longer than its most weeks: a badge, never a decision."""
        return self.progress.overdue

    @property
    def week(self) -> int:
        """Week of the plan; the first is 1."""
        return self.progress.weeks + 1

    @property
    def is_blocked(self) -> bool:
        """Whether nothing may move before a physician cleared a red flag."""
        return self.progress.proposal is Proposal.BLOCKED

    @property
    def is_paused(self) -> bool:
        """Whether the plan stands still and no red flag blocks it."""
        return self.plan.hold_reason == CarePlan.HoldReason.PAUSED and not self.is_blocked

    @property
    def open_pause(self) -> PlanPause | None:
        """The pause that is not over, if any."""
        return next((pause for pause in self.pauses if pause.ended_on is None), None)

    @property
    def reminder_due(self) -> bool:
        """Whether the patient should be reminded: 3 days without an entry while running steps are active."""
        stepping = self.phase.key in step_phases(self.definition)
        return self.plan.status == "active" and stepping and self.silent_days >= REMIND_AFTER_DAYS

    @property
    def is_silent(self) -> bool:
        """Whether the therapist should ask: 7 days without an entry."""
        return self.plan.status == "active" and self.silent_days >= SILENT_AFTER_DAYS

    @property
    def over_limit(self) -> bool:
        """Whether this week's distance lies more than 10 % above what was allowed: a warning, never a block."""
        running = self.definition.running
        if running is None or not self.weeks:
            return False
        return exceeds(self.weeks[-1].km or 0, self.progress.next_max_km, running.volume)


@dataclass(frozen=True)
class _Rows:
    """What the database says of many plans, by plan or episode."""

    versions: Mapping[int, PathwayVersion]
    phases: Mapping[UUID, list[Phase]]
    diary: Mapping[UUID, list[DiaryEntry]]
    measurements: Mapping[UUID, list[Measurement]]
    prescribed: Mapping[UUID, list[ExercisePrescription]]
    stepping_since: Mapping[UUID, list[tuple[str, datetime.datetime]]]
    pauses: Mapping[UUID, list[PlanPause]]


def assess_plan(plan: CarePlan, *, now: datetime.datetime) -> PlanProgress:
    """Return where one plan stands. Three queries, one less when the plan carries its pathway version."""
    return assess_facts(facts_of_plan(plan, now=now), now=now)


def assess_facts(facts: PlanFacts, *, now: datetime.datetime) -> PlanProgress:
    """Return where a plan stands of which all but the diary was read. One query."""
    plan = facts.plan
    alone = _Rows(
        versions={plan.pathway_version_id: plan.pathway_version},
        phases={plan.pk: facts.phases},
        diary={plan.pk: list(_diary([plan.pk], now))},
        measurements={plan.episode_id: facts.measurements},
        prescribed={plan.pk: facts.prescribed_now},
        stepping_since={plan.pk: facts.moves},
        pauses={plan.pk: facts.pauses},
    )
    return _assess(plan, alone, now)


def assess_plans(plans: Iterable[CarePlan], *, now: datetime.datetime) -> dict[UUID, PlanProgress]:
    """Return where each plan stands, by plan id. Seven queries, whatever the number of plans."""
    given = list(plans)
    if not given:
        return {}
    rows = _read(given, now)
    return {plan.pk: _assess(plan, rows, now) for plan in given}


def _read(plans: Sequence[CarePlan], now: datetime.datetime) -> _Rows:
    ids = [plan.pk for plan in plans]
    versions = _versions(plans)
    needed = {key for version in versions.values() for key in measures_needed(definition_of(version))}
    phases = rows_by(Phase.objects.filter(plan_id__in=ids).order_by("ordinal"), "plan_id")
    prescribed = ExercisePrescription.objects.filter(plan_id__in=ids, phase__status=Phase.Status.ACTIVE)
    moves: dict[UUID, list[tuple[str, datetime.datetime]]] = defaultdict(list)
    forward = Decision.objects.filter(kind__in=[Decision.Kind.START, Decision.Kind.ADVANCE], made_at__lte=now)
    decided = forward.filter(plan_id__in=ids).order_by("made_at").values_list("plan_id", "to_phase", "made_at")
    for plan_id, to_phase, made_at in decided:
        moves[plan_id].append((to_phase, made_at))
    return _Rows(
        versions=versions,
        phases=phases,
        diary=rows_by(_diary(ids, now), "plan_id"),
        measurements=_measurements({plan.episode_id for plan in plans}, needed, _histories(versions.values()), now),
        prescribed=rows_by(prescribed.order_by("ordinal", "id"), "plan_id"),
        stepping_since=moves,
        pauses=rows_by(PlanPause.objects.filter(plan_id__in=ids), "plan_id"),
    )


def _diary(ids: Sequence[UUID], now: datetime.datetime) -> QuerySet[DiaryEntry]:
    recent = Q(started_at__gte=now - datetime.timedelta(days=DIARY_DAYS))
    reach = Q(kind=DiaryEntry.Kind.RUN) | recent | Q(rf_any=True)
    return DiaryEntry.objects.filter(reach, plan_id__in=ids, started_at__lte=now).order_by("started_at", "id")


def _versions(plans: Sequence[CarePlan]) -> dict[int, PathwayVersion]:
    """The pathway versions of the plans, read once each."""
    carried = [plan for plan in plans if "pathway_version" in plan._state.fields_cache]
    known = {plan.pathway_version_id: plan.pathway_version for plan in carried}
    missing = {plan.pathway_version_id for plan in plans} - set(known)
    return known | (PathwayVersion.objects.in_bulk(missing) if missing else {})


def rows_by(rows: Iterable[Any], name: str) -> defaultdict[Any, list[Any]]:
    """Return rows in groups, by one of their columns; a group that nobody made is empty."""
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _histories(versions: Iterable[PathwayVersion]) -> dict[str, int | None]:
    """The measures of which a rule of these versions looks at several values, with the longest window in days."""
    found: dict[str, int | None] = {}
    for key, days in (row for version in versions for row in history_needed(definition_of(version)).items()):
        known = found.get(key, 0)
        found[key] = None if known is None or days is None else max(known, days)
    return found


def _measurements(
    episodes: set[UUID], keys: set[str], histories: Mapping[str, int | None], now: datetime.datetime
) -> dict[UUID, list[Measurement]]:
    """First and latest value of each measure and side: the baseline and what is true now. One query.

    When a rule looks at several values, those in its window too.
    """
    rows = Observation.objects.current().filter(episode_id__in=episodes, measure_id__in=keys, effective_at__lte=now)
    columns = ("id", "episode_id", "measure_id", "side", "value", "effective_at")
    each_side = ("episode_id", "measure_id", "side")
    first = rows.order_by(*each_side, "effective_at", "id").distinct(*each_side).values_list(*columns)
    latest = rows.order_by(*each_side, "-effective_at", "-id").distinct(*each_side).values_list(*columns)
    parts = [latest]
    if histories:
        reach = Q()
        for key, days in histories.items():
            since = Q() if days is None else Q(effective_at__gte=now - datetime.timedelta(days=days))
            reach |= Q(measure_id=key) & since
        parts.append(rows.filter(reach).order_by("effective_at", "id").values_list(*columns))
    groups: dict[UUID, dict[UUID, Measurement]] = defaultdict(dict)
    _gather(groups, first.union(*parts, all=True))
    return {episode: list(found.values()) for episode, found in groups.items()}


def _gather(groups: dict[UUID, dict[UUID, Measurement]], rows: Iterable[tuple[Any, ...]]) -> None:
    for pk, episode, key, side, value, moment in rows:
        on = timezone.localtime(moment).date()
        groups[episode][pk] = Measurement(key, {side: value} if side else value, on, str(pk))


def _assess(plan: CarePlan, rows: _Rows, now: datetime.datetime) -> PlanProgress:
    definition = definition_of(rows.versions[plan.pathway_version_id])
    phases = rows.phases.get(plan.pk, [])
    phase = active_phase(phases)
    entries, pauses = rows.diary.get(plan.pk, []), rows.pauses.get(plan.pk, [])
    diary = [as_counted(row) for row in entries]
    judged = judged_entries(diary, plan, definition, now)
    today = timezone.localtime(now).date()
    weeks = weeks_of(plan.started_on, today, [each.entry for each in judged])
    steps = replayed(plan, phase, judged, rows.stepping_since.get(plan.pk, []), definition=definition, now=now)
    prescribed, since = rows.prescribed.get(plan.pk, []), phase.started_on or plan.started_on
    adherence = strength_adherence(prescribed, entries, since=since, today=today, stood_still=pauses)
    measurements = with_adherence(rows.measurements.get(plan.episode_id, []), adherence, today)
    state = _state(
        plan, phase, judged, weeks, steps=steps, measurements=measurements, diary=diary, pauses=pauses, now=now
    )
    progress = _progress(plan, assess(definition, state))
    facts = RunFacts(definition, state, progress, judged, plan.hold_reason or plan.status, weeks[-1].km or 0.0, now)
    days = day_lights(judged)
    light_on = _latest(days, today)
    return PlanProgress(
        plan=plan,
        definition=definition,
        phase=phase,
        phases=tuple(phases),
        state=state,
        progress=progress,
        judged=tuple(judged),
        entries=tuple(entries),
        days=days,
        weeks=tuple(weeks),
        light=days[light_on].value if light_on else NO_LIGHT,
        light_on=light_on,
        reds_in_window=count_lights(window(judged, today, definition.review.window_days), Light.RED),
        run_advice=run_advice(facts),
        adherence=adherence,
        silent_days=_silent_days(plan, diary, pauses, today),
        now=now,
        pauses=tuple(pauses),
    )


def _latest(days: Mapping[datetime.date, Light], today: datetime.date) -> datetime.date | None:
    """The latest day of the last 7 with a colour."""
    return max((day for day in days if day > today - datetime.timedelta(days=7)), default=None)


def _state(
    plan: CarePlan,
    phase: Phase,
    judged: Sequence[JudgedEntry],
    weeks: Sequence[WeekLoad],
    *,
    steps: StepState | None,
    measurements: Sequence[Measurement],
    diary: Sequence[Entry],
    pauses: Sequence[PlanPause],
    now: datetime.datetime,
) -> PlanState:
    """What the engine needs to know of a plan. Days on which it stood still do not count: they move its start."""
    today = timezone.localtime(now).date()
    entered = phase.started_on or plan.started_on
    return PlanState(
        phase=phase.key,
        course=plan.course,
        side=plan.side,
        as_of=today,
        started_on=_without(pauses, plan.started_on, today),
        phase_started_on=_without(pauses, entered, today),
        gait_strategy=plan.gait_strategy,
        rtr_step_done=steps.done if steps else 0,
        weekly_km_usual=plan.weekly_km_usual,
        weekly_km=weekly_distance(weeks, plan.started_on),
        longest_run_30d_km=longest_run([each.entry for each in judged], today),
        measurements=measurements,
        diary=diary,
        cleared_at=plan.cleared_at,
        now=now,
        current_step=steps.current if steps else None,
    )


def active_phase(phases: Sequence[Phase]) -> Phase:
    """The phase that a plan is in: the active one, or for an ended plan the last one reached."""
    for phase in phases:
        if phase.status == Phase.Status.ACTIVE:
            return phase
    reached = [phase for phase in phases if phase.started_on is not None]
    return reached[-1] if reached else phases[0]


def judged_entries(
    diary: Sequence[Entry], plan: CarePlan, definition: Definition, now: datetime.datetime
) -> list[JudgedEntry]:
    """Judge a diary and return the entries of the sides that the plan is for."""
    everything = judge(diary, now=now, rules=definition.lights)
    return [each for each in everything if plan.side == BOTH or each.entry.side in (plan.side, BOTH, None)]


def replayed(
    plan: CarePlan,
    phase: Phase,
    judged: Sequence[JudgedEntry],
    moves: Sequence[tuple[str, datetime.datetime]],
    *,
    definition: Definition,
    now: datetime.datetime,
) -> StepState | None:
    """Replay the running steps from the moment that the plan first came into a phase with steps.

    `moves`: the phases that it came into, with when. None for a pathway without steps.
    """
    rules = definition.running
    if rules is None:
        return None
    begun = [made_at for to_phase, made_at in moves if to_phase in step_phases(definition)]
    runs = [each for each in judged if each.entry.kind == "run" and begun and each.entry.start >= min(begun)]
    return replay_steps(
        rules,
        runs,
        start=plan.start_step or rules.start_steps[0],
        course=plan.course,
        cap=step_cap(definition, phase.key),
        as_of=timezone.localtime(now).date(),
    )


def with_adherence(
    measurements: Sequence[Measurement], adherence: Adherence | None, today: datetime.date
) -> list[Measurement]:
    """Add the adherence that the diary shows, unless someone recorded one since."""
    if adherence is None or any(each.key == adherence.measure and each.on >= adherence.since for each in measurements):
        return list(measurements)
    return [*measurements, Measurement(adherence.measure, adherence.share, today)]


def _progress(plan: CarePlan, progress: Progress) -> Progress:
    """A blocked plan stays blocked, whatever raised the flag, until a therapist unblocks it; a paused one stays put."""
    if plan.status != CarePlan.Status.ON_HOLD or progress.proposal is Proposal.BLOCKED:
        return progress
    if plan.hold_reason == CarePlan.HoldReason.PAUSED:
        why = (_("The plan stands still: nothing is judged until it is taken up again."),)
        return dataclasses.replace(
            progress, proposal=Proposal.STAY, to_phase=None, next_max_km=None, next_run_max_km=None, why=why
        )
    why = (_("A red flag waits for a physician's clearance."),)
    return dataclasses.replace(
        progress, proposal=Proposal.BLOCKED, to_phase=None, next_max_km=None, next_run_max_km=None, why=why
    )


def _without(pauses: Sequence[PlanPause], since: datetime.date, today: datetime.date) -> datetime.date:
    """A day, later by the days on which the plan stood still since."""
    return since + datetime.timedelta(days=paused_days(pauses, since, today))


def _silent_days(plan: CarePlan, diary: Sequence[Entry], pauses: Sequence[PlanPause], today: datetime.date) -> int:
    """Days without an entry; those on which the plan stood still do not count."""
    latest = max((entry.day for entry in diary), default=plan.started_on)
    return max(0, (today - latest).days - paused_days(pauses, latest, today))
