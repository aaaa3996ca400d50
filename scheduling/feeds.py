"""Calendar feeds: visits as iCalendar (RFC 5545, RFC 7986) for the calendar of a phone, behind a secret address.

Whoever has the address may read, so that a feed says as little as it can: a therapist's shows initials and the room, a
patient's shows that there is an appointment at the practice. No name, phone, note or kind of visit is even fetched.
"""

import datetime
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
from icalendar import Calendar, Event

from accounts.models import Practitioner, User
from accounts.policy import may
from patients.models import Patient
from scheduling.exceptions import NotYourCalendar
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment, CalendarFeed, booking_policy
from scheduling.querysets import OCCUPYING, AppointmentQuerySet

BACK, AHEAD = datetime.timedelta(days=60), datetime.timedelta(days=365)
# Long enough for a phone that was off on holiday to hear that a visit is off; then the visit leaves the feed.
CANCELLED_KEPT = datetime.timedelta(days=14)
READ_NOTED_EVERY = datetime.timedelta(hours=1)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_STATUS = {**dict.fromkeys(OCCUPYING, "CONFIRMED"), "pending": "TENTATIVE"}
_FIELDS = ("id", "start", "end", "status")
_INITIALS = ("patient__given_name", "patient__family_name")
# What a patient's calendar says, in the patient's language: a program reads it, not a page.
_APPOINTMENT = {"nl": "Afspraak", "fr": "Rendez-vous", "en": "Appointment"}

Owner = Practitioner | Patient


def make_feed(owner: Owner, *, by: User, now: datetime.datetime) -> str:
    """Make the feed of a therapist or patient and return its secret: the only time that anybody can see it.

    Only its digest is kept. An earlier feed of the same owner stops. Raises NotYourCalendar for anybody but the owner.
    """
    _check_own(owner, by)
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        type(owner)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=owner.pk)
        CalendarFeed.objects.filter(**_of(owner), revoked_at__isnull=True).update(revoked_at=now)
        CalendarFeed.objects.create(**_of(owner), digest=_digest(secret), created_by=by, created_at=now)
    return secret


def revoke_feed(feed: CalendarFeed, *, by: User, now: datetime.datetime) -> None:
    """Stop a feed for good; one that was stopped keeps its moment. Raises NotYourCalendar for anybody but the owner."""
    _check_own(_owner_of(feed), by)
    with transaction.atomic():
        CalendarFeed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(revoked_at=now)


def current_feed(owner: Owner) -> CalendarFeed | None:
    """Return the feed of a therapist or patient that can be read now. One query."""
    return CalendarFeed.objects.filter(**_of(owner), revoked_at__isnull=True).first()


def feed_of(secret: str) -> CalendarFeed | None:
    """Return the feed behind a secret; None when it is malformed, unknown, stopped, or its owner may have none (now).

    The search is by digest, so that how long it takes says nothing about secrets. Two queries at most.
    """
    if not _SECRET.fullmatch(secret):
        return None
    feeds = CalendarFeed.objects.select_related("practitioner__user", "patient__user")
    feed = feeds.filter(digest=_digest(secret), revoked_at__isnull=True).first()
    if feed is None:
        return None
    owner = _owner_of(feed)
    if owner.user is None or not may(owner.user, "feeds.manage"):
        return None
    if isinstance(owner, Patient):
        return feed if owner.archived_at is None and booking_policy().patients_see else None
    return feed if owner.is_active else None


def note_read(feed: CalendarFeed, *, now: datetime.datetime) -> None:
    """Keep that a feed was read, at most once an hour: programs ask often. No query when that was noted already."""
    stale = now - READ_NOTED_EVERY
    if feed.last_read_at is not None and feed.last_read_at > stale:
        return
    unnoted = Q(last_read_at__isnull=True) | Q(last_read_at__lte=stale)
    CalendarFeed.objects.filter(unnoted, pk=feed.pk).update(last_read_at=now)


