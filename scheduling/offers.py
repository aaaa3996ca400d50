"""Free moments as the desk chooses them: by day and therapist, few enough to read."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.models import Practitioner
from scheduling.agenda_grid import clock
from scheduling.availability import ANY_TIME, Preferred
from scheduling.free_time import BRUSSELS, wall_time
from scheduling.slots import FreeMoment, free_moments

LOOK_AHEAD = datetime.timedelta(days=21)
DAYS_SHOWN = 5
MOST_MOMENTS = 240
OUTSIDE_SHOWN = 3
_QUARTER = datetime.timedelta(minutes=15)
Window = tuple[datetime.date, datetime.date]


@dataclass(frozen=True, slots=True)
class Offer:
    """A moment to choose; `value` is what the form sends back."""

    value: str
    start: str


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """The moments of a day, for each therapist. `is_outside`: not within the window that was asked for."""

    day: datetime.date
    people: tuple[tuple[Practitioner, tuple[Offer, ...]], ...]
    is_outside: bool = False


def offered_days(
    *,
    practitioners: Iterable[Practitioner],
    first: datetime.date,
    minutes: int,
    type: str,
    now: datetime.datetime,
    last: datetime.date | None = None,
    preferred: Preferred = ANY_TIME,
) -> list[OfferedDay]:
    """Return the first days with free moments that suit, from a day on and at most three weeks ahead. One query."""
    end = wall_time(last or first + LOOK_AHEAD, datetime.time())
    start = wall_time(first, datetime.time())
    found = free_moments(
        practitioners=practitioners,
        start=start,
        end=end,
        minutes=minutes,
        type=type,
        now=now,
        preferred=preferred,
    )
    return _readable(_by_day(found))


def offered_within(
    window: Window,
    *,
    practitioners: Iterable[Practitioner],
    minutes: int,
    type: str,
    now: datetime.datetime,
) -> list[OfferedDay]:
    """Return the days of a window with free moments, then the nearest days outside it, flagged. One query."""
    opens, closes = window
    today = now.astimezone(BRUSSELS).date()
    found = free_moments(
        practitioners=practitioners,
        start=wall_time(max(today, opens - datetime.timedelta(days=7)), datetime.time()),
        end=wall_time(max(today, closes) + datetime.timedelta(days=15), datetime.time()),
        minutes=minutes,
        type=type,
        now=now,
    )
    days = _by_day(found)
    inside = [each for each in days if opens <= each.day <= closes]
    outside = [each for each in days if not opens <= each.day <= closes]
    nearest = sorted(outside, key=lambda each: min(abs(each.day - opens), abs(each.day - closes)))[:OUTSIDE_SHOWN]
    flagged = [OfferedDay(each.day, each.people, is_outside=True) for each in nearest]
    return inside + sorted(flagged, key=lambda each: each.day)


def _readable(days: Sequence[OfferedDay]) -> list[OfferedDay]:
    """Return the first days, fewer of them when they hold many moments; always at least one."""
    shown: list[OfferedDay] = []
    moments = 0
    for each in days[:DAYS_SHOWN]:
        moments += sum(len(offers) for _person, offers in each.people)
        if shown and moments > MOST_MOMENTS:
            break
        shown.append(each)
    return shown


def worth_offering(moments: Sequence[datetime.datetime]) -> list[datetime.datetime]:
    """Leave out most quarters: keep the half hours, and those where free time begins or ends (no scraps of time)."""
    known = set(moments)
    return [
        each
        for each in moments
        if each.minute in {0, 30} or each - _QUARTER not in known or each + _QUARTER not in known
    ]


def _by_day(found: Iterable[FreeMoment]) -> list[OfferedDay]:
    starts: dict[datetime.date, dict[Practitioner, list[datetime.datetime]]] = defaultdict(lambda: defaultdict(list))
    for each in found:
        starts[each.start.astimezone(BRUSSELS).date()][each.practitioner].append(each.start.astimezone(datetime.UTC))
    return [
        OfferedDay(day, tuple((person, _offers(person, people[person])) for person in sorted(people, key=str)))
        for day, people in sorted(starts.items())
    ]


def _offers(person: Practitioner, moments: Sequence[datetime.datetime]) -> tuple[Offer, ...]:
    return tuple(
        Offer(f"{person.pk}|{each.astimezone(BRUSSELS).isoformat()}", clock(each)) for each in worth_offering(moments)
    )


def as_days(found: Iterable[FreeMoment]) -> list[OfferedDay]:
    """Return free moments that were chosen already as the days to offer, few enough to read. No query."""
    return _readable(_by_day(found))
