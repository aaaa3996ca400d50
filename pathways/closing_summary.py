"""What a treatment came to: kept with the decision that ended it, in codes and numbers; words are made when shown."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from pathways.engine.findings import affected_sides
from pathways.engine.logic import Verdict, all_of, answer_of
from pathways.engine.model import Definition
from pathways.engine.model import Goal as WrittenGoal
from pathways.models import CarePlan, Phase
from pathways.pauses import paused_days
from patients.models import Encounter, Observation

# How a goal was judged: by its measure, by the phase whose exit it names, by the therapist, or by nobody.
MEASURED, PHASE_DONE, THERAPIST, NOT_JUDGED = "measured", "phase", "therapist", "not_judged"


def closing_summary(
    plan: CarePlan, definition: Definition, *, goals: Sequence[Mapping[str, Any]], note: str, on: datetime.date
) -> dict[str, Any]:
    """Return start and end of each outcome measure, weeks, visits, phases, decisions and goals. Five queries.

    Weeks leave out the days on which the plan stood still. A change is held against the smallest change that matters,
    where the pathway names one (its review rules); a single measurement has no change.
    """
    stood_still = paused_days(plan.pauses.all(), plan.started_on, on)
    return {
        "title": definition.title,
        "version": plan.pathway_version.number,
        "side": plan.side,
        "started_on": plan.started_on.isoformat(),
        "ended_on": on.isoformat(),
        "weeks": max(0, (on - plan.started_on).days - stood_still) // 7,
        "paused_days": stood_still,
        "visits": _visits(plan),
        "measures": _measures(plan, definition),
        "phases": [_phase(row) for row in plan.phases.order_by("ordinal")],
        "decisions": [_decision(row) for row in plan.decisions.select_related("made_by").order_by("made_at", "id")],
        "goals": [dict(each) for each in goals],
        "outcome_note": note,
    }


def judged_goals(plan: CarePlan, definition: Definition) -> list[dict[str, Any]]:
    """Return each goal with whether it was reached and how that is known; nothing is written. Three queries.

    A goal with a target is judged by its latest value on every affected side, each measured again since the start; one
    without by the phase whose exit it names, once the therapist let the plan past that exit. What cannot be judged is
    "not judged", never "reached".
    """
    written = {each.text: each for each in definition.goals}
    done = set(plan.phases.filter(status=Phase.Status.COMPLETED).values_list("key", flat=True))
    keys = [each.measure for each in definition.goals if each.measure]
    latest = {(row["key"], row["side"]): row["end"] for row in _series(plan, keys)}
    found = []
    for row in plan.goals.order_by("id"):
        goal = written.get(row.description)
        measure = definition.measures.get(goal.measure or "") if goal else None
        sides = affected_sides(plan.side) if measure is not None and measure.sided else ("",)
        verdict, basis = _verdict(goal, latest, done, sides)
        found.append({"id": row.pk, "text": row.description, "reached": verdict, "basis": basis})
    return found


def outcome_measures(definition: Definition) -> tuple[str, ...]:
    """Return the keys of the measures that say what a treatment came to: those of the review, the goals, and the
    numbers that the pathway measures again in certain weeks."""
    keys = [definition.review.pain_measure, *(row.measure for row in definition.review.function)]
    keys += [goal.measure for goal in definition.goals if goal.measure]
    keys += [key for row in definition.remeasure if row.weeks for key in row.measures]
    numbers = {key for key in keys if key in definition.measures and _is_number(definition, key)}
    return tuple(key for key in dict.fromkeys(keys) if key in numbers)


def smallest_change(definition: Definition, key: str) -> tuple[int, float] | None:
    """Return in which direction a measure gets better (-1 or 1) and the smallest change that matters, if named."""
    review = definition.review
    if key == review.pain_measure:
        return -1, review.pain_drop_below
    return next(((1, row.gain_below) for row in review.function if row.measure == key), None)


def _is_number(definition: Definition, key: str) -> bool:
    return definition.measures[key].type in {"integer", "decimal"}


def _measures(plan: CarePlan, definition: Definition) -> list[dict[str, Any]]:
    rows = _series(plan, outcome_measures(definition))
    return [
        {
            **row,
            "label": definition.measures[row["key"]].label,
            "unit": definition.measures[row["key"]].unit,
            "change": _change(row, smallest_change(definition, row["key"])),
        }
        for row in rows
    ]


def _series(plan: CarePlan, keys: Sequence[str]) -> list[dict[str, Any]]:
    """First and latest value of each measure and side since the episode began, in the order of the keys. One query."""
    rows = Observation.objects.current().filter(episode_id=plan.episode_id, measure_id__in=keys)
    found: dict[tuple[str, str], list[tuple[Any, datetime.date]]] = {}
    for key, side, value, moment in rows.order_by("effective_at", "id").values_list(
        "measure_id", "side", "value", "effective_at"
    ):
        found.setdefault((key, side), []).append((value, timezone.localtime(moment).date()))
    order = {key: number for number, key in enumerate(keys)}
    return [
        {
            "key": key,
            "side": side,
            "start": values[0][0],
            "start_on": values[0][1].isoformat(),
            "end": values[-1][0] if len(values) > 1 else None,
            "end_on": values[-1][1].isoformat() if len(values) > 1 else None,
        }
        for (key, side), values in sorted(found.items(), key=lambda each: (order[each[0][0]], each[0][1]))
    ]


def _change(row: Mapping[str, Any], matters: tuple[int, float] | None) -> str:
    """Return "once", "better", "small" (less than what matters), "worse", or "unnamed" when none is named."""
    if row["end"] is None:
        return "once"
    if matters is None:
        return "unnamed"
    direction, least = matters
    gain = (row["end"] - row["start"]) * direction
    if gain >= least:
        return "better"
    return "worse" if gain <= -least else "small"


def _verdict(
    goal: WrittenGoal | None, latest: Mapping[tuple[str, str], Any], done: set[str], sides: Sequence[str]
) -> tuple[bool | None, str]:
    if goal is not None and goal.measure and goal.target is not None:
        values = [latest.get((goal.measure, side), latest.get((goal.measure, ""))) for side in sides]
        verdict = all_of(goal.target.judge(value) for value in values)
        return answer_of(verdict), NOT_JUDGED if verdict is Verdict.UNKNOWN else MEASURED
    if goal is not None and not goal.measure:
        phase, _dot, moment = goal.due.partition(".")
        if moment == "exit" and phase in done:
            return True, PHASE_DONE
    return None, NOT_JUDGED


def _visits(plan: CarePlan) -> int:
    rows = Encounter.objects.filter(episode_id=plan.episode_id).exclude(kind=Encounter.Kind.SELF_REPORT)
    finished = rows.aggregate(count=Count("id", filter=~Q(status=Encounter.Status.CANCELLED)))
    return int(finished["count"])


def _phase(row: Phase) -> dict[str, Any]:
    return {
        "key": row.key,
        "title": row.title,
        "status": row.status,
        "started_on": row.started_on.isoformat() if row.started_on else None,
        "completed_on": row.completed_on.isoformat() if row.completed_on else None,
    }


def _decision(row: Any) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "on": timezone.localtime(row.made_at).date().isoformat(),
        "from_phase": row.from_phase,
        "to_phase": row.to_phase,
        "reason": row.reason,
        "is_override": row.is_override,
        "by": by_name(row.made_by),
    }


def by_name(user: User) -> str:
    """How a person is named in a record that outlives the account."""
    return user.name or user.email