def calendar_of(feed: CalendarFeed, *, now: datetime.datetime) -> bytes:
    """Return the visits from 60 days back to 365 ahead as an iCalendar file. Two queries, however many visits."""
    owner, practice = _owner_of(feed), settings.PRACTICE_NAME
    shown = Appointment.objects.filter(start__gte=now - BACK, start__lt=now + AHEAD).filter(_still_shown(now))
    if isinstance(owner, Patient):
        word = _APPOINTMENT.get(owner.language, _APPOINTMENT["nl"])
        place = ", ".join(part for part in (settings.PRACTICE_ADDRESS, settings.PRACTICE_TOWN) if part)
        rows = _rows(shown.filter(patient=owner))
        events = [_event(row, row["status"], f"{word} {practice}", place, now) for row in rows]
        return _calendar(f"{word} {practice}", events, now)
    own = _rows(shown.filter(practitioner=owner), "room__name", *_INITIALS)
    lost = _rows(_taken_away(owner, now), *_INITIALS)
    events = [_event(row, row["status"], _initials(row), row["room__name"] or "", now) for row in own]
    events += [_event(row, "cancelled", _initials(row), "", now) for row in lost]
    return _calendar(f"Agenda {practice}", events, now)


def _still_shown(now: datetime.datetime) -> Q:
    """What stands in a feed: visits that hold their time; cancelled and missed ones for a while after that."""
    since = now - CANCELLED_KEPT
    return Q(status__in=OCCUPYING) | Q(cancelled_at__gt=since) | Q(cancelled_at__isnull=True, end__gt=since)


def _taken_away(practitioner: Practitioner, now: datetime.datetime) -> AppointmentQuerySet:
    """Return the visits that a therapist had until another therapist took them over, not long ago."""
    since = now - CANCELLED_KEPT
    moved: AppointmentQuerySet = Appointment.objects.filter(
        events__practitioner=practitioner, events__pgh_created_at__gt=since, start__gte=since, start__lt=now + AHEAD
    ).exclude(practitioner=practitioner)
    return Appointment.objects.filter(pk__in=moved.values("pk"))


def _rows(visits: AppointmentQuerySet, *more: str) -> Iterable[dict[str, Any]]:
    """Return what a feed may know of visits, with how often and when each was last written. One query."""
    history = visits.annotate(writings=Count("events"), written_at=Max("events__pgh_created_at"))
    return history.order_by("start", "id").values(*_FIELDS, *more, "writings", "written_at")


def _event(row: Mapping[str, Any], status: str, summary: str, place: str, now: datetime.datetime) -> Event:
    event = Event()
    event.add("uid", str(row["id"]))  # a bare UUID, as RFC 7986 asks: it tells no host
    event.add("dtstamp", now.astimezone(datetime.UTC))
    event.add("dtstart", row["start"].astimezone(BRUSSELS))
    event.add("dtend", row["end"].astimezone(BRUSSELS))
    event.add("summary", summary)
    if place:
        event.add("location", place)
    event.add("status", _STATUS.get(status, "CANCELLED"))
    event.add("transp", "OPAQUE" if status in _STATUS else "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("sequence", max(row["writings"] - 1, 0))
    if row["written_at"] is not None:
        event.add("last-modified", row["written_at"].astimezone(datetime.UTC))
    return event


def _calendar(name: str, events: Iterable[Event], now: datetime.datetime) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Fysicure//Calendar feed//NL")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", BRUSSELS.key)
    calendar.add("refresh-interval", datetime.timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(event)
    year = datetime.timedelta(days=366)
    calendar.add_missing_timezones(first_date=(now - year).date(), last_date=(now + 2 * year).date())
    return bytes(calendar.to_ical())


def _initials(row: Mapping[str, Any]) -> str:
    """Return "A.P." for An Peeters."""
    names = (unicodedata.normalize("NFC", row[name]).strip() for name in _INITIALS)
    return "".join(f"{name[0].upper()}." for name in names if name)


def _digest(secret: str) -> str:
    """Return what is kept of a secret: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _of(owner: Owner) -> dict[str, Any]:
    return {"patient": owner} if isinstance(owner, Patient) else {"practitioner": owner}


def _owner_of(feed: CalendarFeed) -> Owner:
    owner: Owner = feed.practitioner or feed.patient  # type: ignore[assignment]  # a constraint: exactly one of both
    return owner


def _check_own(owner: Owner, by: User) -> None:
    if owner.user_id != by.pk or not may(by, "feeds.manage"):
        raise NotYourCalendar
