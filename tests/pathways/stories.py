"""A running plan with a life behind it. Rows are made directly, so that each test states its own facts."""

import dataclasses
import datetime
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.definitions import current_version, load_content
from pathways.engine.content import Content, read_content
from pathways.engine.follow_ups import visit_window
from pathways.engine.instruments import read_instruments
from pathways.engine.model import Definition, Visit
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    DiaryEntry,
    EducationItem,
    ExercisePrescription,
    FollowUp,
    PathwayVersion,
    Phase,
)
from patients.models import Encounter, EpisodeOfCare, IntakeResponse, Observation
from tests.pathways import shelf
from tests.people import NOW, TODAY

SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def content() -> Content:
    return read_content(SEEDS)


@cache
def instruments() -> Mapping[str, Mapping[str, Any]]:
    return read_instruments(SEEDS, content().measures, content().references)


def published(slug: str = "itbs") -> PathwayVersion:
    """Publish a pathway of the seeds, once per test."""
    if not PathwayVersion.objects.filter(pathway_id=slug).exists():
        is_bare = shelf.is_bare()
        if not (is_bare and shelf.take(slug)):
            whole = content()
            one = {name: {slug: getattr(whole, name)[slug]} for name in ("pathways", "documents")}
            load_content(dataclasses.replace(whole, **one), instruments(), now=NOW)
            if is_bare:
                shelf.keep(slug)
    return current_version(slug)


def make_plan(
    episode: EpisodeOfCare,
    practitioner: Practitioner,
    *,
    phase: str = "P1",
    weeks: int = 3,
    now: datetime.datetime = NOW,
    **more: Any,
) -> CarePlan:
    """Make a plan that began some weeks ago and came into its phase a week ago."""
    version = published()
    definition = content().pathways["itbs"]
    start = now - datetime.timedelta(weeks=weeks)
    by = practitioner.user
    given = {"side": "R", "course": "acute", "weekly_km_usual": Decimal(32), "start_step": "S1", **more}
    plan = CarePlan.objects.create(
        patient=episode.patient,
        episode=episode,
        pathway_version=version,
        classification=make_classification(episode, version, by, start),
        practitioner=practitioner,
        started_on=timezone.localtime(start).date(),
        **given,
    )
    make_phases(
        plan, definition, phase, came_on=max(plan.started_on, plan.started_on + datetime.timedelta(weeks=weeks - 1))
    )
    FollowUp.objects.bulk_create(make_follow_up(plan, visit) for visit in definition.visits[plan.course])
    Decision.objects.create(plan=plan, kind="start", to_phase=phase, made_by=by, made_at=start)
    return plan


def make_phases(plan: CarePlan, definition: Definition, phase: str, *, came_on: datetime.date) -> None:
    """Make the phases of a plan with their exercises and what is explained in them; the plan is in one of them."""
    here = [each.key for each in definition.phases].index(phase)
    rows = [
        Phase(
            plan=plan,
            key=each.key,
            ordinal=each.order,
            title=each.title,
            weeks_min=each.weeks[plan.course][0],
            weeks_max=each.weeks[plan.course][1],
            status=("completed" if index < here else "active" if index == here else "planned"),
            started_on=None if index > here else came_on,
            completed_on=plan.started_on if index < here else None,
        )
        for index, each in enumerate(definition.phases)
    ]
    Phase.objects.bulk_create(rows)
    ExercisePrescription.objects.bulk_create(
        ExercisePrescription(
            plan=plan, phase=row, exercise_id=dose.exercise, ordinal=number, dosage=dose.sets, per_week=dose.per_week,
            is_optional=dose.optional,
        )
        for each, row in zip(definition.phases, rows, strict=True)
        for number, dose in enumerate(each.exercises)
    )  # fmt: skip
    EducationItem.objects.bulk_create(
        EducationItem(plan=plan, phase=row, key=item.key, text=item.text)
        for each, row in zip(definition.phases, rows, strict=True)
        for item in each.education
    )


def make_follow_up(plan: CarePlan, visit: Visit) -> FollowUp:
    """What a plan asks of the agenda for one of its visits; not saved."""
    first, last = visit_window(visit, plan.started_on)
    given = {"week": visit.week, "type": visit.type, "practitioner": plan.practitioner}
    return FollowUp(plan=plan, window_start=first, window_end=last, **given)


def make_classification(
    episode: EpisodeOfCare, version: PathwayVersion, by: User, at: datetime.datetime, outcome: str = "LIKELY"
) -> Classification:
    """What the rule made of an intake: offered when likely, to confirm when possible, else no plan."""
    offer = {"LIKELY": "offer", "POSSIBLE": "confirm"}.get(outcome, "none")
    rules = version.document["classification"]["criteria"]
    result = {
        "plan": offer, "course": "acute", "start_step": "S4", "missing": [], "class": outcome, "red_flags": [],
        "criteria": {rule["key"]: True for rule in rules}, "contra": [], "differentials": [], "derived": {},
        "duration_weeks": 3,
    }  # fmt: skip
    encounter = Encounter.objects.create(patient=episode.patient, episode=episode, kind="intake", started_at=at)
    intake = IntakeResponse.objects.create(
        encounter=encounter, episode=episode, questionnaire=version.questionnaire, status="completed", completed_at=at
    )
    return Classification.objects.create(
        intake=intake,
        episode=episode,
        pathway_version=version,
        side="R",
        outcome=outcome,
        result=result,
        made_by=by,
        made_at=at,
    )


def log(
    plan: CarePlan,
    days_ago: int,
    pains: tuple[int | None, int | None, int | None, int | None] = (0, 1, 1, 0),
    *,
    kind: str = "run",
    now: datetime.datetime = NOW,
    **more: Any,
) -> DiaryEntry:
    """Put a session in the diary: pain before, during, after and the morning after."""
    end = now - datetime.timedelta(days=days_ago, hours=1)
    pre, during, after, later = pains
    return DiaryEntry.objects.create(
        plan=plan,
        patient_id=plan.patient_id,
        kind=kind,
        started_at=end - datetime.timedelta(minutes=30),
        ended_at=end,
        side="R",
        pre=pre,
        during=during,
        after=after,
        next=later,
        client_key=f"{kind}-{days_ago}-{DiaryEntry.objects.count()}",
        created_by=plan.practitioner.user,
        **more,
    )


def measure(plan: CarePlan, values: Mapping[str, Any], *, days_ago: int = 1, now: datetime.datetime = NOW) -> None:
    """Put measurements in the record; a mapping has a value for each side."""
    for key, value in values.items():
        for side, each in (value if isinstance(value, Mapping) else {"": value}).items():
            Observation.objects.create(
                patient=plan.patient,
                episode=plan.episode,
                measure_id=key,
                side=side,
                value=each,
                number=each if isinstance(each, int | float) and not isinstance(each, bool) else None,
                effective_at=now - datetime.timedelta(days=days_ago),
                entered_by=plan.practitioner.user,
            )


def ready_for_p2(plan: CarePlan, now: datetime.datetime = NOW) -> None:
    """Everything that the first phase asks."""
    for day in (1, 3, 5):
        log(plan, day, kind="exercise", now=now)
    measure(plan, {"stairs_nprs": {"R": 1}, "walk_30min_nprs": {"R": 0}}, now=now)


__all__ = ["NOW", "TODAY", "content", "log", "make_classification", "make_plan", "measure", "published", "ready_for_p2"]
