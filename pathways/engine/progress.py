"""Where a plan stands and what the engine proposes; the therapist decides (section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from pathways.engine import sentences
from pathways.engine.comparison import exact
from pathways.engine.criteria import (
    CriterionResult,
    Facts,
    Measurement,
    assess_criterion,
    count_lights,
    window,
)
from pathways.engine.findings import BOTH
from pathways.engine.lights import BRUSSELS, Entry, JudgedEntry, Light, judge
from pathways.engine.logic import Verdict, all_of
from pathways.engine.model import Definition
from pathways.engine.running import (
    LONGEST_RUN_DAYS,
    Km,
    all_steps_done,
    current_step,
    long_run_max_km,
    must_restart,
    next_max_km,
    next_run_max_km,
)


class Proposal(StrEnum):
    """What the engine proposes, most urgent first."""

    BLOCKED = "blocked"
    STEP_BACK = "step_back"
    REVIEW = "review"
    ADVANCE = "advance"
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class PlanState:
    """What is known of a plan on a day.

    ``weekly_km``: complete weeks, oldest first; ``cleared_at``: red flags before it were cleared;
    ``current_step``: the step as replayed from the diary, used as it is.
    """

    phase: str
    course: str
    side: str
    as_of: date
    started_on: date
    phase_started_on: date
    gait_strategy: str | None = None
    rtr_step_done: int = 0
    weekly_km_usual: Km | None = None
    weekly_km: Sequence[Km] = ()
    longest_run_30d_km: Km | None = None
    measurements: Sequence[Measurement] = ()
    diary: Sequence[Entry] = ()
    cleared_at: datetime | None = None
    now: datetime | None = None
    baseline: Mapping[str, Any] = field(default_factory=dict)
    current_step: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The proposal with every criterion; distances in km; ``overdue`` is a badge, never a decision."""

    criteria: tuple[CriterionResult, ...]
    proposal: Proposal
    to_phase: str | None
    step: str | None
    next_max_km: float | None
    next_run_max_km: float | None
    long_run_max_km: float | None
    overdue: bool
    weeks: int
    weeks_in_phase: int
    why: tuple[str, ...]


def assess(definition: Definition, state: PlanState) -> Progress:
    """Judge a plan on its day: blocked, step back, review, advance or stay; never advances with a recent RED."""
    facts = facts_of(definition, state)
    criteria = phase_criteria(definition, facts, state.phase)
    proposal, to_phase, why = _propose(definition, state, facts, criteria)
    weeks, in_phase = _weeks(state.started_on, state.as_of), _weeks(state.phase_started_on, state.as_of)
    week_km, run_km = (None, None) if proposal is Proposal.BLOCKED else _distances(definition, state, weeks)
    return Progress(
        criteria=criteria,
        proposal=proposal,
        to_phase=to_phase,
        step=_step(definition, state, facts),
        next_max_km=week_km,
        next_run_max_km=run_km,
        long_run_max_km=long_run_max_km(week_km, definition.running.volume) if definition.running else None,
        overdue=(state.as_of - state.phase_started_on).days > 7 * definition.phase(state.phase).weeks[state.course][1],
        weeks=weeks,
        weeks_in_phase=in_phase,
        why=why,
    )


def facts_of(definition: Definition, state: PlanState) -> Facts:
    """Gather what criteria look at: the affected side's judged entries, measurements, the plan's own state."""
    now = state.now or datetime.combine(state.as_of, time(23, 59, 59), BRUSSELS)
    diary = [entry for entry in state.diary if entry.day <= state.as_of]
    judged = [each for each in judge(diary, now=now, rules=definition.lights) if _affected(each.entry, state.side)]
    two_weeks = [exact(km) for km in state.weekly_km[-2:]]
    return Facts(
        definition=definition,
        side=state.side,
        as_of=state.as_of,
        measurements=state.measurements,
        judged=judged,
        state={
            "rtr_step_done": state.rtr_step_done,
            "gait_strategy": state.gait_strategy,
            "weekly_km_usual": state.weekly_km_usual,
            "mean_km_2wk": sum(two_weeks) / 2 if len(two_weeks) == 2 else None,
            "weeks_in_phase": _weeks(state.phase_started_on, state.as_of),
        },
        baseline=state.baseline,
    )


