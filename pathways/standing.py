"""Where running plans stand, for a worklist of thousands: kept pictures, worked out again only when they may differ."""

import datetime
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import IntEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.kept_query import NOW, SOMEBODY, KeptQuery, among
from accounts.models import User
from pathways.engine.lights import Light
from pathways.engine.progress import Proposal
from pathways.models import CarePlan, PlanStanding
from pathways.progress import PlanProgress, assess_plans

# Plans judged in one go: enough to spread the cost of the queries, few enough to keep the diary rows in memory.
BATCH = 200
_WANTED = "wanted"  # a stand-in of the kept queries


class Ask(IntEnum):
    """What a plan may ask of its therapist; lower is more urgent."""

    BLOCKED = 1
    STEP_BACK = 2
    RED = 3
    REVIEW = 4
    ADVANCE = 5
    SILENT = 6


@dataclass(frozen=True)
class Standing:
    """What a worklist says of one plan; every value equals that of `PlanProgress` at the same moment."""

    phase: str
    proposal: str
    to_phase: str
    why: tuple[str, ...]
    light: str
    reds_in_window: int
    silent_days: int
    is_silent: bool
    reminder_due: bool
    overdue: bool
    over_limit: bool
    week: int


def standing_of(seen: PlanProgress) -> Standing:
    """Return what a worklist says of a plan that was judged just now."""
    return Standing(
        phase=seen.phase.key,
        proposal=seen.progress.proposal.value,
        to_phase=seen.progress.to_phase or "",
        why=tuple(seen.progress.why),
        light=seen.light,
        reds_in_window=seen.reds_in_window,
        silent_days=seen.silent_days,
        is_silent=seen.is_silent,
        reminder_due=seen.reminder_due,
        overdue=seen.overdue,
        over_limit=seen.over_limit,
        week=seen.week,
    )


class JudgedLight(NamedTuple):
    """The light of one diary entry. `at` is when the session began, in seconds since 1970."""

    at: float
    light: str


@dataclass(frozen=True)
class DayStanding:
    """Where a plan stands and the lights of its diary, oldest first, for the therapist's day."""

    plan_id: UUID
    patient_id: UUID
    started_on: datetime.date
    standing: Standing
    phase_title: str
    judged: tuple[JudgedLight, ...]


def asks_of(standing: Standing) -> list[int]:
    """Return what a plan asks of its therapist: to be unblocked alone, else red lights, the proposal, and silence."""
    if is_blocked(standing):
        return [Ask.BLOCKED]
    proposal = Proposal(standing.proposal)
    asked = {
        Ask.STEP_BACK: proposal is Proposal.STEP_BACK,
        Ask.RED: standing.reds_in_window > 0 and proposal is not Proposal.STEP_BACK,
        Ask.REVIEW: proposal is Proposal.REVIEW,
        Ask.ADVANCE: proposal is Proposal.ADVANCE,
        Ask.SILENT: standing.is_silent,
    }
    return [ask for ask, is_asked in asked.items() if is_asked]


def day_standings(user: User, patients: Collection[UUID], *, now: datetime.datetime) -> list[DayStanding]:
    """Return where the running plans of some patients stand, with their diary, the plan that began last first.

    Of those that the user may see. One query when everything is fresh; else those of `refresh` and one more.
    """
    query, values = _of_patients(user.role), {_WANTED: list(patients), SOMEBODY: user.pk, NOW: now}
    found = query.ask(values)
    stale = [row[0] for row in found if not row[-1]]
    if stale:
        refresh(stale, now=now)
        found = query.ask(values)
    return [
        _of_day(plan, patient, started_on, json.loads(picture), json.loads(judged))
        for plan, patient, started_on, picture, judged, _is_fresh in found
        if picture is not None
    ]


@cache
def _of_patients(role: str) -> KeptQuery:
    kept = PlanStanding.objects.visible_to(User(id=SOMEBODY, role=role)).of_running_plans().with_freshness(NOW)
    rows = kept.filter(among("pathways_careplan.patient_id", _WANTED)).order_by("-plan__started_on", "-plan_id")
    columns = ("plan_id", "plan__patient_id", "plan__started_on", "picture", "judged", "is_fresh")
    return KeptQuery.of(rows.values_list(*columns))


def _of_day(
    plan_id: UUID, patient_id: UUID, started_on: datetime.date, picture: Mapping[str, Any], judged: Mapping[str, Any]
) -> DayStanding:
    lights = tuple(JudgedLight(*each) for each in judged["lights"])
    return DayStanding(plan_id, patient_id, started_on, _from(picture), judged["phase"], lights)


