"""The therapist moves a plan: on, stay or back. What was proposed and what was known is kept with the decision."""

import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import User
from pathways.discharge import finish_plan
from pathways.engine.progress import Proposal
from pathways.exceptions import PlanDecisionRefused
from pathways.models import CarePlan, Decision, FollowUp, Phase
from pathways.progress import PlanProgress, assess_plan

SHIFT = datetime.timedelta(days=7)
SAME_CLICK = datetime.timedelta(minutes=1)
DECISIONS = (Decision.Kind.ADVANCE, Decision.Kind.HOLD, Decision.Kind.STEP_BACK)
# What a decision does when it does exactly what was proposed: such a decision needs no reason.
FOLLOWS = {
    Decision.Kind.ADVANCE: {Proposal.ADVANCE},
    Decision.Kind.HOLD: {Proposal.STAY, Proposal.REVIEW},
    Decision.Kind.STEP_BACK: {Proposal.STEP_BACK},
}


@dataclass(frozen=True)
class Decided:
    """A decision with the plan as it is now. `booked` are visits that were already booked for a follow-up of the plan:
    a step back does not move them, the desk looks whether they still fit."""

    decision: Decision
    plan: CarePlan
    booked: tuple[FollowUp, ...] = ()
    is_repeat: bool = False


def decide(
    plan: CarePlan,
    decision: str,
    *,
    reason: str,
    by: User,
    now: datetime.datetime,
    expected_phase: str | None = None,
    seen_as: str = "",
    reason_code: str = Decision.ReasonCode.OTHER,
) -> Decided:
    """Advance a plan, keep it in its phase, or take it one phase back; never below the first.

    A reason and its kind are needed when it differs from the proposal (InvalidInput), and such a decision is marked.
    Raises PlanDecisionRefused (409) for a plan that is ended, paused or blocked, for an advance with a red light in the
    last 7 days, and when `expected_phase` or the picture that was seen (`seen_as`) no longer holds; the same click
    twice gives the same decision. Advancing from the last phase completes the plan as `discharge_plan` does.
    """
    kind, reason = _kind(decision), reason.strip()
    with transaction.atomic():
        plan = locked(CarePlan.objects.select_related("pathway_version"), plan.pk)
        repeat = _repeat(plan, kind, reason, expected_phase, by=by, now=now)
        if repeat is not None:
            return Decided(repeat, plan, is_repeat=True)
        seen = assess_plan(plan, now=now)
        refuse(seen, kind, expected_phase, seen_as)
        is_override = needs_reason(seen, kind)
        _refuse_reason(is_override, reason, reason_code)
        to_phase, booked = _move(plan, seen, kind, now=now)
        made = Decision.objects.create(
            plan=plan,
            kind=kind,
            from_phase=seen.phase.key,
            to_phase=to_phase,
            proposal=seen.progress.proposal.value,
            reason=reason,
            reason_code=reason_code if is_override else "",
            is_override=is_override,
            evidence={**evidence_of(seen), "booked": [str(row.pk) for row in booked]},
            made_by=by,
            made_at=now,
        )
        if not to_phase:
            finish_plan(plan, note=reason, completed=True, goals={}, by=by, now=now)
        return Decided(made, plan, booked)


def _refuse_reason(is_override: bool, reason: str, reason_code: str) -> None:
    """Raise InvalidInput when a decision against the proposal does not say why, or names a kind that does not exist."""
    errors: dict[str, str] = {}
    if is_override and not reason:
        errors["reason"] = _("Write down why.")
    if is_override and reason_code not in Decision.ReasonCode.values:
        errors["reason_code"] = _("Choose the kind of reason.")
    if errors:
        raise InvalidInput(_("This differs from the proposal."), errors=errors)


def needs_reason(seen: PlanProgress, kind: str) -> bool:
    """Whether a decision differs from the proposal, so that its reason must be written down."""
    return seen.progress.proposal not in FOLLOWS[Decision.Kind(kind)]


def refusal_of(seen: PlanProgress, kind: str) -> str:
    """Return why this decision cannot be taken now, or an empty text."""
    if seen.plan.status in {CarePlan.Status.COMPLETED, CarePlan.Status.REVOKED}:
        return _("This plan has ended.")
    if seen.is_blocked:
        return _("This plan is blocked by a red flag until a physician has cleared it.")
    if seen.is_paused:
        return _("This plan stands still: take it up again first.")
    if kind == Decision.Kind.ADVANCE and seen.reds_in_window > seen.definition.review.advance_reds:
        days = seen.definition.review.window_days
        return _("There was a red light in the last %(days)s days: no next phase yet.") % {"days": days}
    return ""


def picture_of(seen: PlanProgress) -> str:
    """Return a short mark of what a decision rests on: phase, proposal, lights and the verdict of each criterion."""
    known = evidence_of(seen)
    rests_on = [seen.phase.key, known["proposal"], known["to_phase"], known["light"], known["reds_7d"]]
    rests_on += [[row["key"], row["status"]] for row in known["criteria"]]
    return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:16]


