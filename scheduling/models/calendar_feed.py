"""A calendar that another program may read."""

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


@pghistory.track(exclude=["digest", "last_read_at"])
class CalendarFeed(models.Model):
    """A secret address with the visits of one practitioner or one patient. Only the SHA-256 digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practitioner = models.ForeignKey(
        "accounts.Practitioner",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name=_("physiotherapist"),
    )
    patient = models.ForeignKey(
        "patients.Patient",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="calendar_feeds",
        verbose_name=_("patient"),
    )
    digest = models.CharField(max_length=64, editable=False)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked on"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("last read on"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="scheduling_calendarfeed_digest_once"),
            models.CheckConstraint(
                condition=models.Q(practitioner__isnull=True, patient__isnull=False)
                | models.Q(practitioner__isnull=False, patient__isnull=True),
                name="scheduling_calendarfeed_of_one",
                violation_error_message=_("A feed belongs to one physiotherapist or to one patient."),
            ),
            models.UniqueConstraint(
                fields=["practitioner"],
                condition=models.Q(revoked_at__isnull=True),
                name="scheduling_calendarfeed_one_per_practitioner",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(revoked_at__isnull=True),
                name="scheduling_calendarfeed_one_per_patient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y}"
