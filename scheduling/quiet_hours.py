"""When patients may be disturbed: the quiet hours, and the moment of a reminder. Times of day are Brussels'."""

import datetime

from scheduling.free_time import BRUSSELS
from scheduling.models import BookingPolicy

EVENING = datetime.timedelta(minutes=30)  # before the quiet hours begin, so that the last attempt is not in them
_DAY = datetime.timedelta(days=1)


def is_quiet(moment: datetime.datetime, *, rules: BookingPolicy) -> bool:
    """Return whether nothing is to be sent then. Equal ends mean that there are no quiet hours."""
    begin, end, clock = rules.quiet_from, rules.quiet_until, moment.astimezone(BRUSSELS).time()
    if begin <= end:
        return begin <= clock < end
    return clock >= begin or clock < end


def quiet_end(moment: datetime.datetime, *, rules: BookingPolicy) -> datetime.datetime:
    """Return when the quiet hours in which a moment lies are over."""
    end = _at(moment, rules.quiet_until)
    return end if end > moment else _at(moment + _DAY, rules.quiet_until)


def reminder_moment(
    start: datetime.datetime, *, rules: BookingPolicy, now: datetime.datetime
) -> datetime.datetime | None:
    """Return when to remind of a visit, not before `now`; None when there is no good moment left.

    In the quiet hours it waits for their end; when the visit has begun by then, it goes out the evening before.
    """
    moment = max(start - datetime.timedelta(hours=rules.reminder_hours), now)
    if not is_quiet(moment, rules=rules):
        return moment if moment < start else None
    end = quiet_end(moment, rules=rules)
    if end < start:
        return end
    begin = _at(moment, rules.quiet_from)
    evening = (begin if begin <= moment else _at(moment - _DAY, rules.quiet_from)) - EVENING
    if evening > now:
        return evening
    return None if is_quiet(now, rules=rules) else now


def _at(day: datetime.datetime, clock: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(day.astimezone(BRUSSELS).date(), clock, BRUSSELS)