def phase_criteria(definition: Definition, facts: Facts, phase: str) -> tuple[CriterionResult, ...]:
    """Every exit line of a phase, judged."""
    return tuple(assess_criterion(criterion, facts) for criterion in definition.phase(phase).exit)


def highest_entry_phase(definition: Definition, state: PlanState) -> str:
    """The highest phase whose earlier exits are all met: where a patient may enter; the therapist confirms."""
    facts = facts_of(definition, state)
    for phase in definition.phases[:-1]:
        if all_of(each.status for each in phase_criteria(definition, facts, phase.key)) is not Verdict.MET:
            return phase.key
    return definition.phases[-1].key


def _affected(entry: Entry, side: str) -> bool:
    return side == BOTH or entry.side in (side, BOTH, None)


def _weeks(start: date, end: date) -> int:
    return (end - start).days // 7


def _propose(
    definition: Definition, state: PlanState, facts: Facts, criteria: tuple[CriterionResult, ...]
) -> tuple[Proposal, str | None, tuple[str, ...]]:
    keys = [phase.key for phase in definition.phases]
    here = keys.index(state.phase)
    flags = _alarms(definition, state)
    if flags:
        return Proposal.BLOCKED, None, flags
    rules = definition.review
    recent = window(facts.judged, state.as_of, rules.window_days)
    reds, ambers = count_lights(recent, Light.RED), count_lights(recent, Light.AMBER)
    if reds >= rules.step_back_reds:
        why = sentences.STEP_BACK.say(reds=reds, days=rules.window_days)
        return Proposal.STEP_BACK, keys[max(here - 1, 0)], (why,)
    open_lines = tuple(each.why for each in criteria if each.status is not Verdict.MET)
    reviews = _reviews(definition, state, facts, ambers, all_met=not open_lines)
    if reviews:
        return Proposal.REVIEW, None, reviews
    if open_lines:
        return Proposal.STAY, None, open_lines
    if reds > rules.advance_reds:
        why = sentences.RECENT_RED.say(days=rules.window_days)
        return Proposal.STAY, None, (why,)
    return _advance(definition, here)


def _advance(definition: Definition, here: int) -> tuple[Proposal, str | None, tuple[str, ...]]:
    """To the next phase; after the last one the plan can be closed (no phase to go to)."""
    if here + 1 == len(definition.phases):
        return Proposal.ADVANCE, None, (sentences.CAN_CLOSE.say(),)
    following = definition.phases[here + 1]
    return Proposal.ADVANCE, following.key, (sentences.READY_FOR.say(phase=following.title),)


def _alarms(definition: Definition, state: PlanState) -> tuple[str, ...]:
    """Red flags: an alarming sign in the diary (any side) or a red-flag finding, not cleared since."""
    cleared = state.cleared_at
    found = [
        sentences.DIARY_ALARM.say()
        for entry in state.diary
        if entry.rf_any and entry.day <= state.as_of and (cleared is None or entry.start > cleared)
    ]
    labels = {flag.key: flag.label for flag in definition.classification.red_flags}
    latest: dict[str, Measurement] = {}
    for each in sorted(state.measurements, key=lambda measurement: measurement.on):
        if each.key in labels and each.on <= state.as_of and each.value is not None:
            latest[each.key] = each
    for key, each in latest.items():
        after = cleared is None or each.on > cleared.astimezone(BRUSSELS).date()
        if _says_yes(each.value) and after:
            found.append(sentences.ALARM.say(flag=labels[key]))
    return tuple(dict.fromkeys(found))


def _says_yes(value: Any) -> bool:
    return any(each is True for each in value.values()) if isinstance(value, Mapping) else value is True


