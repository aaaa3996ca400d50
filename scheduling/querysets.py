"""The words with which pages and the API ask for time."""

import datetime
from typing import Any, Self

from django.db import models

from accounts.models.user import Role, User
from patients.notes import is_written

OCCUPYING = ("pending", "booked", "arrived", "fulfilled")
TOOK_PLACE = ("arrived", "fulfilled")


def awaits_note(since: datetime.datetime, now: datetime.datetime) -> models.Q:
    """Whether a visit since a moment took place, is over, and was not written up; after `with_note_state`."""
    return models.Q(status__in=TOOK_PLACE, end__gte=since, end__lt=now, is_written=False)


class AppointmentQuerySet(models.QuerySet[Any]):
    """Appointments."""

    def visible_to(self, user: User) -> Self:
        """Return the visits that the user may know of: staff all, a patient only the own ones."""
        if user.role in {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}:
            return self
        return self.filter(patient__user_id=user.pk)

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
        """Return the visits that overlap the stretch of time [start, end)."""
        return self.filter(start__lt=end, end__gt=start)
