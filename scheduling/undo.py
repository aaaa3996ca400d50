"""Taking a change of a visit back: by the history that the database keeps of each row."""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import User
from scheduling.exceptions import InThePast, StatusRefused
from scheduling.models import Appointment, AppointmentSeries
from scheduling.outbox import announce_change
from scheduling.signals import visit_returned, visit_returning
from scheduling.writing import MOVABLE, locked_visit, retried, save_or_refuse

_RESTORED = (
    "practitioner_id", "room_id", "equipment_id", "start", "end", "status", "override_reason",
    "cancellation_code", "cancellation_reason", "cancelled_at", "is_late_cancellation",
)  # fmt: skip
_UNDOABLE = {*MOVABLE, Appointment.Status.CANCELLED}


def last_change(appointment: Appointment) -> int:
    """Return the number of the last change of a visit, to be able to undo it. One query."""
    return int(_history(appointment).values_list("pgh_id", flat=True).first() or 0)


def _history(appointment: Any) -> Any:
    """The states of a visit, the newest first."""
    return appointment.events.order_by("-pgh_id")


def undo_series_cancellation(
    series: AppointmentSeries, *, at: datetime.datetime, by: User, now: datetime.datetime
) -> tuple[list[Appointment], list[Appointment]]:
    """Book the visits again that were cancelled in one act at `at`; return those, and those that cannot come back.

    Each by itself, because the time of one may be taken while the others are still free. Twice changes nothing.
    """
    gone = series.appointments.filter(status=Appointment.Status.CANCELLED, cancelled_at=at).order_by("start", "id")
    back, lost = [], []
    for visit in gone:
        try:
            back.append(undo_last(visit, event=last_change(visit), by=by, now=now))
        except DomainError:
            lost.append(visit)
    return back, lost


@retried
def undo_last(appointment: Appointment, *, event: int, by: User, now: datetime.datetime) -> Appointment:
    """Put a visit back as it was before its last change, a move, another length or a cancellation.

    `event` is the number of that change (`last_change`): when somebody changed the visit since, nothing is taken back.
    The rules that may be overruled are not asked again, since the visit was there before; what cannot be (taken, over)
    still is. The patient is told nothing when the change itself was not told yet. Raises StatusRefused, InThePast or
    SlotTaken, and what a receiver of `visit_returning` refuses.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        # The history only grows: what came before the change can be read before the locks.
        before: Any = _history(appointment).filter(pgh_id__lt=event).first()
        moments = [before.start, before.end] if before else []
        visit_returning.send(Appointment, appointment=appointment)
        visit = locked_visit(appointment, *moments)
        if before is None or last_change(visit) != event:
            raise StatusRefused(_("This visit was changed again since, so the earlier change stays."))
        if visit.status not in _UNDOABLE or before.status not in MOVABLE:
            raise StatusRefused(_("This change cannot be undone."))
        if before.end < now:
            raise InThePast(_("The earlier moment is already over."))
        for name in _RESTORED:
            setattr(visit, name, getattr(before, name))
        save_or_refuse(visit)
        visit_returned.send(Appointment, appointment=visit)
        announce_change(visit.patient_id, now=now)
        return visit
