"""Gaps: time that a cancelled visit left free, and who would fit in it, the most overdue first."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from scheduling.free_time import BRUSSELS, GRID_MINUTES, Stretch, subtract, wall_time
from scheduling.models import Appointment, WaitingListEntry
from scheduling.slots import free_moments, working_times
from scheduling.waiting_list_needs import TONES, people_in_words, wish_of
from scheduling.wishes import Pressing, Wish

LOOK_AHEAD_DAYS = 7
MOST_GAPS = 40
SHORTEST_MINUTES = 5
_BY_PRACTICE = {
    Appointment.CancellationReason.PRACTITIONER,
    Appointment.CancellationReason.FACILITY,
    Appointment.CancellationReason.WEATHER,
    Appointment.CancellationReason.ERROR,
}
_RANKS = {"asap": 0, "urgent": 1, "routine": 2}
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time around a cancelled visit, from `start` to `end` (UTC): what the visit left, and what touches it."""

    visit: Appointment
    practitioner: Practitioner
    start: datetime.datetime
    end: datetime.datetime

    @property
    def opens(self) -> datetime.datetime:
        """Where the part that the visit left begins."""
        return max(self.start, self.visit.start)

    @property
    def closes(self) -> datetime.datetime:
        """Where the part that the visit left ends."""
        return min(self.end, self.visit.end)

    @property
    def is_wider(self) -> bool:
        """Whether more is free than the visit took."""
        return self.start < self.visit.start or self.end > self.visit.end

    @property
    def day(self) -> datetime.date:
        """The Brussels day of the gap."""
        return self.visit.start.astimezone(BRUSSELS).date()

    @property
    def minutes(self) -> int:
        """How long the longest visit could be, in minutes."""
        return int((self.end - self.start).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Need:
    """A patient who needs a visit, and what the desk may know of it: never the reason.

    `since` is the moment from which the patient waits. `asked_again`: asked since the visit was cancelled. `book_url`
    and `offer_url` take a POST with `start`; without a portal account nobody would see an offer.
    """

    pk: UUID
    source: str
    patient_id: UUID
    patient: str
    phone: str
    has_portal: bool
    type: str
    minutes: int
    wish: Wish
    people: str
    priority: str
    since: datetime.datetime
    note: str
    asked_again: bool
    book_url: str
    offer_url: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who fits in a gap: the moment that the visit would take (UTC), and how late it is by then."""

    need: Need
    start: datetime.datetime
    end: datetime.datetime
    pressing: Pressing
    days_late: int

    @property
    def closes_soon(self) -> bool:
        """Whether the last day that suits comes within a week."""
        return self.pressing is Pressing.CLOSES_SOON

    @property
    def kind(self) -> Any:
        """The kind of visit, in words."""
        return Appointment.Type(self.need.type).label

    @property
    def priority(self) -> Any:
        """The urgency, in words."""
        return WaitingListEntry.Priority(self.need.priority).label

    @property
    def tone(self) -> str:
        """The colour of the urgency's badge."""
        return TONES[WaitingListEntry.Priority(self.need.priority)]

    @property
    def times(self) -> str:
        """The wished weekdays and times, in words."""
        return self.need.wish.times_in_words()


# Rooms above this one know of more needs (visits that plans call for). The front door names the functions that tell
# them in settings.GAP_CANDIDATES: gap, user and now in, needs out that the user may know of.
Source = Callable[[Gap, User, datetime.datetime], Iterable[Need]]


@cache
def _sources() -> tuple[Source, ...]:
    return tuple(import_string(path) for path in settings.GAP_CANDIDATES)


def gap_of(visit: Appointment, *, now: datetime.datetime) -> Gap | None:
    """Return the free time around a cancelled visit (read with its practitioner), or None when nothing is left of it.

    What is over is not free, nor what the therapist no longer works. Two queries at most.
    """
    return next(iter(_gaps([visit], now)), None)


def open_gaps(user: User, *, now: datetime.datetime) -> list[Gap]:
    """Return what visits that were cancelled left free, today from now on and the coming week, the earliest first.

    Three queries at most, however many visits. Two visits that were cancelled at one time make one gap.
    """
    until = wall_time(now.astimezone(BRUSSELS).date() + (LOOK_AHEAD_DAYS + 1) * _DAY, datetime.time())
    cancelled = Appointment.objects.visible_to(user).filter(status="cancelled", start__gt=now, start__lt=until)
    visits = cancelled.select_related("practitioner", "patient").order_by("start", "-cancelled_at", "id")
    found: list[Gap] = []
    for gap in _gaps(list(visits[:MOST_GAPS]), now):
        if not any(each.practitioner == gap.practitioner and each.closes > gap.opens for each in found):
            found.append(gap)
    return found


def takers(visit: Appointment, user: User) -> list[Appointment]:
    """Return the visits that took the time of a cancelled one, with their patients. One query."""
    rows = Appointment.objects.visible_to(user).occupying().between(visit.start, visit.end)
    rows = rows.filter(practitioner=visit.practitioner_id).select_related("patient")
    return list(rows.order_by("start", "id"))


def _gaps(visits: Sequence[Appointment], now: datetime.datetime) -> list[Gap]:
    if not visits:
        return []
    first = wall_time(min(each.start for each in visits).astimezone(BRUSSELS).date(), datetime.time())
    last = wall_time(max(each.end for each in visits).astimezone(BRUSSELS).date() + _DAY, datetime.time())
    people = {each.practitioner_id for each in visits if each.practitioner.is_active}
    working = working_times(people, first, last)
    taken: dict[UUID, list[Stretch]] = defaultdict(list)
    occupied = Appointment.objects.occupying().between(first, last).filter(practitioner__in=people).order_by()
    for person, start, end in occupied.values_list("practitioner_id", "start", "end"):
        taken[person].append((start, end))
    free = {pk: subtract(working[pk], [*taken[pk], (first, now)]) for pk in people}
    found = (_around(each, free.get(each.practitioner_id, [])) for each in visits)
    return [gap for gap in found if gap is not None]


def _around(visit: Appointment, free: Iterable[Stretch]) -> Gap | None:
    """Return the free stretch that holds most of the visit's time, when a visit could still begin in it."""
    touching = [each for each in free if each[0] < visit.end and each[1] > visit.start]
    gaps = [Gap(visit, visit.practitioner, start, end) for start, end in touching]
    found = max(gaps, key=lambda gap: gap.closes - gap.opens, default=None)
    return found if found and found.minutes >= SHORTEST_MINUTES else None


def who_fits(gap: Gap, *, user: User, now: datetime.datetime) -> list[Candidate]:
    """Return who could take a gap, the most overdue first.

    Windows that have passed come first, then those that close within a week, both by their last day; within the same
    day and among all others the urgency decides, then who waits longest. Whoever cancelled the visit is not asked to
    take it again, unless asked for since. The queries do not grow with the number who wait, only with the kinds and
    lengths of visit (one for each).
    """
    today = now.astimezone(BRUSSELS).date()
    needs = [*_waiting(gap, user), *(need for source in _sources() for need in source(gap, user, now))]
    needs = [each for each in needs if each.asked_again or not _called_off_by(gap.visit, each.patient_id)]
    busy: dict[UUID, list[Stretch]] = defaultdict(list)
    for patient, start, end in (
        Appointment.objects.occupying().between(gap.start, gap.end).values_list("patient_id", "start", "end")
    ):
        busy[patient].append((start, end))
    starts = {key: _starts(gap, *key, now) for key in sorted({(each.type, each.minutes) for each in needs})}
    fitting = (_placed(each, gap, starts[each.type, each.minutes], busy[each.patient_id], today) for each in needs)
    return sorted((each for each in fitting if each is not None), key=_order)


def _called_off_by(visit: Appointment, patient: UUID) -> bool:
    return visit.patient_id == patient and visit.cancellation_code not in _BY_PRACTICE


def _starts(gap: Gap, type: str, minutes: int, now: datetime.datetime) -> list[datetime.datetime]:
    """Return when a kind of visit could begin so that it takes time that the cancelled visit left, the nearest first.

    The free moments of the calendar, and the very moment of the cancelled visit when that lies beside their grid.
    """
    length = datetime.timedelta(minutes=minutes)
    day = wall_time(gap.day, datetime.time()), wall_time(gap.day + _DAY, datetime.time())
    moments = free_moments(
        practitioners=[gap.practitioner], start=day[0], end=day[1], minutes=minutes, type=type, now=now
    )
    starts = {moment.start.astimezone(datetime.UTC) for moment in moments}
    own = gap.visit.start.astimezone(datetime.UTC)
    if own.minute % GRID_MINUTES and gap.start <= own and own + length <= gap.end:
        starts.add(own)
    touching = [each for each in starts if each < gap.closes and each + length > gap.opens]
    return sorted(touching, key=lambda each: (abs(each - own), each))


def _placed(
    need: Need, gap: Gap, starts: Iterable[datetime.datetime], busy: Sequence[Stretch], today: datetime.date
) -> Candidate | None:
    length = datetime.timedelta(minutes=need.minutes)
    for start in starts:
        end = start + length
        is_free = not any(first < end and last > start for first, last in busy)
        if is_free and need.wish.suits(gap.practitioner.pk, start, end, today=today):
            pressing = need.wish.pressing(today)
            late = (today - need.wish.latest).days if need.wish.latest and pressing is Pressing.PASSED else 0
            return Candidate(need, start, end, pressing, late)
    return None


def _order(candidate: Candidate) -> tuple[object, ...]:
    need = candidate.need
    closes = need.wish.latest if candidate.pressing is not Pressing.LATER else None
    return candidate.pressing, closes or datetime.date.max, _RANKS[need.priority], need.since, need.patient, need.pk


def _waiting(gap: Gap, user: User) -> Iterable[Need]:
    """Return the needs of the waiting list on the day and with the therapist of a gap. Two queries."""
    rows = WaitingListEntry.objects.visible_to(user).waiting().filter(earliest__lte=gap.day, minutes__lte=gap.minutes)
    rows = rows.filter(Q(practitioners=gap.practitioner.pk) | Q(practitioners__isnull=True))
    rows = rows.filter(Q(weekdays=[]) | Q(weekdays__contains=[gap.day.isoweekday()]))
    for row in rows.select_related("patient").prefetch_related("practitioners"):
        yield need_of(row, gap)


def need_of(row: WaitingListEntry, gap: Gap) -> Need:
    """Return what the desk may know of an entry that was read with patient and practitioners. No query."""
    cancelled = gap.visit.cancelled_at
    return Need(
        pk=row.pk,
        source=str(_("Waiting list")),
        patient_id=row.patient_id,
        patient=f"{row.patient.family_name} {row.patient.given_name}",
        phone=row.patient.phone,
        has_portal=row.patient.user_id is not None,
        type=row.type,
        minutes=row.minutes,
        wish=wish_of(row),
        people=people_in_words(row),
        priority=row.priority,
        since=row.created_at,
        note=row.note,
        asked_again=cancelled is not None and row.created_at > cancelled,
        book_url=reverse("scheduling:fill-gap", args=[gap.visit.pk, row.pk]),
        offer_url=reverse("scheduling:offer-gap", args=[gap.visit.pk, row.pk]),
    )
