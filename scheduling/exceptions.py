"""What the calendar refuses, and what it clashes with."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError


class BookingRefused(DomainError):
    """A visit cannot be there, then. `clash` names what it clashes with: therapist, room, patient or hours."""

    title = "Clash"

    def __init__(self, detail: str, *, clash: str = "", **extra: Any) -> None:
        members: dict[str, Any] = {"clash": [clash]} if clash else {}
        super().__init__(detail, **members, **extra)
        self.clash = clash


class SlotTaken(BookingRefused):
    """Another visit takes up that time of the therapist, the room or the patient."""


class NoRoomFree(BookingRefused):
    """Every room of the kind that the visit needs is taken."""

    def __init__(self) -> None:
        super().__init__(_("No suitable room is free then."), clash="room")


class OutsideHours(BookingRefused):
    """The therapist does not work then. Staff may book all the same, with a reason."""


class InThePast(BookingRefused):
    """The visit would be over already. One that is under way can still be booked."""

    status = 400
    title = "Invalid input"


class StatusRefused(BookingRefused):
    """A visit cannot go from its status to that one."""


class IdempotencyMismatch(BookingRefused):
    """The same key was used before for another visit."""


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