def standings(plans: QuerySet[CarePlan], *, now: datetime.datetime) -> dict[UUID, Standing]:
    """Return where each plan stands, by plan id: kept pictures, and the others worked out and kept.

    One query when everything is fresh; nine more for every 200 plans that changed or whose time ran out.
    """
    rows = PlanStanding.objects.filter(plan__in=plans.order_by()).with_freshness(now)
    found: dict[UUID, Standing] = {}
    stale: list[UUID] = []
    for plan_id, is_fresh, picture in rows.values_list("plan_id", "is_fresh", "picture"):
        if is_fresh:
            found[plan_id] = _from(picture)
        else:
            stale.append(plan_id)
    return found | refresh(stale, now=now)


def kept_standings(ids: Collection[UUID]) -> dict[UUID, Standing]:
    """Return the kept pictures of these plans as they are, for who just saw to it that they hold. One query."""
    rows = _pictures().ask({_WANTED: list(ids)}) if ids else []
    return {plan_id: _from(json.loads(picture)) for plan_id, picture in rows}


@cache
def _pictures() -> KeptQuery:
    kept = PlanStanding.objects.order_by().filter(
        among("pathways_planstanding.plan_id", _WANTED), picture__isnull=False
    )
    return KeptQuery.of(kept.values_list("plan_id", "picture"))


def refresh(ids: Iterable[UUID], *, now: datetime.datetime) -> dict[UUID, Standing]:
    """Work out where these plans stand and keep it.

    The change counters are read before the facts, so that a write in between leaves the picture stale, never wrong.
    """
    wanted = sorted(ids)
    found: dict[UUID, Standing] = {}
    for start in range(0, len(wanted), BATCH):
        found |= _refresh(wanted[start : start + BATCH], now)
    return found


def refresh_all(*, now: datetime.datetime) -> int:
    """Work out every running plan whose picture may differ by now; return how many those were."""
    running = PlanStanding.objects.filter(plan__in=CarePlan.objects.running().order_by())
    fresh = PlanStanding.objects.fresh(now).values("plan_id")
    return len(refresh(running.exclude(plan_id__in=fresh).values_list("plan_id", flat=True), now=now))


def _refresh(ids: Sequence[UUID], now: datetime.datetime) -> dict[UUID, Standing]:
    counters = dict(PlanStanding.objects.filter(plan_id__in=ids).values_list("plan_id", "changes"))
    seen = assess_plans(CarePlan.objects.filter(pk__in=ids).order_by("pk"), now=now)
    found = {plan_id: standing_of(each) for plan_id, each in seen.items()}
    PlanStanding.objects.bulk_create(
        [
            PlanStanding(
                plan_id=plan_id,
                changes=counters[plan_id],
                computed_changes=counters[plan_id],
                computed_at=now,
                valid_until=_valid_until(each, now),
                picture=asdict(found[plan_id]),
                asks=asks_of(found[plan_id]),
                judged=_judged(each),
                judged_at=now,
            )
            for plan_id, each in seen.items()
            if plan_id in counters
        ],
        update_conflicts=True,
        unique_fields=["plan"],
        update_fields=["computed_changes", "computed_at", "valid_until", "picture", "asks", "judged", "judged_at"],
    )
    return found


def _judged(seen: PlanProgress) -> dict[str, Any]:
    lights = [[each.entry.start.timestamp(), each.light.value] for each in seen.judged]
    return {"phase": seen.phase.title, "lights": lights}


def _valid_until(seen: PlanProgress, now: datetime.datetime) -> datetime.datetime:
    """The next moment at which time alone changes a picture: a new day, or a morning after that stays unanswered."""
    tomorrow = timezone.localtime(now).date() + datetime.timedelta(days=1)
    midnight = timezone.make_aware(datetime.datetime.combine(tomorrow, datetime.time()))
    wait = datetime.timedelta(hours=seen.definition.lights.next_until_hours)
    waiting = [each.entry.end + wait for each in seen.judged if each.light is Light.PENDING]
    return min([midnight, *(moment for moment in waiting if moment > now)])


def _from(picture: Mapping[str, Any]) -> Standing:
    return Standing(**{**picture, "why": tuple(picture["why"])})


def is_blocked(standing: Standing) -> bool:
    """Whether nothing may move before a physician cleared a red flag."""
    return standing.proposal == Proposal.BLOCKED.value
