"""Who waits, as the desk reads it: the most overdue first, each need in words. Nothing here says what is the matter."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from scheduling.free_time import BRUSSELS, wall_time
from scheduling.models import WaitingListEntry
from scheduling.offers import OfferedDay, as_days
from scheduling.querysets import WaitingListQuerySet
from scheduling.slots import free_moments
from scheduling.wishes import Pressing, Wish

LOOK_AHEAD_DAYS = 28
_PRIORITY = WaitingListEntry.Priority
TONES = {_PRIORITY.ASAP: "red", _PRIORITY.URGENT: "amber", _PRIORITY.ROUTINE: "neutral"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the list. `days_late` counts from the last day that suited; 0 when it has not passed."""

    pk: UUID
    patient_id: UUID
    patient: str
    phone: str
    type: Any
    minutes: int
    people: str
    times: str
    earliest: datetime.date
    latest: datetime.date | None
    since: datetime.date
    days_waiting: int
    priority: Any
    tone: str
    days_late: int
    closes_soon: bool
    note: str


def waiting_rows(user: User, *, today: datetime.date, practitioner: Any = None, type: str = "") -> WaitingListQuerySet:
    """Return the entries that wait: windows that passed first, then by urgency, then who waits longest.

    With a `practitioner` those that he or she could take, with a `type` those of that kind. Two queries when read.
    """
    rows: WaitingListQuerySet = WaitingListEntry.objects.visible_to(user).waiting()
    if practitioner is not None:
        rows = rows.filter(Q(practitioners=practitioner) | Q(practitioners__isnull=True))
    if type:
        rows = rows.filter(type=type)
    rank = Case(
        When(priority=_PRIORITY.ASAP, then=Value(0)), When(priority=_PRIORITY.URGENT, then=Value(1)),
        default=Value(2), output_field=IntegerField(),
    )  # fmt: skip
    passed = Case(When(latest__lt=today, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = rows.select_related("patient").prefetch_related("practitioners")
    return rows.order_by(passed, rank, "created_at", "id")


def row_of(entry: WaitingListEntry, today: datetime.date) -> Waiting:
    """Return an entry read by `waiting_rows` as the list shows it. No query."""
    wish = wish_of(entry)
    pressing = wish.pressing(today)
    since = entry.created_at.astimezone(BRUSSELS).date()
    return Waiting(
        pk=entry.pk,
        patient_id=entry.patient_id,
        patient=f"{entry.patient.family_name} {entry.patient.given_name}",
        phone=entry.patient.phone,
        type=entry.get_type_display(),
        minutes=entry.minutes,
        people=people_in_words(entry),
        times=wish.times_in_words() or _("any day"),
        earliest=entry.earliest,
        latest=entry.latest,
        since=since,
        days_waiting=(today - since).days,
        priority=entry.get_priority_display(),
        tone=TONES[_PRIORITY(entry.priority)],
        days_late=(today - entry.latest).days if entry.latest and pressing is Pressing.PASSED else 0,
        closes_soon=pressing is Pressing.CLOSES_SOON,
        note=entry.note,
    )


def wish_of(entry: WaitingListEntry) -> Wish:
    """Return what suits the patient of an entry. No query when its practitioners were read along."""
    return Wish(
        earliest=entry.earliest,
        latest=entry.latest,
        practitioners=frozenset(each.pk for each in entry.practitioners.all()),
        weekdays=frozenset(entry.weekdays),
        not_before=entry.not_before,
        not_after=entry.not_after,
    )


def people_in_words(entry: WaitingListEntry) -> str:
    """Return with whom the patient wants the visit: names, or that anyone will do."""
    names = [each.name for each in entry.practitioners.all()]
    return _(" or ").join(names) or _("any physiotherapist")


def days_that_suit(
    entry: WaitingListEntry, *, now: datetime.datetime, first: datetime.date | None = None
) -> list[OfferedDay]:
    """Return the first days, from `first` on, with free moments that suit the patient. At most three queries."""
    today = now.astimezone(BRUSSELS).date()
    wish = wish_of(entry)
    begins = max(today, entry.earliest, first or today)
    ends = begins + datetime.timedelta(days=LOOK_AHEAD_DAYS)
    if entry.latest is not None and entry.latest >= today:
        ends = min(ends, entry.latest + datetime.timedelta(days=1))
    people: Iterable[Practitioner] = list(entry.practitioners.all()) or list(
        Practitioner.objects.filter(is_active=True)
    )
    found = free_moments(
        practitioners=people,
        start=wall_time(begins, datetime.time()),
        end=wall_time(ends, datetime.time()),
        minutes=entry.minutes,
        type=entry.type,
        now=now,
    )
    return as_days(each for each in found if wish.suits(each.practitioner.pk, each.start, each.end, today=today))
