"""What the calendar refuses, and what it clashes with."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError


class BookingRefused(DomainError):
    """A visit cannot be there, then. `clash` names what it clashes with: therapist, room, patient or hours.

    `others` are the visits in the way, for pages of staff (scheduling.agenda_clash names them).
    """

    title = "Clash"

    def __init__(self, detail: str, *, clash: str = "", others: Iterable[Any] = (), **extra: Any) -> None:
        members: dict[str, Any] = {"clash": [clash]} if clash else {}
        super().__init__(detail, **members, **extra)
        self.clash, self.others = clash, tuple(others)


class SlotTaken(BookingRefused):
    """Another visit takes up that time of the therapist, the room (or a device), or the patient.

    The member `with` says when the first of `others` is, and whose or where, never of whom.
    """


class NoRoomFree(BookingRefused):
    """Every room of the kind that the visit needs is taken."""

    def __init__(self, detail: str = "", *, others: Iterable[Any] = ()) -> None:
        super().__init__(detail or _("No suitable room is free then."), clash="room", others=others)


class NoEquipmentFree(NoRoomFree):
    """Every device of the kind that the visit needs is in use, or stands in a room that is taken."""

    def __init__(self, equipment: str, *, others: Iterable[Any] = ()) -> None:
        super().__init__(_("No free %(equipment)s then.") % {"equipment": equipment}, others=others)


class RuleBroken(BookingRefused):
    """A rule of the practice, not of nature: staff may book all the same, with a written reason.

    The member `rule` says which: hours, buffer or length. The clash is always "hours".
    """

    rule = ""

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail, **{"clash": "hours", "rule": self.rule, **extra})


class OutsideHours(RuleBroken):
    """The therapist does not work then."""

    rule = "hours"


class WithinBuffer(RuleBroken):
    """Too little time stays free between this visit and another one of the therapist (in `others`)."""

    rule = "buffer"


class TooLong(RuleBroken):
    """The visit takes longer than a visit of its kind may."""

    rule = "length"


class InThePast(BookingRefused):
    """The visit would be over already. One that is under way can still be booked."""

    status = 400
    title = "Invalid input"


class StatusRefused(BookingRefused):
    """A visit cannot go from its status to that one."""


class IdempotencyMismatch(BookingRefused):
    """The same key was used before for another visit."""


class TooBusy(BookingRefused):
    """The database broke the change off each time because of others who write at once. Nothing was saved."""

    def __init__(self) -> None:
        super().__init__(_("Others were changing the agenda at the same moment. Try again."))


class ProposalClosed(DomainError):
    """The proposal was answered, taken back or is too old: nothing can be agreed to any more."""

    title = "Closed"


class AlreadyAsked(DomainError):
    """The patient already asked another moment for this visit, and waits for the answer."""

    title = "Already asked"


class RightNotGiven(DomainError):
    """The practice does not let patients do this themselves, or it is not theirs to do."""

    status = 403
    title = "Not allowed"


class TooLate(DomainError):
    """There is too little time left, or too much: patients do this themselves between two moments only."""

    title = "Too late"


class NotYourCalendar(DomainError):
    """Only the owner of a calendar makes or stops its feed."""

    status = 403
    title = "Forbidden"

    def __init__(self) -> None:
        super().__init__(_("Only you yourself decide about the address of your calendar."))
