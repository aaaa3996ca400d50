"""A month of the agenda: what each day holds, in numbers."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from accounts.models import User
from scheduling.agenda_asked import Asked
from scheduling.agenda_closures import Closure, Colleague, closures_of, people_with_leave
from scheduling.agenda_grid import bounds, day_of
from scheduling.agenda_rows import booked_of, read_version
from scheduling.free_time import BRUSSELS, Stretch
from scheduling.models import Appointment, Room
from scheduling.public_holidays import holiday_name
from scheduling.querysets import OCCUPYING
from scheduling.slots import working_times

_NOTHING = datetime.timedelta(0)
_Total = tuple[int, datetime.timedelta]


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day in a month. `counts` are (status, words); `free` is the time left to book in words, nothing by room."""

    day: datetime.date
    url: str
    is_in_month: bool
    counts: tuple[tuple[str, str], ...]
    free: str
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday to Sunday."""

    asked: Asked
    weeks: tuple[tuple[MonthDay, ...], ...]
    practitioners: tuple[Colleague, ...]
    rooms: tuple[Room, ...]
    version: str


def agenda_month(user: User, asked: Asked, *, now: datetime.datetime) -> Month:
    """Return a month of everybody or of the therapist or room that is asked for. Four queries (one more by room)."""
    start, end = asked.span
    version = read_version(user, asked)  # before the rows: a change in between is then seen by the next poll
    people = people_with_leave(start, end)
    rooms = tuple(Room.objects.filter(is_active=True)) if asked.is_by_room else ()
    shown = [person for person in people if asked.practitioner in {"", str(person.pk)}]
    totals = _totals(booked_of(user, asked))
    working = {} if asked.is_by_room else working_times([person.pk for person in shown], start, end)
    closures = closures_of(shown, user)
    step = datetime.timedelta(days=1)
    dates = [asked.first + number * step for number in range(asked.days)]
    worked = _worked(working)
    days = [_day(asked, day, totals=totals, worked=worked.get(day, {}), closures=closures, now=now) for day in dates]
    weeks = tuple(tuple(days[first : first + 7]) for first in range(0, len(days), 7))
    return Month(asked, weeks, people, rooms, version)


def _totals(booked: Any) -> dict[datetime.date, dict[tuple[str, object], _Total]]:
    """For each day, how many visits of each status and therapist, and how long they are together. One query."""
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    rows = booked.order_by().values(on=TruncDate("start", tzinfo=BRUSSELS), state=F("status"), who=F("practitioner_id"))
    found: dict[datetime.date, dict[tuple[str, object], _Total]] = defaultdict(dict)
    for row in rows.annotate(count=Count("pk"), length=Sum(length)):
        found[row["on"]][row["state"], row["who"]] = (row["count"], row["length"])
    return found


def _day(
    asked: Asked,
    day: datetime.date,
    *,
    totals: Mapping[datetime.date, Mapping[tuple[str, object], _Total]],
    worked: Mapping[object, datetime.timedelta],
    closures: Sequence[Closure],
    now: datetime.datetime,
) -> MonthDay:
    start, end = bounds(day)
    of_day = totals.get(day, {})
    counts = {
        status: sum(count for (state, _who), (count, _length) in of_day.items() if state == status)
        for status in Appointment.Status
    }
    away = [each for each in closures if each.start < end and each.end > start]
    return MonthDay(
        day=day,
        url=asked.address(view="day", day=day),
        is_in_month=day.month == asked.day.month,
        counts=tuple((status.value, f"{count} {status.label}") for status, count in counts.items() if count),
        free="" if end <= now else _in_words(_free(of_day, worked)),
        closed=(*filter(None, [holiday_name(day)]), *(_said(each) for each in away)),
    )


def _worked(working: Mapping[object, Sequence[Stretch]]) -> dict[datetime.date, dict[object, datetime.timedelta]]:
    """For each day, how long each therapist works. A stretch over midnight counts for each of its days."""
    found: dict[datetime.date, dict[object, datetime.timedelta]] = defaultdict(dict)
    for who, stretches in working.items():
        for first, last in stretches:
            day = day_of(first)
            while (span := bounds(day))[0] < last:
                of_day = found[day]
                of_day[who] = of_day.get(who, _NOTHING) + min(last, span[1]) - max(first, span[0])
                day += datetime.timedelta(days=1)
    return found


def _free(
    of_day: Mapping[tuple[str, object], _Total], worked: Mapping[object, datetime.timedelta]
) -> datetime.timedelta:
    """Worked time minus booked time of each therapist. A visit outside the hours counts too: an estimate, cheap."""
    booked: dict[object, datetime.timedelta] = defaultdict(datetime.timedelta)
    for (state, who), (_count, length) in of_day.items():
        if state in OCCUPYING:
            booked[who] += length
    return sum((max(length - booked[who], _NOTHING) for who, length in worked.items()), _NOTHING)


def _said(closure: Closure) -> str:
    return closure.label if closure.practitioner is None else f"{closure.practitioner.name}: {closure.label}"


def _in_words(length: datetime.timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if not hours and not minutes:
        return ""
    words = {"hours": hours, "minutes": f"{minutes:02}"}
    return _("%(hours)d h %(minutes)s free") % words if minutes else _("%(hours)d h free") % words
