"""What the pages about visits show to a patient: one function a page, whose number of queries does not grow."""

import datetime
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.day_words import day_in_words
from accounts.models import Practitioner, User
from fysicure.portal.reading import upcoming
from pathways.follow_up_requests import Days, days_for_patient, may_book, own_follow_ups
from pathways.models import FollowUp
from scheduling.models import Appointment, BookingPolicy, Proposal, booking_policy
from scheduling.offers import LOOK_AHEAD, OfferedDay, offered_days
from scheduling.patient_acts import kinds_patients_book
from scheduling.patient_rights import Rights, earliest_moment, last_day, rights_for
from scheduling.proposals import asks_in_words

SHOWN = 20
# How long an answer of the desk stays on the page.
ANSWERS_SHOWN = datetime.timedelta(days=14)
_ONE_DAY, _ONE_WEEK = datetime.timedelta(days=1), datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal as its patient reads it; `in_words` when no moment was named."""

    proposal: Proposal
    in_words: bool

    @property
    def pk(self) -> UUID:
        return self.proposal.pk


@dataclass(frozen=True, slots=True)
class Coming:
    """A visit to come, what may be done with it, and what was asked about it."""

    visit: Appointment
    rights: Rights
    asked: Waiting | None = None
    offered: Waiting | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A visit that the plan calls for: within which days, and whether it is booked at once or asked for."""

    follow_up: FollowUp
    days: Days
    books: bool
    asks: bool
    asked: Waiting | None = None


@dataclass(frozen=True, slots=True)
class VisitsPage:
    """The page with visits. Nothing but `rights` when the practice shows no visits."""

    rights: Rights
    coming: tuple[Coming, ...] = ()
    offers: tuple[Waiting, ...] = ()
    asked: tuple[Waiting, ...] = ()
    answers: tuple[Waiting, ...] = ()
    called: tuple[Called, ...] = ()


def visits_page(user: User, *, now: datetime.datetime) -> VisitsPage:
    """Gather the visits to come with what may be done, and what waits on either side. Five queries."""
    policy = booking_policy()
    rights = rights_for(None, policy=policy, now=now)
    if not rights.see.is_open:
        return VisitsPage(rights)
    called = _called(user, policy, now)
    rows = _proposals(user, now)
    waiting = [each for each in rows if each.proposal.status == Proposal.Status.NEEDS_ACTION]
    by_visit = {each.proposal.appointment_id: each for each in waiting}
    linked = {each.asked.pk for each in called if each.asked}
    return VisitsPage(
        rights,
        coming=tuple(_coming(visit, by_visit.get(visit.pk), policy, now) for visit in upcoming(user, now)[:SHOWN]),
        offers=tuple(each for each in waiting if is_offer(each)),
        asked=tuple(
            each
            for each in waiting
            if not is_offer(each) and each.proposal.appointment_id is None and each.pk not in linked
        ),
        answers=tuple(each for each in rows if each.proposal.status == Proposal.Status.DECLINED),
        called=called,
    )


def is_offer(each: Waiting) -> bool:
    """Whether the practice proposes the moment."""
    return each.proposal.origin == Proposal.Origin.PRACTICE


def _proposals(user: User, now: datetime.datetime) -> list[Waiting]:
    """What waits for an answer, and the questions that the desk refused of late. One query."""
    rows = Proposal.objects.visible_to(user)
    refused = rows.filter(
        status=Proposal.Status.DECLINED, origin=Proposal.Origin.PATIENT, answered_at__gte=now - ANSWERS_SHOWN
    )
    found = (rows.open(now) | refused).select_related("practitioner", "appointment").order_by("start", "id")
    return [Waiting(row, asks_in_words(row)) for row in found[: 2 * SHOWN]]


def _coming(visit: Appointment, waiting: Waiting | None, policy: BookingPolicy, now: datetime.datetime) -> Coming:
    asked = waiting if waiting and not is_offer(waiting) else None
    offered = waiting if waiting and is_offer(waiting) else None
    return Coming(visit, rights_for(visit, policy=policy, now=now), asked, offered)


def _called(user: User, policy: BookingPolicy, now: datetime.datetime) -> tuple[Called, ...]:
    rows = list(own_follow_ups(user)[:SHOWN])
    kinds = kinds_patients_book() if rows and policy.patients_book else frozenset()
    return tuple(called_of(row, policy=policy, kinds=kinds, now=now) for row in rows)


def called_of(row: FollowUp, *, policy: BookingPolicy, kinds: frozenset[str], now: datetime.datetime) -> Called:
    """Return a follow-up as its patient reads it. No query when its proposal was read with it."""
    rights = rights_for(None, policy=policy, now=now)
    books = may_book(row, policy=policy, kinds=kinds, now=now)
    asked = row.proposal if row.proposal is not None and _is_open(row.proposal, now) else None
    waiting = Waiting(asked, False) if asked is not None else None
    return Called(row, days_for_patient(row, policy=policy, now=now), books, rights.ask.is_open, waiting)


def _is_open(row: Proposal, now: datetime.datetime) -> bool:
    current = row.expires_at is None or row.expires_at > now
    return row.status == Proposal.Status.NEEDS_ACTION and row.start > now and current


@dataclass(frozen=True, slots=True)
class Choice:
    """Free moments to choose from; `earlier` and `later`: the day to look from, None where the rules end."""

    days: tuple[OfferedDay, ...]
    first: datetime.date
    last: datetime.date
    earlier: datetime.date | None
    later: datetime.date | None
    everyone: bool


def choice_of(
    *,
    practitioner: Practitioner,
    minutes: int,
    type: str,
    policy: BookingPolicy,
    now: datetime.datetime,
    day: datetime.date | None = None,
    everyone: bool = False,
    days: Days | None = None,
) -> Choice:
    """Return the free moments with the same therapist (or `everyone`), by the practice's rules. At most five queries.

    `days` narrows it to the window of a plan.
    """
    soonest = earliest_moment(policy, now)
    first, last = timezone.localdate(soonest), last_day(policy, now)
    if days is not None:
        first, last = max(first, days.first), min(last, days.last)
    start = min(max(first, day or first), max(first, last))
    people = list(Practitioner.objects.filter(is_active=True)) if everyone else [practitioner]
    until = min(last, start + LOOK_AHEAD) + _ONE_DAY
    found: list[OfferedDay] = []
    if start <= last:
        found = offered_days(
            practitioners=people, first=start, last=until, minutes=minutes, type=type, now=max(soonest, now)
        )
    beyond = found[-1].day + _ONE_DAY if found else until
    return Choice(
        tuple(
            replace(each, people=tuple(sorted(each.people, key=lambda row: row[0] != practitioner))) for each in found
        ),
        first=start,
        last=last,
        earlier=max(first, start - _ONE_WEEK) if start > first else None,
        later=beyond if beyond <= last else None,
        everyone=everyone,
    )


def moment_words(start: datetime.datetime) -> str:
    """Return a moment in a patient's words, like "dinsdag 1 december om 14:00"."""
    local = timezone.localtime(start)
    return _("%(day)s at %(time)s") % {"day": day_in_words(local, "l j F"), "time": f"{local:%H:%M}"}


def visible_proposals(user: User) -> Any:
    """The patient's proposals with what a page shows of them."""
    return Proposal.objects.visible_to(user).select_related("patient", "practitioner", "appointment__practitioner")
