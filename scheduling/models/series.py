"""Visits that were booked together."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


@pghistory.track()
class AppointmentSeries(models.Model):
    """What was asked when several visits were booked at once. It only groups: each visit lives on as its own row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="series", verbose_name=_("patient"))
    count = models.PositiveSmallIntegerField(_("number of visits"))
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"), default=list, blank=True)
    not_before = models.TimeField(_("not before"), null=True, blank=True)
    not_after = models.TimeField(_("not after"), null=True, blank=True)
    idempotency_key = models.CharField(max_length=80, null=True, blank=True, editable=False)  # noqa: DJ001
    booked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("booked by"))
    created_at = models.DateTimeField(_("booked on"), default=timezone.now)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("series of appointments")
        verbose_name_plural = _("series of appointments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(count__range=(1, 60)),
                name="scheduling_series_count_range",
                violation_error_message=_("A series has 1 to 60 visits."),
            ),
            models.UniqueConstraint(fields=["booked_by", "idempotency_key"], name="scheduling_series_idempotent"),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y} {self.count}"
