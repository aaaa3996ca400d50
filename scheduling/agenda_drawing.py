"""How a visit, free time and a closure stand in a column: rows of the database turned into words and CSS classes."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import Closure
from scheduling.agenda_columns import Place
from scheduling.agenda_grid import Grid, bounds, clock, day_of, minutes_of_day
from scheduling.agenda_rows import Booked
from scheduling.free_time import Stretch, subtract
from scheduling.models import Appointment
from scheduling.public_holidays import holiday_name
from scheduling.querysets import TOOK_PLACE
from scheduling.writing import MOVABLE

SLOT_MINUTES = 30
_SHORT = datetime.timedelta(minutes=25)


@cache
def labels_in(language: str | None) -> dict[str, str]:
    """Return the words of kinds and statuses: once for each language, a full week asks them hundreds of times."""
    return {value: str(label) for value, label in (*Appointment.Type.choices, *Appointment.Status.choices)}


def _labels() -> Mapping[str, str]:
    return labels_in(get_language())


@dataclass(slots=True)
class When:
    """A stretch of time in words; `at` is in minutes into the day, `place` are the CSS classes of its rows."""

    start: str
    end: str
    place: str
    short: str
    at: int
    minutes: int


@dataclass(slots=True)
class Visit:
    """One visit, its times already in words. `place` holds the CSS classes of its rows on the grid.

    `at` (minutes into the day) and `minutes` are given only for a visit that may be moved. Not frozen: a clinic's day
    makes hundreds, and freezing costs more than all the rest of making one.
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


@dataclass(slots=True)
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
    """Turns rows into what a template can print without asking anything. What many rows share is worked out once."""

    asked: Asked
    grid: Grid
    words: Mapping[UUID, str]
    may_change: bool
    now: datetime.datetime
    agenda_url: str = field(default_factory=lambda: reverse("scheduling:agenda"))
    book_url: str = field(default_factory=lambda: reverse("scheduling:book"))
    labels: Mapping[str, str] = field(default_factory=_labels)
    _times: dict[Stretch, When] = field(default_factory=dict)

    def visit(self, row: Booked) -> Visit:
        """Return a row of the calendar in words."""
        when, room = self._when(row.start, row.end), row.room or ""
        return Visit(
            f"{self.agenda_url}{row.id}/",
            when.start,
            when.end,
            f"{row.family_name} {row.given_name}",
            row.type,
            self.labels[row.type],
            row.status,
            self.labels[row.status],
            room,
            self.words.get(row.patient_id, ""),
            row.practitioner,
            row.practitioner if self.asked.is_by_room else room,
            f"{when.place}{when.short}",
            when.at,
            when.minutes,
            is_movable=self.may_change and row.status in MOVABLE,
            is_unwritten=row.is_written is False and row.status in TOOK_PLACE and row.end < self.now,
        )

    def _when(self, start: datetime.datetime, end: datetime.datetime) -> When:
        """Return a time in words. Colleagues start at the same half hours, so that a full day asks each many times."""
        found = self._times.get((start, end))
        if found is None:
            short = " short" if end - start < _SHORT else ""
            place = self.grid.place(day_of(start), start, end)
            minutes = int((end - start).total_seconds() // 60)
            found = When(clock(start), clock(end), place, short, minutes_of_day(start), minutes)
            self._times[start, end] = found
        return found

    def column(
        self,
        place: Place,
        booked: Sequence[tuple[Stretch, Visit]],
        opened: Sequence[Stretch],
        closures: Sequence[Closure],
    ) -> Column:
        """Return one column with the visits that take its time, what is free in it, and why it is closed."""
        free = subtract(opened, [stretch for stretch, _visit in booked]) if place.is_drop else []
        is_now = day_of(self.now) == place.day and self.grid.shows(self.now)
        return Column(
            place=place,
            visits=tuple(visit for _stretch, visit in booked),
            gaps=tuple(self._gaps(place, free)),
            marks=tuple(self._marks(place, closures)),
            now_row=self.grid.row(self.now) if is_now else 0,
        )

    def _gaps(self, place: Place, free: Iterable[Stretch]) -> Iterable[Gap]:
        """Cut free time at the half hours, so that one click chooses a moment."""
        step = datetime.timedelta(minutes=SLOT_MINUTES)
        whose = {"practitioner": place.practitioner} if place.practitioner else {}
        asked = f"{self.book_url}?{urlencode({**whose, 'start': f'{place.day}T'})}"
        for first, last in free:
            start = first
            while start < last:
                into = datetime.timedelta(minutes=start.minute % SLOT_MINUTES)
                end = min(start - into + step, last)
                when = self._when(start, end)
                yield Gap(f"{asked}{when.start}" if end > self.now else "", when.start, when.place)
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
