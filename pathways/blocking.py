"""A red flag blocks a plan; a physician's clearance lets it run again. The history stays."""

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.decision_log import held, note_decision, set_status
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Decision, Task

Status, Hold = CarePlan.Status, CarePlan.HoldReason


@transaction.atomic
def block_plan(plan: CarePlan, *, reason: str, by: User, now: datetime.datetime) -> CarePlan:
    """Put a running plan on hold for a red flag. Safe to repeat: a blocked plan stays as it is.

    A pause does not protect: a paused plan becomes a blocked one, and its pause stays open beneath.
    """
    locked = held(plan)
    if locked.status in {Status.ACTIVE, Status.ON_HOLD} and locked.hold_reason != Hold.BLOCKED:
        set_status(locked, Status.ON_HOLD, Hold.BLOCKED)
        note_decision(locked, Decision.Kind.BLOCK, reason=reason, by=by, now=now)
    plan.status, plan.hold_reason = locked.status, locked.hold_reason
    return locked


@transaction.atomic
def unblock_plan(
    plan: CarePlan,
    *,
    reason: str,
    physician: str,
    cleared_on: datetime.date,
    by: User,
    now: datetime.datetime,
) -> CarePlan:
    """Let a blocked plan run again after a physician's clearance; the history stays. Open referral tasks are closed.

    A plan that was paused beneath the block is paused again. Raises PlanRefused when the plan is not blocked,
    InvalidInput for a clearance without reason, name or past date.
    """
    locked = held(plan)
    if locked.hold_reason != Hold.BLOCKED:
        raise PlanRefused(_("This plan is not blocked."))
    _refuse_clearance(reason, physician, cleared_on, now)
    locked.cleared_at = now
    is_paused = locked.pauses.filter(ended_on__isnull=True).exists()
    set_status(locked, *((Status.ON_HOLD, Hold.PAUSED) if is_paused else (Status.ACTIVE,)))
    evidence = {"physician": physician, "cleared_on": cleared_on.isoformat()}
    note_decision(locked, Decision.Kind.UNBLOCK, reason=reason, by=by, now=now, evidence=evidence)
    Task.objects.filter(episode_id=locked.episode_id, kind=Task.Kind.REFERRAL).open().update(
        status=Task.Status.COMPLETED, completed_at=now, completed_by=by, outcome=f"{physician}: {reason}"
    )
    return locked


def _refuse_clearance(reason: str, physician: str, cleared_on: datetime.date, now: datetime.datetime) -> None:
    if cleared_on > timezone.localtime(now).date():
        raise InvalidInput(
            _("A clearance cannot lie in the future."), errors={"cleared_on": [_("This date lies in the future.")]}
        )
    given = {"reason": reason, "physician": physician}
    missing = {name: [_("This field is required.")] for name, text in given.items() if not text.strip()}
    if missing:
        raise InvalidInput(_("Say who cleared the patient and what was found."), errors=missing)