def _reviews(definition: Definition, state: PlanState, facts: Facts, ambers: int, *, all_met: bool) -> tuple[str, ...]:
    rules = definition.review
    keys = [phase.key for phase in definition.phases]
    weeks = _weeks(state.started_on, state.as_of)
    why: list[str] = []
    if ambers >= rules.review_ambers:
        why.append(sentences.AMBERS.say(ambers=ambers, days=rules.window_days))
    if weeks >= rules.from_week and state.phase != keys[-1] and _no_response(definition, facts):
        why.append(sentences.NO_RESPONSE.say(weeks=weeks))
    upper = definition.course(state.course).total_weeks[1]
    returning = keys.index(state.phase) <= keys.index(rules.return_phase)
    unfinished = state.phase != rules.return_phase or not all_met
    if weeks > upper and returning and unfinished:
        why.append(sentences.TOO_LONG.say(weeks=weeks, upper=upper))
    return tuple(why)


def _no_response(definition: Definition, facts: Facts) -> bool:
    """Too little less pain and too little more function since the baseline, on a side; unknown values never say so."""
    rules = definition.review
    for side in facts.sides:
        pain = _change(facts, rules.pain_measure, side, rules.pain_maximum_age_days)
        gains = [(row, _change(facts, row.measure, side, row.maximum_age_days)) for row in rules.function]
        known = [(row, gain) for row, gain in gains if gain is not None]
        if pain is None or not known:
            continue
        row, gain = known[0]
        if -pain < exact(rules.pain_drop_below) and gain < exact(row.gain_below):
            return True
    return False


def _change(facts: Facts, key: str, side: str, maximum_age_days: int | None) -> Any:
    first, latest = facts.first(key, side), facts.latest(key, side, maximum_age_days)
    if first.value is None or latest.value is None or first.on == latest.on:
        return None
    return exact(latest.value) - exact(first.value)


def _runs(facts: Facts) -> list[JudgedEntry]:
    return [each for each in facts.judged if each.entry.kind == "run"]


def _step(definition: Definition, state: PlanState, facts: Facts) -> str | None:
    rules = definition.running
    if rules is None:
        return None
    if state.current_step is None:
        return current_step(
            definition,
            rtr_step_done=state.rtr_step_done,
            runs=_runs(facts),
            phase=state.phase,
            as_of=state.as_of,
            longest_run_30d=state.longest_run_30d_km,
            weekly_km=state.weekly_km,
        )
    restart = all_steps_done(rules, state.rtr_step_done) and must_restart(_has_run(state, facts), state.weekly_km)
    order = [step.key for step in rules.steps]
    return min((state.current_step, rules.restart_step), key=order.index) if restart else state.current_step


def _has_run(state: PlanState, facts: Facts) -> bool:
    """Whether the last 30 days hold a run: one without a distance is a run all the same."""
    lately = (run for run in _runs(facts) if (state.as_of - run.entry.day).days <= LONGEST_RUN_DAYS)
    return bool(state.longest_run_30d_km) or any(lately)


def _distances(definition: Definition, state: PlanState, weeks: int) -> tuple[float | None, float | None]:
    rules = definition.running
    if rules is None:
        return None, None
    week = next_max_km(
        state.weekly_km,
        usual=state.weekly_km_usual,
        load=definition.phase(state.phase).load,
        plan_week=weeks + 1,
        volume=rules.volume,
    )
    done = all_steps_done(rules, state.rtr_step_done)
    return week, next_run_max_km(state.longest_run_30d_km, all_done=done, volume=rules.volume)


def rest_until(judged: Sequence[JudgedEntry], definition: Definition) -> datetime | None:
    """Until when not to run after the last RED session (48 h in UTC hours), or None without a RED."""
    reds = [each.entry.end for each in judged if each.light is Light.RED]
    if not reds or definition.running is None:
        return None
    return max(reds).astimezone(UTC) + timedelta(hours=definition.running.rest_hours_after_red)
