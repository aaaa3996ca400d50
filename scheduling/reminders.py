"""Reminders of visits: written into the outbox well before they are due, so that the desk sees them coming."""

import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef

from scheduling.messages import TOLD, reminder_key
from scheduling.models import Appointment, BookingPolicy, Communication, CommunicationLine, booking_policy
from scheduling.quiet_hours import reminder_moment

PREPARED = datetime.timedelta(hours=24)  # ahead of the moment itself; the evening before lies within it


def prepare_reminders(*, now: datetime.datetime) -> int:
    """Put the reminders of the visits to come in the outbox, each once; return how many. Four queries.

    Only patients who chose a channel are reminded. A visit that was booked or moved within the hours of the reminder
    is told by its change notice. Whether a visit is still there is looked at again when the reminder is sent.
    """
    rules = booking_policy()
    rows = [row for visit in _to_remind(rules, now) if (row := _reminder(visit, rules, now)) is not None]
    written = Communication.objects.filter(key__in=[row.key for row in rows])
    known = set(written.values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Communication.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _to_remind(rules: BookingPolicy, now: datetime.datetime) -> Any:
    """Return the visits to come of consenting patients, once for each `channel`, that were not just announced."""
    lead = datetime.timedelta(hours=rules.reminder_hours)
    visits = Appointment.objects.filter(
        status__in=[Appointment.Status.BOOKED, Appointment.Status.PENDING],
        start__gt=now,
        start__lte=now + lead + PREPARED,
        created_at__lte=F("start") - lead,
        patient__archived_at__isnull=True,
        patient__contact_consents__is_given=True,
    ).annotate(channel=F("patient__contact_consents__channel"))
    just_told = CommunicationLine.objects.filter(
        appointment=OuterRef("pk"),
        start=OuterRef("start"),
        communication__channel=OuterRef("channel"),
        communication__status__in=TOLD,
        communication__claimed_at__gte=OuterRef("start") - lead,
    )
    return visits.filter(~Exists(just_told))


def _reminder(visit: Any, rules: BookingPolicy, now: datetime.datetime) -> Communication | None:
    moment = reminder_moment(visit.start, rules=rules, now=now)
    if moment is None:
        return None
    return Communication(
        key=reminder_key(visit, visit.channel),
        kind=Communication.Kind.REMINDER,
        channel=visit.channel,
        patient_id=visit.patient_id,
        appointment=visit,
        due_at=moment,
        created_at=now,
    )
