"""A line in the history of a plan, written while its row is held."""

import datetime
from collections.abc import Mapping
from typing import Any

from accounts.locking import locked
from accounts.models import User
from pathways.models import CarePlan, Decision, Phase


def held(plan: CarePlan) -> CarePlan:
    """Return the plan as it is now, its row held until the end of the transaction."""
    row: CarePlan = locked(CarePlan.objects.select_related("pathway_version"), plan.pk)
    return row


def note_decision(
    plan: CarePlan,
    kind: str,
    *,
    reason: str,
    by: User,
    now: datetime.datetime,
    evidence: Mapping[str, Any] | None = None,
    phase: str | None = None,
) -> Decision:
    """Add a decision that leaves the plan in its phase; `phase` names another phase that it is about."""
    if phase is None:
        phase = plan.phases.filter(status=Phase.Status.ACTIVE).values_list("key", flat=True).first() or ""
    return Decision.objects.create(
        plan=plan,
        kind=kind,
        from_phase=phase,
        to_phase=phase,
        reason=reason,
        evidence=dict(evidence or {}),
        made_by=by,
        made_at=now,
    )


def set_status(plan: CarePlan, status: str, hold_reason: str = "") -> None:
    """Write a plan's status with the reason of a hold, and the days that go with it."""
    plan.status, plan.hold_reason = status, hold_reason
    plan.save(update_fields=["status", "hold_reason", "cleared_at", "ended_on"])
