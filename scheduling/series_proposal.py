"""Proposing the moments of a series, pure: one wall time that keeps coming back, and the nearest others beside it."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from scheduling.series_wish import USUAL_TIME, Hours, Slot, Window, Wish, minute_of, rest
from scheduling.slots import FreeMoment

ALTERNATIVES, ALTERNATIVES_A_DAY = 3, 2
APART_MINUTES = 30


@dataclass(frozen=True)
class FreeIndex:
    """The free moments of one kind of visit: by Brussels day, wall time and therapist."""

    days: Mapping[datetime.date, Mapping[datetime.time, Mapping[UUID, FreeMoment]]] = field(default_factory=dict)

    def at(self, slot: Slot) -> FreeMoment | None:
        """Return the free moment of a slot, or None."""
        return self.days.get(slot.day, {}).get(slot.time, {}).get(slot.person)

    def on(self, day: datetime.date) -> Mapping[datetime.time, Mapping[UUID, FreeMoment]]:
        """Return the free moments of a day."""
        return self.days.get(day, {})


def index(moments: Iterable[FreeMoment]) -> FreeIndex:
    """Return free moments so that a day and a wall time find them."""
    days: dict[datetime.date, dict[datetime.time, dict[UUID, FreeMoment]]] = defaultdict(lambda: defaultdict(dict))
    for moment in moments:  # their times are Brussels wall times
        time = moment.start.time()
        days[moment.start.date()][time.replace(fold=0) if time.fold else time][moment.practitioner.pk] = moment
    return FreeIndex(days)


@dataclass(frozen=True, slots=True)
class _Beat:
    """A wall time that comes back, and with whom; on how many of the days it is free."""

    time: datetime.time
    person: UUID
    count: int


def propose(wish: Wish, free: FreeIndex, people: Sequence[UUID]) -> list[Slot]:
    """Return a slot for each visit of a wish; `people` are the therapists that may do it, the preferred first.

    The weekdays and the wall time that are free most often are taken. A weekday on which that time is never free gets
    a time of its own. A slot need not be free: the page says what is in its way and what is near.
    """
    search = _Search(wish, free, people)
    beats = {rhythm: search.beat(wish.days(rhythm), people) for rhythm in wish.rhythms()}
    rhythm, beat = max(beats.items(), key=lambda each: (each[1].count, rest(each[0])))
    days = wish.days(rhythm)
    own = {weekday: search.of_weekday(weekday, days, beat) for weekday in rhythm}
    return [search.slot(day, own[day.isoweekday()]) for day in days]


@dataclass(frozen=True, slots=True)
class _Search:
    """Where the beat of a wish is looked for."""

    wish: Wish
    free: FreeIndex
    people: Sequence[UUID]

    def beat(self, days: Sequence[datetime.date], people: Sequence[UUID]) -> _Beat:
        """Return the wall time, and with whom, that is free on most days; the earliest and most preferred wins."""
        each: Counter[tuple[datetime.time, UUID]] = Counter()
        anyone: Counter[datetime.time] = Counter()
        for day in days:
            for time, who in self.free.on(day).items():
                if self.wish.hours.allow(time, self.wish.minutes):
                    present = [person for person in people if person in who]
                    each.update((time, person) for person in present)
                    anyone[time] += bool(present)
        if not each:
            return _Beat(self.wish.hours.usual(self.wish.minutes), people[0], 0)
        rank = {person: place for place, person in enumerate(people)}

        def merit(pair: tuple[datetime.time, UUID]) -> tuple[int, int, int, int]:
            time, person = pair
            most = anyone[time] if self.wish.who == "any" else each[pair]
            return most, each[pair], -minute_of(time), -rank[person]

        time, person = max(each, key=merit)
        return _Beat(time, person, merit((time, person))[0])

    def of_weekday(self, weekday: int, days: Sequence[datetime.date], beat: _Beat) -> _Beat:
        """Return the beat, or another for a weekday on which it is never free."""
        these = [day for day in days if day.isoweekday() == weekday]
        may = self.people if self.wish.who == "any" else [beat.person]
        if any(person in self.free.on(day).get(beat.time, {}) for day in these for person in may):
            return beat
        other = self.beat(these, may)
        return other if other.count else beat

    def slot(self, day: datetime.date, beat: _Beat) -> Slot:
        """Return a day's slot: with the beat's own therapist, or with whoever may and is free then."""
        who = self.free.on(day).get(beat.time, {})
        if self.wish.who == "any" and beat.person not in who:
            return Slot(day, beat.time, next((person for person in self.people if person in who), beat.person))
        return Slot(day, beat.time, beat.person)


@dataclass(frozen=True, slots=True)
class Due:
    """A visit that is due within a window of days: the kind of free moments that serve, and with whom."""

    window: Window
    free: FreeIndex
    person: UUID


def propose_due(visits: Sequence[Due], *, today: datetime.date) -> list[Slot]:
    """Return a slot for each visit that is due: within its window and near its middle, at one wall time if possible.

    Without a free moment in its window the nearest outside it is taken; without any, the middle of the window.
    No two on one day.
    """
    often: Counter[datetime.time] = Counter()
    for visit in visits:
        often.update({time for day in days_of(visit.window) for time in _times(visit, day)})
    usual = max(often, key=lambda time: (often[time], -minute_of(time))) if often else USUAL_TIME
    taken: set[datetime.date] = set()
    found = []
    for visit in visits:
        slot = _due_slot(visit, usual, taken, today)
        taken.add(slot.day)
        found.append(slot)
    return found


def _times(visit: Due, day: datetime.date) -> list[datetime.time]:
    return [time for time, who in visit.free.on(day).items() if visit.person in who]


def _due_slot(visit: Due, usual: datetime.time, taken: Collection[datetime.date], today: datetime.date) -> Slot:
    opens, closes = visit.window
    middle = max(today, opens + (closes - opens) / 2)

    def distance(pair: tuple[datetime.date, datetime.time]) -> tuple[int, bool, int, int, datetime.date]:
        day, time = pair
        apart = abs(minute_of(time) - minute_of(usual))
        outside = max((opens - day).days, (day - closes).days, 0)
        return outside, time != usual, abs((day - middle).days), apart, day

    choices = [(day, time) for day in visit.free.days if day not in taken for time in _times(visit, day)]
    if not choices:
        later = (middle + datetime.timedelta(days=number) for number in range(len(taken) + 1))
        return Slot(next(day for day in later if day not in taken), usual, visit.person)
    day, time = min(choices, key=distance)
    return Slot(day, time, visit.person)


def days_of(window: Window) -> Iterator[datetime.date]:
    """Yield each day of a window, the last included."""
    opens, closes = window
    for number in range((closes - opens).days + 1):
        yield opens + datetime.timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Near:
    """Where alternatives are looked for: free moments of a length, with these therapists, within these hours."""

    free: FreeIndex
    minutes: int
    people: Sequence[UUID]
    hours: Hours = Hours()

    def nearest(
        self, slot: Slot, *, taken: Collection[datetime.date] = (), window: Window | None = None
    ) -> list[FreeMoment]:
        """Return at most three free moments near a slot, on days that are not `taken`.

        Days of the `window` come first, then the nearest days; on a day the nearest time, and the slot's own
        therapist before the others. When nothing lies within the hours, they are let go.
        """
        opens, closes = window or (slot.day, slot.day)

        def remoteness(day: datetime.date) -> tuple[int, int, datetime.date]:
            outside = max((opens - day).days, (day - closes).days, 0)
            return outside, abs((day - slot.day).days), day

        days = sorted((day for day in self.free.days if day not in taken), key=remoteness)
        for hours in (self.hours, Hours()):
            found: list[FreeMoment] = []
            for day in days:
                found += self._on(day, slot, hours)
                if len(found) >= ALTERNATIVES:
                    break
            if found:
                return found[:ALTERNATIVES]
        return []

    def _on(self, day: datetime.date, slot: Slot, hours: Hours) -> list[FreeMoment]:
        order = {person: place for place, person in enumerate(self.people, start=1)} | {slot.person: 0}
        choices = [
            (abs(minute_of(time) - minute_of(slot.time)), order[person], time, moment)
            for time, who in self.free.on(day).items()
            if hours.allow(time, self.minutes)
            for person, moment in who.items()
            if person in order
        ]
        found: list[FreeMoment] = []
        for *_order, moment in sorted(choices, key=lambda each: each[:3]):
            if all(abs((moment.start - other.start).total_seconds()) >= APART_MINUTES * 60 for other in found):
                found.append(moment)
            if len(found) == ALTERNATIVES_A_DAY:
                break
        return found
