"""The day on paper: who comes to each therapist, with a phone number and room to write."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language

from accounts.models import User
from scheduling.agenda import words_of
from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import closures_of, people_with_leave
from scheduling.agenda_drawing import labels_in
from scheduling.agenda_grid import clock
from scheduling.agenda_rows import booked_of
from scheduling.public_holidays import holiday_name

_FIELDS = (
    "practitioner_id", "start", "end", "status", "type", "note", "patient_id",
    "patient__family_name", "patient__given_name", "patient__phone", "room__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One visit, in words. `words` are those of other rooms, for who treats; reception gets none."""

    patient_id: UUID
    time: str
    patient: str
    phone: str
    type: str
    words: str
    room: str
    note: str
    status: str
    status_label: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The day of one therapist; `away` says why nobody comes."""

    name: str
    rows: tuple[SheetRow, ...]
    away: str


def agenda_sheet(user: User, asked: Asked) -> list[Sheet]:
    """Return the sheets of a day, one for each therapist who works or is away then. Two queries and the describers'."""
    people = [each for each in people_with_leave(*asked.span) if asked.practitioner in {"", str(each.pk)}]
    rows = list(booked_of(user, asked).exclude(status="cancelled").values(*_FIELDS))
    words = words_of(user, [row["patient_id"] for row in rows])
    labels = labels_in(get_language())
    closures = closures_of(people, user)
    found = []
    for person in people:
        reasons = [each.label for each in closures if each.practitioner in {None, person}]
        own = tuple(
            SheetRow(
                patient_id=row["patient_id"],
                time=f"{clock(row['start'])}–{clock(row['end'])}",
                patient=f"{row['patient__family_name']} {row['patient__given_name']}",
                phone=row["patient__phone"],
                type=labels[row["type"]],
                words=words.get(row["patient_id"], ""),
                room=row["room__name"] or "",
                note=row["note"],
                status=row["status"],
                status_label=labels[row["status"]],
            )
            for row in rows
            if row["practitioner_id"] == person.pk
        )
        found.append(Sheet(person.name, own, ", ".join(filter(None, [holiday_name(asked.day), *reasons]))))
    return found
