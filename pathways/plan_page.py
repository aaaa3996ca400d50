"""Everything that the therapist's page of a plan shows, as frozen data that the template only reads."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from pathways.decisions import DECISIONS, needs_reason, refusal_of
from pathways.engine.criteria import CriterionResult
from pathways.engine.criterion import Criterion
from pathways.engine.lights import JudgedEntry
from pathways.engine.model import Definition, Reference
from pathways.engine.source import Source
from pathways.measures_needed import measures_of
from pathways.models import (
    CarePlan,
    CheckIn,
    Decision,
    EducationItem,
    ExercisePrescription,
    FollowUp,
    Goal,
    Phase,
    Task,
)
from pathways.one_plan import PlanFacts
from pathways.page_language import spoken_progress
from pathways.plan_charts import PlanCharts, plan_charts
from pathways.plan_history import moments, visits_to_check
from pathways.progress import PlanProgress
from patients.content_words import spoken

DIARY_ROWS = 14


@dataclass(frozen=True)
class CriterionRow:
    """One exit line: its verdict, the value and how old it is, and what the line rests on."""

    label: str
    status: str
    why: str
    measured_on: datetime.date | None
    age_days: int | None
    references: tuple[Reference, ...]
    practice_choice: bool


@dataclass(frozen=True)
class Choice:
    """One decision that the form offers: why it cannot be taken now, whether it was proposed or needs a reason."""

    kind: str
    label: str
    target: str
    refusal: str
    is_proposed: bool
    needs_reason: bool


@dataclass(frozen=True)
class DiaryRow:
    """One entry with its light, as it is listed."""

    entry: Any
    judged: JudgedEntry | None


@dataclass(frozen=True)
class PlanPage:
    """What the page shows of one plan."""

    plan: CarePlan
    seen: PlanProgress
    track: list[dict[str, Any]]
    criteria: list[CriterionRow]
    choices: list[Choice]
    exercises: list[ExercisePrescription]
    past_exercises: list[ExercisePrescription]
    education: list[EducationItem]
    goals: list[Goal]
    follow_ups: list[FollowUp]
    diary: list[DiaryRow]
    charts: PlanCharts
    decisions: list[dict[str, Any]]
    tasks: list[Task]
    references: list[Reference]
    load_texts: tuple[str, ...]
    phase_goal: str
    to_check: list[FollowUp]
    check_ins: list[CheckIn]


def plan_page(seen: PlanProgress, facts: PlanFacts) -> PlanPage:
    """Gather the page of a plan from what was read of it (`FOR_THERAPIST`). No queries."""
    seen = spoken_progress(seen)
    plan, definition = seen.plan, seen.definition
    phase_definition = definition.phase(seen.phase.key)
    prescribed = [row for row in facts.prescribed if row.phase_id == seen.phase.pk]
    follow_ups, decided = list(facts.follow_ups), list(facts.decisions)
    return PlanPage(
        plan=plan,
        seen=seen,
        track=phase_track(seen),
        criteria=criterion_rows(seen),
        choices=choices(seen),
        exercises=[row for row in prescribed if row.ended_on is None],
        past_exercises=[row for row in prescribed if row.ended_on is not None],
        education=[row for row in facts.to_explain if row.phase_id == seen.phase.pk],
        goals=list(facts.goals),
        follow_ups=follow_ups,
        diary=diary_rows(seen)[:DIARY_ROWS],
        charts=plan_charts(seen, decided),
        decisions=moments(decided),
        tasks=list(facts.tasks),
        references=_references(definition, phase_definition.exit),
        load_texts=phase_definition.load.texts,
        phase_goal=phase_definition.goal,
        to_check=visits_to_check(decided, follow_ups, seen.now),
        check_ins=list(facts.check_ins) if plan.ended_on else [],
    )


def phase_track(seen: PlanProgress) -> list[dict[str, Any]]:
    """The phases for the track: done, current or next, with their expected weeks."""
    states = {Phase.Status.COMPLETED: "done", Phase.Status.ACTIVE: "current", Phase.Status.PLANNED: "next"}
    return [
        {"title": spoken(phase.title), "state": states[Phase.Status(phase.status)], "note": _phase_note(phase, seen)}
        for phase in seen.phases
    ]


def _phase_note(phase: Phase, seen: PlanProgress) -> str:
    weeks = {"low": phase.weeks_min, "high": phase.weeks_max}
    if phase.status == Phase.Status.ACTIVE:
        return _("week %(week)s of %(high)s") % {**weeks, "week": seen.progress.weeks_in_phase + 1}
    if phase.status == Phase.Status.COMPLETED and phase.started_on is None:
        return _("passed over")
    if phase.weeks_min == phase.weeks_max:
        return _("%(high)s wk") % weeks
    return _("%(low)s-%(high)s wk") % weeks


def criterion_rows(seen: PlanProgress) -> list[CriterionRow]:
    """Each exit line of the phase with its verdict, the age of what it rests on, and its source."""
    lines = {line.key: line for line in seen.definition.phase(seen.phase.key).exit}
    return [_row(result, lines[result.key], seen) for result in seen.progress.criteria]


def _row(result: CriterionResult, line: Criterion, seen: PlanProgress) -> CriterionRow:
    keys = measures_of(seen.definition, line)
    days = [each.on for each in seen.state.measurements if each.key in keys]
    measured_on = max(days, default=None)
    return CriterionRow(
        label=line.label,
        status=result.status.value,
        why=result.why.removeprefix(line.label).lstrip(":\N{NO-BREAK SPACE} "),
        measured_on=measured_on,
        age_days=None if measured_on is None else (seen.today - measured_on).days,
        references=_resolve(seen.definition, line.source),
        practice_choice=line.source.practice_choice,
    )


def _resolve(definition: Definition, source: Source) -> tuple[Reference, ...]:
    return tuple(definition.references[key] for key in source.references if key in definition.references)


def _references(definition: Definition, lines: Iterable[Criterion]) -> list[Reference]:
    sources = [line.source for line in lines]
    sources += [definition.review.source]
    found = {each.key: each for source in sources for each in _resolve(definition, source)}
    return list(found.values())


def choices(seen: PlanProgress) -> list[Choice]:
    """The three decisions, each with what it would do and whether it can be taken."""
    here = seen.phases.index(seen.phase)
    after = spoken(seen.phases[here + 1].title) if here + 1 < len(seen.phases) else _("plan completed")
    targets = {
        Decision.Kind.ADVANCE: after,
        Decision.Kind.HOLD: spoken(seen.phase.title),
        Decision.Kind.STEP_BACK: spoken(seen.phases[max(here - 1, 0)].title),
    }
    return [
        Choice(
            kind=kind.value,
            label=str(kind.label),
            target=targets[kind],
            refusal=refusal_of(seen, kind),
            is_proposed=not needs_reason(seen, kind),
            needs_reason=needs_reason(seen, kind),
        )
        for kind in DECISIONS
    ]


def diary_rows(seen: PlanProgress) -> list[DiaryRow]:
    """Every entry that was read, newest first, with its light; an entry of the other side has none."""
    judged = {each.entry.id: each for each in seen.judged}
    return [DiaryRow(row, judged.get(str(row.pk))) for row in reversed(seen.entries)]


def booking_state(row: FollowUp, today: datetime.date) -> str:
    """How far a follow-up is: "done", "booked", "overdue" or "open"."""
    visit = row.appointment
    if visit is not None and visit.occupies:
        return "done" if visit.status == "fulfilled" else "booked"
    return "overdue" if row.window_end < today else "open"


def follow_up_rows(rows: Sequence[FollowUp], today: datetime.date) -> list[dict[str, Any]]:
    """Follow-ups with their state and, when booked, the moment of the visit."""
    words = {"done": _("done"), "booked": _("booked"), "overdue": _("overdue"), "open": _("still to book")}
    tones = {"done": "green", "booked": "petrol", "overdue": "red", "open": "neutral"}
    found = []
    for row in rows:
        state = booking_state(row, today)
        start = timezone.localtime(row.appointment.start) if row.appointment and state in {"done", "booked"} else None
        found.append({"row": row, "state": state, "label": words[state], "tone": tones[state], "start": start})
    return found