def refuse(seen: PlanProgress, kind: str, expected_phase: str | None, seen_as: str = "") -> None:
    """Raise PlanDecisionRefused when the decision cannot be taken."""
    why = refusal_of(seen, kind)
    if why:
        raise PlanDecisionRefused(why)
    if expected_phase and expected_phase != seen.phase.key:
        raise PlanDecisionRefused(_("The plan has moved to another phase meanwhile. Look again before you decide."))
    if seen_as and seen_as != picture_of(seen):
        raise PlanDecisionRefused(
            _("Something new came in since you opened this page, and it changes the picture. Look again, then decide.")
        )


def evidence_of(seen: PlanProgress) -> dict[str, Any]:
    """What was known at this moment: criteria with verdicts and values, lights, the proposal and why."""
    return {
        "as_of": seen.today.isoformat(),
        "proposal": seen.progress.proposal.value,
        "to_phase": seen.progress.to_phase,
        "why": list(seen.progress.why),
        "step": seen.progress.step,
        "light": seen.light,
        "reds_7d": seen.reds_in_window,
        "criteria": [
            {"key": row.key, "status": row.status.value, "value": row.value, "why": row.why, "used": list(row.used)}
            for row in seen.progress.criteria
        ],
    }


def _kind(decision: str) -> Decision.Kind:
    if decision not in {kind.value for kind in DECISIONS}:
        raise InvalidInput(
            _("Some values cannot be taken."), errors={"decision": _("Choose advance, hold or step back.")}
        )
    return Decision.Kind(decision)


def _repeat(
    plan: CarePlan, kind: str, reason: str, expected_phase: str | None, *, by: User, now: datetime.datetime
) -> Decision | None:
    """The last decision when this is the same click again: phase, kind, reason and person, within a minute."""
    if not expected_phase:
        return None
    moves = plan.decisions.filter(kind__in=DECISIONS)
    last: Decision | None = moves.order_by("-made_at", "-id").first()
    if last is None or last.made_by_id != by.pk or now - last.made_at > SAME_CLICK:
        return None
    same = (last.kind, last.from_phase, last.reason) == (kind, expected_phase, reason)
    return last if same else None


def _move(plan: CarePlan, seen: PlanProgress, kind: str, *, now: datetime.datetime) -> tuple[str, tuple[FollowUp, ...]]:
    """Move the phases; return the phase that the plan is in now ("" when it is done) and the visits to look at."""
    today = timezone.localtime(now).date()
    here = seen.phases.index(seen.phase)
    if kind == Decision.Kind.HOLD:
        return seen.phase.key, ()
    if kind == Decision.Kind.STEP_BACK:
        _activate(seen.phase, seen.phases[max(here - 1, 0)], today, left_as=Phase.Status.PLANNED)
        return seen.phases[max(here - 1, 0)].key, _redate(plan, seen, today)
    if here + 1 < len(seen.phases):
        _activate(seen.phase, seen.phases[here + 1], today, left_as=Phase.Status.COMPLETED)
        return seen.phases[here + 1].key, ()
    return "", ()


def _activate(left: Phase, entered: Phase, today: datetime.date, *, left_as: str) -> None:
    if left == entered:
        return
    left.status = left_as
    left.completed_on = today if left_as == Phase.Status.COMPLETED else None
    left.started_on = left.started_on if left_as == Phase.Status.COMPLETED else None
    left.save(update_fields=["status", "started_on", "completed_on"])
    entered.status = Phase.Status.ACTIVE
    entered.started_on, entered.completed_on = today, None
    entered.save(update_fields=["status", "started_on", "completed_on"])


def _redate(plan: CarePlan, seen: PlanProgress, today: datetime.date) -> tuple[FollowUp, ...]:
    """After a step back the visits still to book come a week later, and there is one within a week.

    Booked visits stay; those to come are returned.
    """
    upcoming = plan.follow_ups.select_related("appointment").filter(is_dropped=False, window_end__gte=today)
    booked = tuple(row for row in upcoming if row.appointment is not None and row.appointment.occupies)
    unbooked = sorted((row for row in upcoming if row not in booked), key=lambda row: row.window_start)
    soon = today + SHIFT
    has_visit = any(row.appointment and timezone.localtime(row.appointment.start).date() <= soon for row in booked)
    keep = next((row for row in unbooked if not has_visit and row.window_start <= soon), None)
    for row in unbooked:
        if row != keep:
            row.window_start += SHIFT
            row.window_end += SHIFT
            row.save(update_fields=["window_start", "window_end"])
    if not has_visit and keep is None:
        _extra_visit(plan, seen, today)
    return booked


def _extra_visit(plan: CarePlan, seen: PlanProgress, today: datetime.date) -> None:
    taken: Sequence[int] = list(plan.follow_ups.values_list("week", flat=True))
    week = next(
        number for number in range(seen.progress.weeks, seen.progress.weeks + len(taken) + 1) if number not in taken
    )
    FollowUp.objects.create(
        plan=plan,
        week=week,
        window_start=today,
        window_end=today + SHIFT,
        practitioner_id=plan.practitioner_id,
    )
