"""What a patient may do with a visit, by the practice's rules, and why not. Pure: pages and domain ask the same."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.exceptions import InvalidInput
from scheduling.exceptions import RightNotGiven, TooLate
from scheduling.free_time import BRUSSELS, GRID_MINUTES, wall_time
from scheduling.models import Appointment, BookingPolicy
from scheduling.writing import MOVABLE


@dataclass(frozen=True, slots=True)
class Right:
    """Whether an act is open to the patient; `why` not, in a sentence for the patient; `is_late` when time is why."""

    is_open: bool
    why: str = ""
    is_late: bool = False

    def require(self) -> None:
        """Raise RightNotGiven, or TooLate when only time is against it, unless the act is open."""
        if not self.is_open:
            raise (TooLate if self.is_late else RightNotGiven)(self.why)


@dataclass(frozen=True, slots=True)
class Rights:
    """The acts of a patient: `ask` to move a visit (or to get one), `cancel` it, `book` one that the plan calls for.

    `cancels_late`: cancelling is open, and counts as late.
    """

    see: Right
    ask: Right
    cancel: Right
    book: Right
    cancels_late: bool = False


def rights_for(appointment: Appointment | None, *, policy: BookingPolicy, now: datetime.datetime) -> Rights:
    """Return what the patient may do with a visit; with None, what may be done without one. No query.

    Asking to move closes `cancel_until_hours` before the visit: the desk could no longer give that time to another.
    Cancelling stays open until the visit begins, late or not: whoever lets the practice know is better than whoever
    does not come. Who may not see the visits may do nothing.
    """
    see = _switch(policy.patients_see, _("The practice shows no appointments here. Call us about your visits."))
    if not see.is_open:
        return Rights(see, see, see, see)
    ask = _switch(policy.patients_ask, _("Moving a visit goes by phone at this practice. Call us."))
    cancel = _switch(policy.patients_cancel, _("Cancelling goes by phone at this practice. Call us."))
    book = _switch(policy.patients_book, _("Booking goes by phone at this practice. Call us."))
    if appointment is None:
        return Rights(see, ask, Right(False, _("There is no visit to cancel.")), book)
    if appointment.status not in MOVABLE or appointment.start <= now:
        gone = Right(False, _("This visit can no longer be changed here. Call us."), is_late=True)
        return Rights(see, gone, gone, book)
    is_late = now > late_from(appointment, policy)
    if is_late and ask.is_open:
        ask = Right(False, _too_late(policy.cancel_until_hours), is_late=True)
    return Rights(see, ask, cancel, book, cancels_late=is_late and cancel.is_open)


def late_from(appointment: Appointment, policy: BookingPolicy) -> datetime.datetime:
    """Return the moment from which cancelling a visit is late."""
    return appointment.start - datetime.timedelta(hours=policy.cancel_until_hours)


def late_words(policy: BookingPolicy, language: str) -> tuple[str, str]:
    """Return what a patient reads who cancels late: that it is late, and what that means in the practice's words."""
    hours = policy.cancel_until_hours
    late = ngettext("This is less than %(hours)d hour ahead.", "This is less than %(hours)d hours ahead.", hours)
    written = policy.late_cancellation(language).strip()
    return late % {"hours": hours}, written or _("Rather a late word than none: somebody else may use the time.")


def earliest_moment(policy: BookingPolicy, now: datetime.datetime) -> datetime.datetime:
    """Return the first moment that a patient may ask for or book: the practice must be able to prepare."""
    return now + datetime.timedelta(hours=policy.book_from_hours)


def last_day(policy: BookingPolicy, now: datetime.datetime) -> datetime.date:
    """Return the last Brussels day that a patient may ask for or book."""
    return now.astimezone(BRUSSELS).date() + datetime.timedelta(days=policy.book_days_ahead)


def check_moment(start: datetime.datetime, *, policy: BookingPolicy, now: datetime.datetime) -> None:
    """Refuse a moment that comes too soon or too far ahead for patients. Raises TooLate or InvalidInput."""
    if start.minute % GRID_MINUTES or start.second or start.microsecond:
        raise InvalidInput(_("Choose one of the moments."))
    if start < max(now, earliest_moment(policy, now)):
        hours = policy.book_from_hours
        sentence = ngettext(
            "Choose a moment at least %(hours)d hour ahead, or call us.",
            "Choose a moment at least %(hours)d hours ahead, or call us.",
            hours,
        )
        raise TooLate(sentence % {"hours": hours})
    if start >= wall_time(last_day(policy, now) + datetime.timedelta(days=1), datetime.time()):
        days = policy.book_days_ahead
        sentence = ngettext(
            "Choose a moment at most %(days)d day ahead, or call us.",
            "Choose a moment at most %(days)d days ahead, or call us.",
            days,
        )
        raise TooLate(sentence % {"days": days})


def _switch(is_on: bool, why_not: str) -> Right:
    return Right(True) if is_on else Right(False, why_not)


def _too_late(hours: int) -> str:
    sentence = ngettext(
        "Asking to move is possible until %(hours)d hour before the visit. Call us.",
        "Asking to move is possible until %(hours)d hours before the visit. Call us.",
        hours,
    )
    return sentence % {"hours": hours}
