"""Numbers for the owner: how full the agenda is, who does not come, how long people wait, what gaps were filled.

No patient is named, and every number is counted by the database (docs/numbers.md says how): the number of queries is
the same for a week and for a year.
"""

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Count, DateField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.db.models.functions import TruncWeek

from accounts.models import Practitioner
from accounts.read_cursor import read_cursor
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment
from scheduling.period import Period, monday_of
from scheduling.querysets import OCCUPYING, TOOK_PLACE
from scheduling.slots import working_times

# Below so many visits a percentage says more than is known: the pages then show the count alone.
SMALL = 20
_MINUTE = datetime.timedelta(minutes=1)
# Longest waits of the bars, in days; the last bar holds what is longer.
WAITS = (2, 7, 14, 28)
# Cancelled because nobody could treat then, or by mistake: that time was never free for another patient.
_NOT_A_GAP = ("prov", "maint", "oth-err")


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one therapist in one week, or of a sum of those. Times in minutes."""

    available: int = 0
    occupied: int = 0
    came: int = 0
    missed: int = 0
    late: int = 0
    unmarked: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def occupancy(self) -> float | None:
        """Occupied as a percentage of available minutes; None when nobody was to work."""
        return _percent(self.occupied, self.available)

    @property
    def hours(self) -> tuple[float, float]:
        """Occupied and available hours."""
        return self.occupied / 60, self.available / 60

    @property
    def shade(self) -> int:
        """The step of colour for the occupancy: 0 (under 20 %) to 4 (80 to 100 %), 5 for more than was available."""
        return 5 if self.occupied > self.available else min(int((self.occupancy or 0) // 20), 4)

    @property
    def held(self) -> int:
        """Visits that stood until the day itself: the patient came, did not come, or cancelled late."""
        return self.came + self.missed + self.late

    @property
    def missed_percent(self) -> float | None:
        """Missed visits as a percentage of those held; None when these are too few."""
        return _percent(self.missed, self.held) if self.held >= SMALL else None

    @property
    def late_percent(self) -> float | None:
        """Late cancellations as a percentage of the visits held; None when these are too few."""
        return _percent(self.late, self.held) if self.held >= SMALL else None


@dataclass(frozen=True, slots=True)
class Week:
    """A week: its Monday, the tally of each therapist (in the order of Numbers.people), and their sum."""

    monday: datetime.date
    tallies: tuple[Tally, ...]
    total: Tally


@dataclass(frozen=True, slots=True)
class Waits:
    """Days from asking for a first visit to that visit: how many people, median, 90th percentile, count of each bar."""

    count: int
    median: float | None
    ninetieth: float | None
    bars: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """Visits that were cancelled beforehand, and how many of them and of their minutes were used again."""

    count: int
    minutes: int
    from_list: int
    minutes_from_list: int
    otherwise: int
    minutes_otherwise: int

    @property
    def filled(self) -> int:
        """How many were used again, whole or in part."""
        return self.from_list + self.otherwise

    @property
    def minutes_filled(self) -> int:
        """How many of their minutes were used again."""
        return self.minutes_from_list + self.minutes_otherwise

    @property
    def percent(self) -> float | None:
        """Minutes used again as a percentage; None when too few visits were cancelled."""
        return _percent(self.minutes_filled, self.minutes) if self.count >= SMALL else None


@dataclass(frozen=True, slots=True)
class Numbers:
    """All numbers of a period."""

    period: Period
    people: tuple[Practitioner, ...]
    weeks: tuple[Week, ...]
    totals: tuple[Tally, ...]
    total: Tally
    waits: Waits
    gaps: Gaps


def numbers_of(period: Period, *, now: datetime.datetime) -> Numbers:
    """Count a period: the weeks of each therapist who worked or works here, first visits and gaps.

    Queries: therapists, their visits, first visits, gaps, and those of `working_times`.
    """
    visits = Appointment.objects.filter(start__gte=period.start, start__lt=period.end)
    had_visits = Exists(visits.filter(practitioner=OuterRef("pk")))
    people = tuple(Practitioner.objects.filter(Q(is_active=True) | had_visits))
    counted = _counted(visits, now)
    available = _available(people, period)
    weeks = []
    for monday in period.mondays():
        keys = [(person.pk, monday) for person in people]
        tallies = tuple(Tally(available.get(key, 0), *counted.get(key, ())) for key in keys)
        weeks.append(Week(monday, tallies, _sum(tallies)))
    totals = tuple(_sum(column) for column in zip(*(week.tallies for week in weeks), strict=True))
    return Numbers(period, people, tuple(weeks), totals, _sum(totals), _waits(period), _gaps(period, now))


def _sum(tallies: tuple[Tally, ...]) -> Tally:
    return reduce(add, tallies, Tally())


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def _counted(visits: Any, now: datetime.datetime) -> dict[tuple[Any, datetime.date], tuple[int, ...]]:
    """Return occupied minutes and counts by therapist and Monday. A visit counts in the week in which it begins."""
    length = ExpressionWrapper(F("end") - F("start"), output_field=DurationField())
    rows = (
        visits.annotate(monday=TruncWeek("start", tzinfo=BRUSSELS, output_field=DateField()))
        .values("practitioner_id", "monday")
        .annotate(
            occupied=Sum(length, filter=Q(status__in=OCCUPYING), default=datetime.timedelta()),
            came=Count("pk", filter=Q(status__in=TOOK_PLACE)),
            missed=Count("pk", filter=Q(status="noshow")),
            late=Count("pk", filter=Q(status="cancelled", is_late_cancellation=True)),
            unmarked=Count("pk", filter=Q(status__in=("pending", "booked"), end__lt=now)),
        )
        .order_by()
    )
    return {
        (row["practitioner_id"], row["monday"]): (
            row["occupied"] // _MINUTE,
            *(row[name] for name in ("came", "missed", "late", "unmarked")),
        )
        for row in rows
    }


def _available(people: tuple[Practitioner, ...], period: Period) -> dict[tuple[Any, datetime.date], int]:
    """Return the minutes on which each therapist was to see patients, by Monday."""
    found: dict[tuple[Any, datetime.date], int] = defaultdict(int)
    for pk, stretches in working_times([person.pk for person in people], period.start, period.end).items():
        for start, end in stretches:
            found[pk, monday_of(start.astimezone(BRUSSELS).date())] += (end - start) // _MINUTE
    return found


# A visit without an episode (the intake of somebody new) belongs to the first episode that began on its day or later.
_WAITS = """
WITH visit AS (
    SELECT a.patient_id, a.start, a.created_at, least(a.created_at, w.created_at) AS asked_at,
           a.status = ANY(%(held)s) AS is_held,
           coalesce(a.episode_id, (
               SELECT e.id FROM patients_episodeofcare e
               WHERE e.patient_id = a.patient_id
                 AND e.started_on >= (a.start AT TIME ZONE 'Europe/Brussels')::date
               ORDER BY e.started_on, e.id LIMIT 1
           ), a.patient_id) AS care
    FROM scheduling_appointment a LEFT JOIN scheduling_waitinglistentry w ON w.appointment_id = a.id
    WHERE a.type <> 'phone' AND a.patient_id IN (
        SELECT patient_id FROM scheduling_appointment WHERE created_at >= %(start)s AND created_at < %(end)s)
), care AS (
    SELECT min(created_at) AS booked_at, min(asked_at) AS asked_at, min(start) FILTER (WHERE is_held) AS first_start
    FROM visit GROUP BY care
), wait AS (
    SELECT greatest(extract(epoch FROM first_start - asked_at) / 86400, 0) AS days
    FROM care WHERE booked_at >= %(start)s AND booked_at < %(end)s AND first_start IS NOT NULL
)
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY days), percentile_cont(0.9) WITHIN GROUP (ORDER BY days),
       array(SELECT count(days) FROM unnest(%(lows)s::float[], %(highs)s::float[]) WITH ORDINALITY bar(low, high, place)
             LEFT JOIN wait ON days > low AND days <= high GROUP BY place ORDER BY place)
