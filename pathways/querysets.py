"""The words with which pages and the API ask for plans."""

import datetime
from typing import Any, Self

from django.db import models

from accounts.models.user import Role, User
from patients.querysets import RecordQuerySet
from scheduling.models import Appointment


class CarePlanQuerySet(RecordQuerySet):
    """Care plans."""

    def running(self) -> Self:
        """Return the plans that are not ended: active ones and blocked ones."""
        return self.filter(status__in=["active", "on-hold"])

    def asking_visits(self) -> Self:
        """Return the running plans that are not paused: a paused plan asks for no visit."""
        return self.running().exclude(hold_reason="paused")


class PathwayVersionQuerySet(models.QuerySet[Any]):
    """Texts of pathways."""

    def published(self) -> Self:
        """Return the texts that intakes and plans may begin with."""
        return self.filter(status="published")

    def open_drafts(self) -> Self:
        """Return the texts that are still being written or wait for publication."""
        return self.filter(status__in=["draft", "reviewed"])


class PlanRowQuerySet(models.QuerySet[Any]):
    """Rows that hang on a plan."""

    def visible_to(self, user: User) -> Self:
        """Return the rows of plans that the user may see."""
        if user.role in {Role.THERAPIST, Role.RECEPTIONIST, Role.ADMIN}:
            return self
        return self.filter(plan__patient__user_id=user.pk)


class PlanStandingQuerySet(PlanRowQuerySet):
    """Kept pictures of plans."""

    def of_running_plans(self) -> Self:
        """Return those of plans that are not ended."""
        return self.filter(plan__status__in=["active", "on-hold"])

    def fresh(self, now: datetime.datetime) -> Self:
        """Return those that still say what working it out again would say."""
        return self.filter(is_fresh(now))

    def with_freshness(self, now: datetime.datetime) -> Self:
        """Say of each, in `is_fresh`, whether it still says what working it out again would say."""
        return self.annotate(
            is_fresh=models.Case(
                models.When(is_fresh(now), then=models.Value(True)),
                default=models.Value(False),
                output_field=models.BooleanField(),
            )
        )


def is_fresh(now: datetime.datetime) -> models.Q:
    """Return the condition that a kept picture still holds: nothing was written since, and its time did not run out."""
    of_one_moment = models.Q(judged_at=models.F("computed_at"))
    return of_one_moment & models.Q(computed_changes=models.F("changes"), valid_until__gt=now)


class FollowUpQuerySet(PlanRowQuerySet):
    """Visits that plans call for."""

    def open(self) -> Self:
        """Return those of running plans that no occupying visit fulfils; a paused plan asks for no visit."""
        no_visit = models.Q(appointment__isnull=True) | models.Q(appointment__status__in=["cancelled", "noshow"])
        return self.of_running_plans().filter(no_visit).exclude(plan__hold_reason="paused")

    def unbooked(self) -> Self:
        """Return those that no occupying visit fulfils, whatever their plan asks now: `open`, for thousands of rows.

        The state of a visit is looked up where there is one, instead of joining the visits to all rows.
        """
        visit = Appointment.objects.filter(pk=models.OuterRef("appointment_id")).order_by().values("status")
        is_free = models.Q(appointment__isnull=True) | models.Q(state_of_visit__in=["cancelled", "noshow"])
        return self.alias(state_of_visit=models.Subquery(visit)).filter(is_free, is_dropped=False)

    def booked_in_pauses(self, now: datetime.datetime) -> Self:
        """Return those of paused plans whose visit still stands in the agenda."""
        booked = ["pending", "booked"]
        return self.filter(plan__hold_reason="paused", appointment__status__in=booked, appointment__start__gte=now)

    def of_running_plans(self) -> Self:
        """Return those that a running plan still calls for or called for, booked or not."""
        return self.filter(is_dropped=False, plan__status__in=["active", "on-hold"])

    def due_before(self, day: datetime.date) -> Self:
        """Return those whose window opens before or on a day."""
        return self.filter(window_start__lte=day)


class TaskQuerySet(RecordQuerySet):
    """Tasks."""

    def open(self) -> Self:
        """Return the tasks that wait for someone."""
        return self.filter(status="requested")
