"""What a series is planned against: read once for the whole stretch of days, however many visits are planned."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Practitioner
from patients.models import Patient
from scheduling.free_time import BRUSSELS, GRID_MINUTES, Stretch, fits, wall_time
from scheduling.models import Appointment, HealthcareService, Leave
from scheduling.public_holidays import holiday_name
from scheduling.querysets import LONGEST_BUFFER
from scheduling.series_proposal import FreeIndex, index
from scheduling.series_wish import Slot
from scheduling.slots import FreeMoment, free_moments, working_times

AROUND = datetime.timedelta(days=14)
Kind = tuple[str, int]


@dataclass(frozen=True)
class Calendar:
    """The free moments of each kind of visit (type and minutes), when the therapists work, and what is closed.

    `buffers` are the minutes to keep free before and after a kind of visit, as the owner wrote them.
    """

    now: datetime.datetime
    people: Mapping[UUID, Practitioner]
    free: Mapping[Kind, FreeIndex]
    working: Mapping[object, Sequence[Stretch]]
    leaves: Sequence[Leave]
    own: Sequence[Appointment]
    buffers: Mapping[str, tuple[int, int]]

    def name(self, person: UUID) -> str:
        """Return a therapist's name."""
        return self.people[person].name

    @property
    def own_days(self) -> set[datetime.date]:
        """The Brussels days on which the patient has a visit already."""
        return {visit.start.astimezone(BRUSSELS).date() for visit in self.own}


@dataclass(frozen=True, slots=True)
class Clash:
    """What is in the way of a visit: its kind (holiday, closure, leave, hours, therapist, patient, room…), in words."""

    kind: str
    text: str

    @property
    def may_be_overruled(self) -> bool:
        """Whether a written reason is enough to book all the same."""
        return self.kind in {"holiday", "closure", "leave", "hours", "buffer"}


def stretch_of(slot: Slot, minutes: int) -> Stretch:
    """Return when a visit begins and ends: real minutes long, also when the clock changes."""
    start = wall_time(slot.day, slot.time)
    return start, start + datetime.timedelta(minutes=minutes)


def read_calendar(
    patient: Patient,
    people: Iterable[Practitioner],
    kinds: Collection[Kind],
    *,
    first: datetime.date,
    last: datetime.date,
    now: datetime.datetime,
) -> Calendar:
    """Read the days from `first` to `last`, and two weeks around them. Four queries, and one for each kind."""
    by_pk = {person.pk: person for person in people}
    start, end = wall_time(first - AROUND, datetime.time()), wall_time(last + AROUND, datetime.time())
    own = list(
        Appointment.objects.occupying().between(start, end).filter(patient=patient).select_related("practitioner")
    )
    free = {}
    for type, minutes in kinds:
        found = free_moments(practitioners=by_pk.values(), start=start, end=end, minutes=minutes, type=type, now=now)
        free[type, minutes] = index(_beside(found, own))
    leaves = Leave.objects.filter(starts_at__lt=end, ends_at__gt=start)
    return Calendar(
        now=now,
        people=by_pk,
        free=free,
        working=working_times(by_pk, start, end),
        leaves=list(leaves.filter(Q(practitioner__in=list(by_pk)) | Q(practitioner__isnull=True))),
        own=own,
        buffers={
            type: (before, after)
            for type, before, after in HealthcareService.objects.values_list("type", "buffer_before", "buffer_after")
        },
    )


def _beside(moments: Iterable[FreeMoment], own: Sequence[Appointment]) -> Iterable[FreeMoment]:
    """Leave out the moments at which the patient has a visit already."""
    days = {visit.start.astimezone(BRUSSELS).date() for visit in own}
    for moment in moments:
        if moment.start.date() not in days or not _overlapping(own, moment.start, moment.end):
            yield moment


def _overlapping(visits: Iterable[Appointment], start: datetime.datetime, end: datetime.datetime) -> Appointment | None:
    return next((visit for visit in visits if visit.start < end and visit.end > start), None)


