"""The end of a plan: what it came to is kept, goals are settled, and check-ins are planned for afterwards."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.closing_summary import THERAPIST, closing_summary, judged_goals
from pathways.decision_log import held, set_status
from pathways.definitions import definition_of
from pathways.engine.model import Definition
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, CheckIn, Decision, FollowUp, Goal, Phase
from pathways.pauses import close_open_pause
from patients.models import EpisodeOfCare
from scheduling.models import Appointment

Status = CarePlan.Status


@dataclass(frozen=True)
class Discharged:
    """A plan that ended. `booked` are visits of the episode that still stand in the agenda."""

    plan: CarePlan
    decision: Decision
    check_ins: tuple[CheckIn, ...]
    booked: tuple[Appointment, ...]


def discharge_plan(
    plan: CarePlan,
    *,
    outcome_note: str,
    by: User,
    now: datetime.datetime,
    completed: bool = True,
    goals: Mapping[int, bool] | None = None,
) -> Discharged:
    """End a plan and its episode: completed, or stopped before the end. What it came to is kept with the decision.

    `goals` says of a goal (by its id) whether it was reached; the others are judged by `judged_goals`. A completed
    plan plans the check-ins that its pathway asks for. Visits that were still to book are dropped; booked ones stay
    and are returned. Raises PlanRefused for a plan that has ended, or when a red flag blocks completing it;
    InvalidInput without a note.
    """
    if not outcome_note.strip():
        why = _("Write down how the treatment ended.")
        raise InvalidInput(_("Some values cannot be taken."), errors={"outcome_note": [why]})
    with transaction.atomic():
        locked = held(plan)
        if locked.status not in {Status.ACTIVE, Status.ON_HOLD}:
            raise PlanRefused(_("This plan has already ended."))
        if completed and locked.hold_reason == CarePlan.HoldReason.BLOCKED:
            raise PlanRefused(_("A red flag blocks this plan: it cannot be completed, only stopped."))
        return finish_plan(locked, note=outcome_note.strip(), completed=completed, goals=goals or {}, by=by, now=now)


def close_plan(plan: CarePlan, *, reason: str, by: User, now: datetime.datetime, completed: bool = True) -> CarePlan:
    """End a plan as `discharge_plan` does, and return it."""
    return discharge_plan(plan, outcome_note=reason, completed=completed, by=by, now=now).plan


def finish_plan(
    plan: CarePlan, *, note: str, completed: bool, goals: Mapping[int, bool], by: User, now: datetime.datetime
) -> Discharged:
    """End a plan whose row is held by the transaction of the caller."""
    today = timezone.localtime(now).date()
    definition = definition_of(plan.pathway_version)
    left = _leave_phase(plan, today, completed)
    close_open_pause(plan, today)
    settled = _settle_goals(plan, definition, goals)
    plan.ended_on = today
    set_status(plan, Status.COMPLETED if completed else Status.REVOKED)
    FollowUp.objects.filter(plan=plan, appointment__isnull=True).update(is_dropped=True)
    EpisodeOfCare.objects.filter(pk=plan.episode_id).update(status=EpisodeOfCare.Status.FINISHED, ended_on=today)
    summary = closing_summary(plan, definition, goals=settled, note=note, on=today)
    decision = Decision.objects.create(
        plan=plan,
        kind=Decision.Kind.CLOSE,
        from_phase=left,
        reason=note,
        evidence={**summary, "completed": completed},
        made_by=by,
        made_at=now,
    )
    check_ins = _plan_check_ins(plan, definition, today) if completed else ()
    upcoming = Appointment.objects.occupying().filter(episode_id=plan.episode_id, start__gt=now).order_by("start")
    return Discharged(plan, decision, check_ins, tuple(upcoming))


def summary_of(plan: CarePlan) -> Decision | None:
    """Return the decision that ended a plan, with what it came to in its evidence; None while it runs."""
    ended: Decision | None = plan.decisions.filter(kind=Decision.Kind.CLOSE).select_related("made_by").first()
    return ended


def draft_summary(plan: CarePlan, *, now: datetime.datetime) -> dict[str, Any]:
    """Return what would be kept if the plan ended now; nothing is written. Eight queries."""
    definition = definition_of(plan.pathway_version)
    today = timezone.localtime(now).date()
    return closing_summary(plan, definition, goals=judged_goals(plan, definition), note="", on=today)


def _leave_phase(plan: CarePlan, today: datetime.date, completed: bool) -> str:
    """Complete the running phase of a completed plan; return the phase that the plan was in."""
    phase: Phase | None = plan.phases.filter(status=Phase.Status.ACTIVE).first()
    if phase is None:
        last = plan.phases.filter(started_on__isnull=False).order_by("-ordinal").first()
        return last.key if last else ""
    if completed:
        phase.status, phase.completed_on = Phase.Status.COMPLETED, today
        phase.save(update_fields=["status", "completed_on"])
    return phase.key


def _settle_goals(plan: CarePlan, definition: Definition, said: Mapping[int, bool]) -> list[dict[str, Any]]:
    """Give each goal its last status; what nobody judged is dropped, never reached."""
    settled = []
    for judged in judged_goals(plan, definition):
        key = judged["id"]
        each = {**judged, "reached": said[key], "basis": THERAPIST} if key in said else judged
        status = Goal.Lifecycle.COMPLETED if each["reached"] else Goal.Lifecycle.CANCELLED
        Goal.objects.filter(pk=each["id"]).update(lifecycle_status=status)
        settled.append(each)
    return settled


def _plan_check_ins(plan: CarePlan, definition: Definition, today: datetime.date) -> tuple[CheckIn, ...]:
    if definition.after_care is None:
        return ()
    weeks = definition.after_care.check_in_weeks
    rows = [CheckIn(plan=plan, week=week, due_on=today + datetime.timedelta(weeks=week)) for week in weeks]
    return tuple(CheckIn.objects.bulk_create(rows))
