"""A series before it is booked: each visit with its state, what is in the way, and the nearest alternatives."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _

from scheduling.free_time import BRUSSELS, Stretch
from scheduling.series_calendar import Calendar, Clash, Kind, clashes, stretch_of
from scheduling.series_proposal import Near
from scheduling.series_wish import Hours, Slot, Window
from scheduling.slots import FreeMoment


@dataclass(frozen=True, slots=True)
class Draft:
    """A visit as it is planned until now. `slot` is None while what was typed cannot be read; `is_out`: left out."""

    kind: Kind
    slot: Slot | None
    is_out: bool = False
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another moment to choose; `value` is what the form sends back."""

    value: str
    slot: Slot
    name: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A planned visit as the page shows it."""

    number: int
    draft: Draft
    name: str
    room: str
    clash: Clash | None
    alternatives: tuple[Alternative, ...]
    is_outside: bool

    @property
    def is_free(self) -> bool:
        """Whether the visit can be booked as it is."""
        return self.clash is None and not self.draft.is_out

    @property
    def state(self) -> str:
        """One word for the page: free, outside (the window), out, or the kind of clash."""
        if self.draft.is_out:
            return "out"
        return self.clash.kind if self.clash else "outside" if self.is_outside else "free"


@dataclass(frozen=True, slots=True)
class Preview:
    """The rows of a series, and how many of them can be booked."""

    rows: tuple[Row, ...]

    @property
    def kept(self) -> list[Row]:
        """The visits that are to be booked."""
        return [row for row in self.rows if not row.draft.is_out]

    @property
    def free(self) -> int:
        """How many of the kept visits can be booked as they are."""
        return sum(row.is_free for row in self.rows)

    @property
    def count(self) -> int:
        """How many visits are to be booked."""
        return len(self.kept)

    @property
    def is_bookable(self) -> bool:
        """Whether every kept visit can be booked."""
        return 0 < self.count == self.free

    @property
    def has_alternatives(self) -> bool:
        """Whether a clash has an alternative near it."""
        return any(row.alternatives for row in self.rows)

    @property
    def may_be_overruled(self) -> bool:
        """Whether a written reason would allow a visit that now clashes with the hours."""
        return any(row.clash and row.clash.may_be_overruled for row in self.kept)


def preview(drafts: Sequence[Draft], calendar: Calendar, *, people: Sequence[UUID], hours: Hours) -> Preview:
    """Return the rows of a series. `people` may take over a visit, the preferred first. One query at most."""
    against = _clashes(drafts, calendar)
    nears = {kind: Near(free, kind[1], people, hours) for kind, free in calendar.free.items()}
    rows = []
    for number, draft in enumerate(drafts):
        if draft.slot is None:
            unread = Clash("unread", _("Fill in a day, a time and a physiotherapist."))
            rows.append(Row(number, draft, "", "", None if draft.is_out else unread, (), False))
            continue
        moment, clash = calendar.free[draft.kind].at(draft.slot), against.get(number)
        is_outside = _is_outside(draft.slot.day, draft.window)
        others: list[FreeMoment] = []
        if not draft.is_out and (clash or is_outside):
            taken = _days_taken(drafts, number, calendar)
            others = nears[draft.kind].nearest(draft.slot, taken=taken, window=draft.window)
        shown = tuple(_alternative(number, each, draft.window) for each in others if each != moment)
        room = moment.room.name if moment and moment.room else ""
        rows.append(Row(number, draft, calendar.name(draft.slot.person), room, clash, shown, is_outside))
    return Preview(tuple(rows))


def _clashes(drafts: Sequence[Draft], calendar: Calendar) -> dict[int, Clash]:
    """Return what is in the way, by row: the calendar, or an earlier row of the same series."""
    planned = [(number, draft.slot, draft.kind) for number, draft in enumerate(drafts) if not draft.is_out]
    read = [(number, slot, kind) for number, slot, kind in planned if slot is not None]
    judged = clashes([(slot, kind) for _number, slot, kind in read], calendar)
    found = {number: clash for (number, _slot, _kind), clash in zip(read, judged, strict=True) if clash}
    seen: list[Stretch] = []
    for number, slot, kind in read:
        start, end = stretch_of(slot, kind[1])
        if any(first < end and last > start for first, last in seen):
            found[number] = Clash("twice", _("Another visit of this series is at that moment."))
        seen.append((start, end))
    return found


def _days_taken(drafts: Sequence[Draft], number: int, calendar: Calendar) -> set[datetime.date]:
    """The days on which the patient comes already, for another row or another visit: nobody is treated twice a day."""
    others = [draft.slot for place, draft in enumerate(drafts) if place != number and not draft.is_out]
    return {slot.day for slot in others if slot} | calendar.own_days


def _is_outside(day: datetime.date, window: Window | None) -> bool:
    return window is not None and not window[0] <= day <= window[1]


def _alternative(number: int, moment: FreeMoment, window: Window | None) -> Alternative:
    start = moment.start.astimezone(BRUSSELS)
    slot = Slot(start.date(), start.time().replace(fold=0), moment.practitioner.pk)
    value = f"{number}|{slot.day}|{slot.time:%H:%M}|{slot.person}"
    return Alternative(value, slot, moment.practitioner.name, _is_outside(slot.day, window))


def take_nearest(drafts: Sequence[Draft], calendar: Calendar, *, people: Sequence[UUID], hours: Hours) -> list[Draft]:
    """Return the drafts with each clash moved to the alternative that is nearest, in order, no two on one day."""
    changed = list(drafts)
    for number in sorted(_clashes(drafts, calendar)):
        draft = changed[number]
        if draft.slot is None:
            continue
        near = Near(calendar.free[draft.kind], draft.kind[1], people, hours)
        found = near.nearest(draft.slot, taken=_days_taken(changed, number, calendar), window=draft.window)
        if found:
            changed[number] = replace(draft, slot=_alternative(number, found[0], draft.window).slot)
    return changed