def clashes(slots: Sequence[tuple[Slot, Kind]], calendar: Calendar) -> list[Clash | None]:
    """Return what is in the way of each slot, or None. One query, and only when a slot is not free."""
    stretches = [stretch_of(slot, minutes) for slot, (_type, minutes) in slots]
    shut = [calendar.free[kind].at(slot) is None for slot, kind in slots]
    overlaps = Q()
    for stretch, is_shut in zip(stretches, shut, strict=True):
        if is_shut:
            overlaps |= Q(start__lt=stretch[1] + LONGEST_BUFFER, end__gt=stretch[0] - LONGEST_BUFFER)
    busy: list[Appointment] = []
    if any(shut):
        first, last = min(start for start, _end in stretches), max(end for _start, end in stretches)
        near = Appointment.objects.occupying().between(first - LONGEST_BUFFER, last + LONGEST_BUFFER).filter(overlaps)
        busy = list(near.filter(practitioner__in=list(calendar.people)).only("practitioner", "start", "end", "type"))
    return [
        _why(slot, kind, stretch, calendar, busy) if is_shut else None
        for (slot, kind), stretch, is_shut in zip(slots, stretches, shut, strict=True)
    ]


def _why(slot: Slot, kind: Kind, stretch: Stretch, calendar: Calendar, busy: Sequence[Appointment]) -> Clash | None:
    start, end = stretch
    if end < calendar.now:
        return Clash("past", _("This moment is already over."))
    if not fits(calendar.working[slot.person], start, end):
        return _away(slot, start, end, calendar)
    theirs = [visit for visit in busy if visit.practitioner_id == slot.person]
    return _in_the_way(slot, kind, stretch, calendar, theirs)


def _in_the_way(
    slot: Slot, kind: Kind, stretch: Stretch, calendar: Calendar, theirs: Sequence[Appointment]
) -> Clash | None:
    """What else is booked then: of the therapist, of the patient, right beside it, or every room."""
    start, end = stretch
    name = {"name": calendar.name(slot.person)}
    if _overlapping(theirs, start, end):
        return Clash("therapist", _("%(name)s already has an appointment then.") % name)
    own = _overlapping(calendar.own, start, end)
    if own is not None:
        facts = {"time": f"{own.start.astimezone(BRUSSELS):%H:%M}", "name": own.practitioner.name}
        return Clash("patient", _("The patient already has an appointment, at %(time)s with %(name)s.") % facts)
    if any(_too_close(visit, kind[0], stretch, calendar.buffers) for visit in theirs):
        return Clash("buffer", _("Too close to another appointment of %(name)s.") % name)
    if start < calendar.now or slot.time.minute % GRID_MINUTES:
        return None  # beside the grid of free moments nothing is known to be in the way: booking decides
    return Clash("room", _("No suitable room or device is free then."))


def _too_close(other: Appointment, type: str, stretch: Stretch, buffers: Mapping[str, tuple[int, int]]) -> bool:
    """Whether too few minutes stay free: the larger of what the earlier wants after it and the later before it."""
    start, end = stretch
    mine, others = buffers.get(type, (0, 0)), buffers.get(other.type, (0, 0))
    between, wanted = (start - other.end, max(others[1], mine[0]))
    if other.start >= end:
        between, wanted = (other.start - end, max(mine[1], others[0]))
    return between < datetime.timedelta(minutes=wanted)


def _away(slot: Slot, start: datetime.datetime, end: datetime.datetime, calendar: Calendar) -> Clash:
    """Why a therapist does not work then: the practice is closed, leave, or simply not the hours."""
    holiday = holiday_name(slot.day)
    if holiday:
        return Clash("holiday", _("Public holiday: %(name)s.") % {"name": holiday})
    over = [leave for leave in calendar.leaves if leave.starts_at < end and leave.ends_at > start]
    for leave in over:
        if leave.practitioner_id is None:
            return Clash("closure", _("The practice is closed: %(why)s.") % {"why": leave.reason or _("day off")})
    name = {"name": calendar.name(slot.person)}
    if any(leave.practitioner_id == slot.person for leave in over):
        return Clash("leave", _("%(name)s is on leave.") % name)
    return Clash("hours", _("%(name)s does not work then.") % name)
