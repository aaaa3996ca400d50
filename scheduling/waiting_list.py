"""The waiting list."""

import datetime

from scheduling.models import Appointment, WaitingListEntry


def close_with(entry: WaitingListEntry, appointment: Appointment, *, now: datetime.datetime) -> WaitingListEntry:
    """Take an entry off the list because a visit came of it. Called inside the transaction that booked the visit."""
    entry.status, entry.appointment, entry.closed_at = WaitingListEntry.Status.BOOKED, appointment, now
    entry.save(update_fields=["status", "appointment", "closed_at"])
    return entry
