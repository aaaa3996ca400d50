"""Follow-ups: what plans call for and the calendar does not hold yet. Reception sees the need, never the reason."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.locking import locked
from accounts.models import Practitioner, User
from pathways.models import FollowUp
from pathways.querysets import FollowUpQuerySet
from scheduling.booking import book
from scheduling.models import Appointment, AppointmentSeries
from scheduling.proposals import close_unneeded
from scheduling.writing import retried


class AlreadyBooked(DomainError):
    """The follow-up already has a visit that takes up its time."""


class NoLongerNeeded(DomainError):
    """The plan ended, or no longer calls for this visit."""


def open_follow_ups(user: User, *, today: datetime.date) -> FollowUpQuerySet:
    """Return the visits that running plans still call for, the most overdue first."""
    rows: FollowUpQuerySet = FollowUp.objects.visible_to(user).open()
    return rows.select_related("plan__patient", "practitioner").order_by("window_end", "id")


def visits_in_pauses(user: User, *, now: datetime.datetime) -> FollowUpQuerySet:
    """Return the visits still in the agenda of plans that stand still: the desk asks whether they go on. One query."""
    rows: FollowUpQuerySet = FollowUp.objects.visible_to(user).booked_in_pauses(now)
    return rows.select_related("plan__patient", "appointment__practitioner").order_by("appointment__start", "id")


def open_counts(plans: Iterable[UUID]) -> Counter[UUID]:
    """Return how many visits each of these plans still calls for. One query."""
    rows = FollowUp.objects.filter(plan__in=set(plans)).open().order_by()
    return Counter(dict(rows.values_list("plan_id").annotate(Count("id"))))


class Band(StrEnum):
    """How urgent it is to book a visit that a plan calls for."""

    OVERDUE = "overdue"
    THIS_WEEK = "this_week"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Need:
    """What the desk may know of a follow-up: for whom, when, how long, with whom and how urgent; never the reason.

    `together`: how many open visits of the same plan can be planned at once from this row; 0: not from here.
    """

    pk: UUID
    plan_id: UUID
    patient_id: UUID
    patient: str
    phone: str
    window_start: datetime.date
    window_end: datetime.date
    minutes: int
    type: Any
    practitioner: str
    band: Band
    together: int = 0


def need_of(row: FollowUp, today: datetime.date) -> Need:
    """Return the need of a follow-up read by `open_follow_ups`. No query."""
    patient = row.plan.patient
    return Need(
        pk=row.pk,
        plan_id=row.plan_id,
        patient_id=patient.pk,
        patient=f"{patient.family_name} {patient.given_name}",
        phone=patient.phone or "",
        window_start=row.window_start,
        window_end=row.window_end,
        minutes=row.minutes,
        type=Appointment.Type(row.type).label,
        practitioner=row.practitioner.name,
        band=band_of(row.window_end, today),
    )


def band_of(window_end: datetime.date, today: datetime.date) -> Band:
    """Return how urgent a window is: closed already, closing before the end of this week (Sunday), or later."""
    if window_end < today:
        return Band.OVERDUE
    sunday = today + datetime.timedelta(days=7 - today.isoweekday())
    return Band.THIS_WEEK if window_end <= sunday else Band.LATER


def _locked(follow_up: FollowUp) -> FollowUp:
    rows = FollowUp.objects.select_related("plan__patient", "plan__episode", "appointment")
    found: FollowUp = locked(rows, follow_up.pk, no_key=True)
    return found


@retried
@transaction.atomic
def book_follow_up(
    follow_up: FollowUp,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    fills: Appointment | None = None,
    idempotency_key: str | None = None,
    override_reason: str = "",
    series: AppointmentSeries | None = None,
) -> Appointment:
    """Book the visit that a plan calls for; visit and obligation are linked together or not at all.

    `fills` is the cancelled visit whose time it takes. Raises AlreadyBooked when a visit already hangs on it,
    NoLongerNeeded when the plan ended or dropped it, and whatever `scheduling.booking.book` refuses.
    """
    locked = _locked(follow_up)
    booked = locked.appointment
    if booked is not None and booked.occupies:
        if idempotency_key and booked.idempotency_key == idempotency_key:
            return booked
        raise AlreadyBooked(_("This follow-up already has an appointment."))
    if not FollowUp.objects.of_running_plans().filter(pk=locked.pk).exists():
        raise NoLongerNeeded(_("The treatment plan no longer calls for this visit."))
    appointment = book(
        locked.plan.patient,
        practitioner=practitioner,
        start=start,
        minutes=locked.minutes,
        type=locked.type,
        episode=locked.plan.episode,
        by=by,
        now=now,
        fills=fills,
        idempotency_key=idempotency_key,
        override_reason=override_reason,
        series=series,
    )
    locked.appointment = appointment
    locked.save(update_fields=["appointment"])
    if locked.proposal_id is not None:
        close_unneeded(locked.proposal_id, by=by, now=now)
    follow_up.appointment = appointment
    return appointment
