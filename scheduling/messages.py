"""What a message says, worked out when it is sent: the visits as they are, against what the patient was told."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import Practitioner
from scheduling.messages_reasons import Reason
from scheduling.models import Appointment, BookingPolicy, Communication, CommunicationLine, Proposal
from scheduling.quiet_hours import reminder_moment

KIND = CommunicationLine.Kind
# Whoever changes a visit waits for the row of the message next; so a message never waits for a visit: no deadlock.
_UNTOUCHED: dict[str, Any] = {"of": ("self",), "no_key": True, "nowait": True}
TOLD = (Communication.Status.COMPLETED, Communication.Status.UNKNOWN)


class NothingToSay(Exception):
    """The message has become pointless; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotNow(Exception):
    """The message is to wait until a later moment."""

    def __init__(self, until: datetime.datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True, slots=True)
class Change:
    """One visit in a message. `before` is the start that the patient knew, `other` a therapist who is new to it."""

    kind: CommunicationLine.Kind
    visit: Appointment
    start: datetime.datetime
    practitioner: Practitioner
    before: datetime.datetime | None = None
    other: Practitioner | None = None


def differences(
    visits: Iterable[Appointment],
    told: Mapping[UUID, CommunicationLine],
    *,
    since: datetime.datetime,
    now: datetime.datetime,
) -> list[Change]:
    """Return what differs between the visits to come and what the patient was told, in the order of the calendar.

    `told` holds for each visit the latest line of a message that was sent or may have been; `since` is when the
    patient began to want messages: a visit booked before that and cancelled after it is told although it never was.
    """
    found = [_difference(visit, told.get(visit.pk), since) for visit in visits if visit.start > now]
    return sorted(filter(None, found), key=lambda each: each.start)


def _difference(visit: Appointment, known: CommunicationLine | None, since: datetime.datetime) -> Change | None:
    was_told = known is not None and known.kind != KIND.CANCELLED
    if visit.occupies:
        if known is None or not was_told:
            return Change(KIND.BOOKED, visit, visit.start, visit.practitioner)
        if known.start == visit.start and known.practitioner_id == visit.practitioner_id:
            return None
        other = visit.practitioner if known.practitioner_id != visit.practitioner_id else None
        return Change(KIND.MOVED, visit, visit.start, visit.practitioner, before=known.start, other=other)
    if known is not None and was_told:
        return Change(KIND.CANCELLED, visit, known.start, known.practitioner)
    cancelled_since = visit.cancelled_at is not None and visit.created_at < since <= visit.cancelled_at
    return Change(KIND.CANCELLED, visit, visit.start, visit.practitioner) if known is None and cancelled_since else None


def changes_of(message: Communication, *, since: datetime.datetime, now: datetime.datetime) -> list[Change]:
    """Return what a change notice says; raises NothingToSay, or OperationalError while someone changes a visit.

    Two queries.
    """
    patient, channel = message.patient_id, message.channel
    visits = Appointment.objects.filter(patient_id=patient, start__gt=now).select_related("practitioner")
    lines = CommunicationLine.objects.filter(
        appointment__patient_id=patient,
        appointment__start__gt=now,
        communication__channel=channel,
        communication__status__in=TOLD,
    ).select_related("practitioner")
    latest: Any = lines.order_by("appointment_id", "-communication__claimed_at", "-id").distinct("appointment_id")
    visits = visits.select_for_update(**_UNTOUCHED)
    found = differences(visits, {line.appointment_id: line for line in latest}, since=since, now=now)
    if not found:
        raise NothingToSay(Reason.NOTHING_CHANGED)
    return found


def reminder_of(message: Communication, *, rules: BookingPolicy, now: datetime.datetime) -> list[Change]:
    """Return the visit of a reminder, as it is now; raises NothingToSay or NotNow, and as `changes_of`. Two queries."""
    visit: Appointment = Appointment.objects.select_for_update(**_UNTOUCHED).get(pk=message.appointment_id)
    if visit.status not in {Appointment.Status.BOOKED, Appointment.Status.PENDING} or visit.start <= now:
        raise NothingToSay(Reason.VISIT_GONE)
    if message.key != reminder_key(visit, message.channel):
        raise NothingToSay(Reason.VISIT_MOVED)
    moment = reminder_moment(visit.start, rules=rules, now=now)
    if moment is None:
        raise NothingToSay(Reason.QUIET)
    if moment > now:
        raise NotNow(moment)
    remind_from = visit.start - datetime.timedelta(hours=rules.reminder_hours)
    just_told = CommunicationLine.objects.filter(
        appointment=visit,
        start=visit.start,
        communication__channel=message.channel,
        communication__status__in=TOLD,
        communication__claimed_at__gte=remind_from,
    )
    if just_told.exists():
        raise NothingToSay(Reason.TOLD_ALREADY)
    return [Change(KIND.REMINDED, visit, visit.start, visit.practitioner)]


def offer_of(message: Communication, *, now: datetime.datetime) -> Proposal:
    """Return the offer that a message is about; raises NothingToSay when it is closed. One query."""
    offer: Proposal | None = Proposal.objects.open(now).filter(pk=message.proposal_id).first()
    if offer is None:
        raise NothingToSay(Reason.OFFER_CLOSED)
    return offer


def reminder_key(visit: Appointment, channel: str) -> str:
    """Return the key that lets a visit at a moment be reminded of once over a channel, whatever runs twice."""
    return f"reminder:{visit.pk}:{visit.start.astimezone(datetime.UTC):%Y-%m-%dT%H:%MZ}:{channel}"