FROM wait
"""


def _waits(period: Period) -> Waits:
    edges = [float(days) for days in WAITS]
    lows, highs = [-1.0, *edges], [*edges, float("inf")]
    given: dict[str, Any] = {
        "start": period.start,
        "end": period.end,
        "lows": lows,
        "highs": highs,
        "held": [*OCCUPYING, "noshow"],
    }
    with read_cursor(Appointment) as cursor:
        cursor.execute(_WAITS, given)
        count, median, ninetieth, bars = cursor.fetchone()
    return Waits(count, median, ninetieth, tuple(bars))


# Time that was booked again and cancelled again counts once: the last of those visits is the gap.
_GAPS = """
WITH off AS (
    SELECT id, practitioner_id, start, "end", created_at, cancelled_at FROM scheduling_appointment
    WHERE status = 'cancelled' AND cancelled_at < start AND start >= %(start)s AND start < least(%(end)s, %(now)s)
      AND cancellation_code <> ALL(%(no_gap)s)
), gap AS (
    SELECT *, extract(epoch FROM "end" - start) / 60 AS minutes FROM off
    WHERE NOT EXISTS (
        SELECT FROM off later
        WHERE later.practitioner_id = off.practitioner_id AND later.start < off."end" AND later."end" > off.start
          AND later.created_at > off.cancelled_at)
), used AS (
    SELECT gap.minutes, coalesce(bool_or(v.fills_id = gap.id), false) AS from_list,
           coalesce(sum(extract(epoch FROM least(v."end", gap."end") - greatest(v.start, gap.start)) / 60)
                    FILTER (WHERE v.id IS NOT NULL), 0) AS again
    FROM gap LEFT JOIN scheduling_appointment v
      ON v.practitioner_id = gap.practitioner_id AND v.status = ANY(%(occupying)s)
     AND v.start < gap."end" AND v."end" > gap.start AND v.start > gap.start - interval '4 hours'
    GROUP BY gap.id, gap.minutes
)
SELECT count(*), coalesce(sum(minutes), 0),
       count(*) FILTER (WHERE from_list), coalesce(sum(again) FILTER (WHERE from_list), 0),
       count(*) FILTER (WHERE again > 0 AND NOT from_list), coalesce(sum(again) FILTER (WHERE NOT from_list), 0)
FROM used
"""


def _gaps(period: Period, now: datetime.datetime) -> Gaps:
    given: dict[str, Any] = {"start": period.start, "end": period.end, "now": now}
    with read_cursor(Appointment) as cursor:
        cursor.execute(_GAPS, {**given, "no_gap": list(_NOT_A_GAP), "occupying": list(OCCUPYING)})
        return Gaps(*(int(value) for value in cursor.fetchone()))
