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


class NotYourCalendar(DomainError):
    """Only the owner of a calendar makes or stops its feed."""

    status = 403
    title = "Forbidden"

    def __init__(self) -> None:
        super().__init__(_("Only you yourself decide about the address of your calendar."))
