"""The words with which pages and the API ask for time."""

import datetime
from typing import Any, Self

from django.db import models

from accounts.models.user import Role, User

OCCUPYING = ("pending", "booked", "arrived", "fulfilled")


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

    def between(self, start: datetime.datetime, end: datetime.datetime) -> Self:
        """Return the visits that overlap the stretch of time [start, end)."""
        return self.filter(start__lt=end, end__gt=start)
