"""How a visit, free time and a closure stand in a column: rows of the database turned into words and CSS classes."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import Closure, holiday_name
from scheduling.agenda_columns import Place
from scheduling.agenda_grid import Grid, bounds, clock, day_of, minutes_of_day
from scheduling.free_time import BRUSSELS, Stretch, subtract
from scheduling.models import Appointment
from scheduling.querysets import OCCUPYING, TOOK_PLACE
from scheduling.writing import MOVABLE

SLOT_MINUTES = 30


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, its times already in words. `place` holds the CSS classes of its rows on the grid.

    `at` (minutes into the day) and `minutes` are given only for a visit that may be moved.
    """

    url: str
    start: str
    end: str
    patient: str
    kind: str
    type: str
    status: str
    status_label: str
    room: str
    words: str
    practitioner: str
    beside: str
    place: str
    at: int
    minutes: int
    is_movable: bool
    is_unwritten: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time that a click can fill; no address when it is over."""

    url: str
    start: str
    place: str


@dataclass(frozen=True, slots=True)
class Column:
    """What stands under each other: a place (whose, where, which day), its visits, free time and closures.

    `marks` are (label, place) of the closures; `now_row` is 0 when now is not in this column.
    """

    place: Place
    visits: tuple[Visit, ...]
    gaps: tuple[Gap, ...]
    marks: tuple[tuple[str, str], ...]
    now_row: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Turns rows into what a template can print without asking anything."""

    asked: Asked
    grid: Grid
    words: Mapping[UUID, str]
    may_change: bool
    now: datetime.datetime

    def visit(self, row: Mapping[str, Any]) -> Visit:
        """Return a row of the calendar in words."""
        room, practitioner = row["room__name"] or "", row["practitioner__name"]
        labels = labels_in(get_language())
        short = " short" if row["end"] - row["start"] < datetime.timedelta(minutes=25) else ""
        return Visit(
            url=f"{reverse('scheduling:agenda')}{row['id']}/",
            start=clock(row["start"]),
            end=clock(row["end"]),
            patient=f"{row['patient__family_name']} {row['patient__given_name']}",
            kind=row["type"],
            type=labels[row["type"]],
            status=row["status"],
            status_label=labels[row["status"]],
            room=room,
            words=self.words.get(row["patient_id"], ""),
            practitioner=practitioner,
            beside=practitioner if self.asked.is_by_room else room,
            place=f"{self.grid.place(day_of(row['start']), row['start'], row['end'])} is-{row['status']}{short}",
            at=minutes_of_day(row["start"]),
            minutes=int((row["end"] - row["start"]).total_seconds() // 60),
            is_movable=self.may_change and row["status"] in MOVABLE,
            is_unwritten=row.get("is_written") is False and row["status"] in TOOK_PLACE and row["end"] < self.now,
        )

    def column(
        self,
        place: Place,
        rows: Iterable[Mapping[str, Any]],
        shown: Mapping[UUID, Visit],
        opened: Sequence[Stretch],
        closures: Iterable[Closure],
    ) -> Column:
        """Return one column with its visits (`shown` by id), what is free in it, and why it is closed."""
        own = [row for row in rows if row["status"] in OCCUPYING and place.holds(row)]
        free = subtract(opened, [(row["start"], row["end"]) for row in own])
        is_now = day_of(self.now) == place.day and self.grid.shows(self.now)
        return Column(
            place=place,
            visits=tuple(shown[row["id"]] for row in own),
            gaps=tuple(self._gaps(place, free)) if place.is_drop else (),
            marks=tuple(self._marks(place, closures)),
            now_row=self.grid.row(self.now) if is_now else 0,
        )

    def _gaps(self, place: Place, free: Iterable[Stretch]) -> Iterable[Gap]:
        """Cut free time at the half hours, so that one click chooses a moment."""
        step = datetime.timedelta(minutes=SLOT_MINUTES)
        book = reverse("scheduling:book")
        whose = {"practitioner": place.practitioner} if place.practitioner else {}
        for first, last in free:
            start = first
            while start < last:
                into = datetime.timedelta(minutes=start.minute % SLOT_MINUTES)
                end = min(start - into + step, last)
                local = start.astimezone(BRUSSELS)
                asked = urlencode({**whose, "start": f"{local:%Y-%m-%dT%H:%M}"})
                at = self.grid.place(place.day, start, end)
                yield Gap(f"{book}?{asked}" if end > self.now else "", f"{local:%H:%M}", at)
                start = end

    def _marks(self, place: Place, closures: Iterable[Closure]) -> Iterable[tuple[str, str]]:
        start, end = bounds(place.day)
        if holiday_name(place.day):
            yield holiday_name(place.day), self.grid.place(place.day, start, end)
        for closure in closures:
            concerns = closure.practitioner is None or closure.practitioner.pk == place.practitioner
            if concerns and closure.start < end and closure.end > start:
                at = self.grid.place(place.day, max(closure.start, start), min(closure.end, end))
                yield closure.label, at


@cache
def labels_in(language: str | None) -> dict[str, str]:
    """Return the words of kinds and statuses: once for each language, a full week asks them hundreds of times."""
    return {value: str(label) for value, label in (*Appointment.Type.choices, *Appointment.Status.choices)}
