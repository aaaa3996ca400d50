"""The rooms of the practice: adding them in a row, putting a name right, taking one out of use and back."""

import datetime

import pghistory
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.locking import locked
from accounts.models import User
from scheduling.models import Appointment, Room

type Seen = tuple[str, str]  # name and kind of a room as the page showed them


class RoomChanged(DomainError):
    """Somebody else changed the room since the page was opened; nothing was saved. `room` is as it stands now."""

    title = "Edit conflict"

    def __init__(self, room: Room) -> None:
        words = {"name": room.name, "kind": room.get_kind_display()}
        super().__init__(
            _("Someone else changed this room in the meantime. Now it says: %(name)s, %(kind)s.") % words,
            room=room.pk,
        )
        self.room = room


def add_room(name: str, *, kind: str, by: User) -> Room:
    """Add a room that can be booked at once. Raises InvalidInput when a room has that name."""
    try:
        with transaction.atomic(), pghistory.context(user=str(by.pk)):
            room: Room = Room.objects.create(name=name.strip(), kind=kind)
            return room
    except IntegrityError as error:
        raise _refusal(error) from error


def change_room(pk: int, *, name: str, kind: str, seen: Seen, by: User) -> Room:
    """Give a room another name or kind; visits in it stay. `seen` is what the page showed when it was opened.

    Raises RoomChanged when it says something else by now (unless what is typed), InvalidInput for a name that is taken.
    """
    try:
        with transaction.atomic(), pghistory.context(user=str(by.pk)):
            room: Room = locked(Room.objects.all(), pk)
            now, wanted = (room.name, room.kind), (name.strip(), kind)
            if now not in (seen, wanted):
                raise RoomChanged(room)
            room.name, room.kind = wanted
            room.save(update_fields=["name", "kind"])
            return room
    except IntegrityError as error:
        raise _refusal(error) from error


def set_in_use(pk: int, *, in_use: bool, by: User, now: datetime.datetime) -> tuple[Room, int]:
    """Take a room out of use or back into it; twice changes nothing.

    Returns the room and how many visits to come stand in it: they stay, and are told so that somebody moves them.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        room: Room = locked(Room.objects.all(), pk)
        if room.is_active != in_use:
            room.is_active = in_use
            room.save(update_fields=["is_active"])
        return room, Appointment.objects.occupying().filter(room=room, start__gt=now).count()


def _refusal(error: IntegrityError) -> Exception:
    """The sentence of the table's constraint at its field; another fault of the database as it is."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if getattr(diagnosis, "constraint_name", "") != "scheduling_room_name_once":
        return error
    sentence = _("There is already a room with this name.")
    return InvalidInput(sentence, errors={"name": [sentence]})
