"""The words with which pages and the API ask for time. Whose rows a user may know of, RecordQuerySet says."""

import datetime
from typing import Self

from django.db import models

from patients.notes import is_written
from patients.querysets import RecordQuerySet

OCCUPYING = ("pending", "booked", "arrived", "fulfilled")
LONGEST_VISIT = datetime.timedelta(hours=4)  # a constraint of Appointment
LONGEST_BUFFER = datetime.timedelta(hours=1)  # a constraint of HealthcareService
TOOK_PLACE = ("arrived", "fulfilled")


def awaits_note(since: datetime.datetime, now: datetime.datetime) -> models.Q:
    """Whether a visit since a moment took place, is over, and was not written up; after `with_note_state`."""
    return models.Q(status__in=TOOK_PLACE, end__gte=since, end__lt=now, is_written=False)


class AppointmentQuerySet(RecordQuerySet):
    """Appointments."""

    def occupying(self) -> Self:
        """Return the visits that take up their time."""
        return self.filter(status__in=OCCUPYING)

    def with_note_state(self) -> Self:
        """Say of each visit, in `is_written`, whether its contact was written up."""
        return self.annotate(is_written=is_written("encounter__"))

    def awaiting_note(self, since: datetime.datetime, now: datetime.datetime) -> Self:
        """Return the visits since a moment that took place, are over, and were not written up."""
        return self.with_note_state().filter(awaits_note(since, now))

    def between(self, start: datetime.datetime, end: datetime.datetime) -> Self:
        """Return the visits that overlap the stretch of time [start, end).

        No visit is longer than four hours (a constraint), so that the index on the start suffices over ten years.
        """
        return self.filter(start__lt=end, start__gt=start - LONGEST_VISIT, end__gt=start)


class WaitingListQuerySet(RecordQuerySet):
    """Entries of the waiting list."""

    def waiting(self) -> Self:
        """Return the entries that still wait."""
        return self.filter(status="waiting")


class ProposalQuerySet(RecordQuerySet):
    """Proposals."""

    def open(self, now: datetime.datetime) -> Self:
        """Return the proposals that wait for an answer and can still be agreed to."""
        current = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now)
        movable = models.Q(appointment__isnull=True) | models.Q(appointment__status__in=["pending", "booked"])
        return self.filter(current, movable, status="needs-action", start__gt=now)


class CommunicationQuerySet(RecordQuerySet):
    """Messages of the outbox."""

    def due(self, now: datetime.datetime) -> Self:
        """Return the messages whose moment to be sent has come."""
        return self.filter(status="preparation", due_at__lte=now)
