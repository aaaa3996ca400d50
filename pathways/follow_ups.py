"""Follow-ups: what plans call for and the calendar does not hold yet. Reception sees the need, never the reason."""

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import Practitioner, User
from pathways.models import FollowUp
from pathways.querysets import FollowUpQuerySet
from scheduling.booking import book
from scheduling.models import Appointment


class AlreadyBooked(DomainError):
    """The follow-up already has a visit that takes up its time."""


def open_follow_ups(user: User, *, today: datetime.date) -> FollowUpQuerySet:
    """Return the visits that running plans still call for, the most overdue first."""
    rows: FollowUpQuerySet = FollowUp.objects.visible_to(user).open()
    return rows.select_related("plan__patient", "practitioner").order_by("window_end", "id")


@transaction.atomic
def book_follow_up(
    follow_up: FollowUp,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    idempotency_key: str | None = None,
    override_reason: str = "",
) -> Appointment:
    """Book the visit that a plan calls for; visit and obligation are linked together or not at all.

    Raises AlreadyBooked when a visit already hangs on it, and whatever `scheduling.booking.book` refuses.
    """
    locked: FollowUp = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("plan__patient", "plan__episode", "appointment")
        .get(pk=follow_up.pk)
    )
    booked = locked.appointment
    if booked is not None and booked.occupies:
        if idempotency_key and booked.idempotency_key == idempotency_key:
            return booked
        raise AlreadyBooked(_("This follow-up already has an appointment."))
    appointment = book(
        locked.plan.patient,
        practitioner=practitioner,
        start=start,
        minutes=locked.minutes,
        type=locked.type,
        episode=locked.plan.episode,
        by=by,
        now=now,
        idempotency_key=idempotency_key,
        override_reason=override_reason,
    )
    locked.appointment = appointment
    locked.save(update_fields=["appointment"])
    follow_up.appointment = appointment
    return appointment
