"""What someone must do for a patient: done, with what came of it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import User
from pathways.models import Task

NEED_OUTCOME = {Task.Kind.REFERRAL}
# Within what time a referral is due, by its urgency (section 3c of the clinical content): an emergency at once.
REFER_WITHIN = {
    Task.Urgency.EMERGENCY: datetime.timedelta(0),
    Task.Urgency.URGENT: datetime.timedelta(days=1),
    Task.Urgency.SOON: datetime.timedelta(days=7),
}


def complete_task(task: Task, *, outcome: str, by: User, now: datetime.datetime) -> Task:
    """Tick off a task. A referral needs what came of it (InvalidInput without). Doing it twice changes nothing."""
    outcome = outcome.strip()
    with transaction.atomic():
        row: Task = locked(Task.objects.all(), task.pk)
        if row.status != Task.Status.REQUESTED:
            return row
        if not outcome and row.kind in NEED_OUTCOME:
            errors = {"outcome": _("Write down whom you referred to and what came of it.")}
            raise InvalidInput(_("A referral is not done without its outcome."), errors=errors)
        row.status, row.outcome = Task.Status.COMPLETED, outcome
        row.completed_at, row.completed_by = now, by
        row.save(update_fields=["status", "outcome", "completed_at", "completed_by"])
        return row
