"""Patients and the visits that their own plan calls for: book one, or ask for one, within the window only."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import Practitioner, User
from pathways.follow_ups import AlreadyBooked, NoLongerNeeded, book_follow_up
from pathways.models import FollowUp
from pathways.querysets import FollowUpQuerySet
from scheduling.exceptions import AlreadyAsked, RightNotGiven
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment, BookingPolicy, Proposal, booking_policy
from scheduling.patient_acts import kinds_patients_book
from scheduling.patient_rights import check_moment, earliest_moment, last_day, rights_for
from scheduling.proposals import ask_for_visit


class OutsideWindow(DomainError):
    """The plan asks for this visit within other days."""


@dataclass(frozen=True, slots=True)
class Days:
    """The first and last Brussels day on which a patient may choose a moment for a follow-up."""

    first: datetime.date
    last: datetime.date

    @property
    def is_open(self) -> bool:
        """Whether a day is left."""
        return self.first <= self.last


def own_follow_ups(user: User) -> FollowUpQuerySet:
    """Return the visits that the patient's active plans still call for; a blocked plan first waits for a physician."""
    rows: FollowUpQuerySet = FollowUp.objects.visible_to(user).open().filter(plan__status="active")
    return rows.select_related("practitioner", "proposal__practitioner").order_by("window_start", "id")


def days_for_patient(follow_up: FollowUp, *, policy: BookingPolicy, now: datetime.datetime) -> Days:
    """Return the days of the window that patients may choose from, by the practice's rules. No query."""
    soonest = earliest_moment(policy, now).astimezone(BRUSSELS).date()
    return Days(max(follow_up.window_start, soonest), min(follow_up.window_end, last_day(policy, now)))


def may_book(follow_up: FollowUp, *, policy: BookingPolicy, kinds: frozenset[str], now: datetime.datetime) -> bool:
    """Whether patients book this kind of visit at once (`kinds`: scheduling.patient_acts.kinds_patients_book)."""
    return rights_for(None, policy=policy, now=now).book.is_open and follow_up.type in kinds


def book_own(
    follow_up: FollowUp,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    idempotency_key: str | None = None,
) -> Appointment:
    """Book the visit as its patient. Raises RightNotGiven, TooLate, OutsideWindow or what book_follow_up refuses."""
    policy = booking_policy()
    rights_for(None, policy=policy, now=now).book.require()
    if not may_book(follow_up, policy=policy, kinds=kinds_patients_book(), now=now):
        raise RightNotGiven(_("Booking goes by phone at this practice. Call us."))
    check_moment(start, policy=policy, now=now)
    _check_window(follow_up, start)
    return book_follow_up(
        follow_up, practitioner=practitioner, start=start, by=by, now=now, idempotency_key=idempotency_key
    )


def ask_own(
    follow_up: FollowUp, *, practitioner: Practitioner, start: datetime.datetime, by: User, now: datetime.datetime,
    message: str = "",
) -> Proposal:  # fmt: skip
    """Ask the desk for a moment for the visit, as its patient; agreeing fulfils the follow-up.

    Raises RightNotGiven, TooLate, OutsideWindow, AlreadyBooked, AlreadyAsked or NoLongerNeeded.
    """
    _check_window(follow_up, start)
    with transaction.atomic():
        locked: FollowUp = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
        if locked.appointment is not None and locked.appointment.occupies:
            raise AlreadyBooked(_("This follow-up already has an appointment."))
        if not FollowUp.objects.of_running_plans().filter(pk=locked.pk).exists():
            raise NoLongerNeeded(_("The treatment plan no longer calls for this visit."))
        waiting = locked.proposal
        if waiting is not None and Proposal.objects.open(now).filter(pk=waiting.pk).exists():
            if (waiting.practitioner_id, waiting.start) == (practitioner.pk, start):
                return waiting
            raise AlreadyAsked(_("There is already an open question about this appointment."))
        values: dict[str, Any] = {"minutes": locked.minutes, "type": locked.type, "message": message}
        locked.proposal = ask_for_visit(
            locked.plan.patient, practitioner=practitioner, start=start, by=by, now=now, **values
        )
        locked.save(update_fields=["proposal"])
        return locked.proposal


def _check_window(follow_up: FollowUp, start: datetime.datetime) -> None:
    day = start.astimezone(BRUSSELS).date()
    if not follow_up.window_start <= day <= follow_up.window_end:
        raise OutsideWindow(_("Your plan asks for this visit within other days. Choose one of the moments."))
