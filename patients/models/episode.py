"""One complaint of one patient, and the doctor's order behind it."""

import calendar
import datetime
from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.versions import counts_versions, version_field
from patients.models.patient import Side
from patients.querysets import RecordQuerySet


@pghistory.track()
class ExternalPractitioner(models.Model):
    """A doctor outside the practice: refers patients, writes prescriptions, receives letters (FHIR: Practitioner)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    nihdi_number = models.CharField(_("RIZIV number"), max_length=11, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("external doctor")
        verbose_name_plural = _("external doctors")

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EpisodeOfCare(models.Model):
    """One complaint of one patient, from intake to discharge (FHIR: EpisodeOfCare)."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("planned")
        ACTIVE = "active", _("in treatment")
        ON_HOLD = "onhold", _("on hold")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="episodes", verbose_name=_("patient"))
    reason = models.CharField(_("complaint"), max_length=200)
    side = models.CharField(_("side"), max_length=4, choices=Side, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    practitioner = models.ForeignKey(
        "accounts.Practitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="episodes",
        verbose_name=_("physiotherapist"),
    )
    referrer = models.ForeignKey(
        "patients.ExternalPractitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("referring doctor"),
    )
    started_on = models.DateField(_("begun on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    version = version_field()

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-id"]
        verbose_name = _("episode of care")
        verbose_name_plural = _("episodes of care")
        triggers = [counts_versions()]
        indexes = [
            # Whom a therapist treats now: a few, however many were treated in all the years.
            models.Index(
                fields=["practitioner"], condition=models.Q(status="active"), name="patients_episode_in_treatment"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="patients_episode_ends_after_start",
                violation_error_message=_("An episode cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason


@pghistory.track()
class Prescription(models.Model):
    """A doctor's order for a number of sessions (FHIR: ServiceRequest). Sessions used are counted, never stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="prescriptions", verbose_name=_("episode of care")
    )
    prescriber = models.ForeignKey(
        "patients.ExternalPractitioner", models.PROTECT, related_name="prescriptions", verbose_name=_("doctor")
    )
    prescribed_on = models.DateField(_("date of the prescription"))
    sessions_ordered = models.PositiveSmallIntegerField(_("sessions ordered"), null=True, blank=True)
    diagnosis = models.CharField(_("diagnosis on the prescription"), max_length=200, blank=True)
    version = version_field()

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-prescribed_on", "-id"]
        verbose_name = _("prescription")
        verbose_name_plural = _("prescriptions")
        triggers = [counts_versions()]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sessions_ordered__isnull=True) | models.Q(sessions_ordered__range=(1, 120)),
                name="patients_prescription_sessions_range",
                violation_error_message=_("A prescription orders 1 to 120 sessions."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prescriber} {self.prescribed_on:%d/%m/%Y}"

    @property
    def start_before(self) -> datetime.date:
        """Last day on which the first session still counts: two months after the order (nomenclature, article 7)."""
        return two_months_after(self.prescribed_on)


def two_months_after(day: datetime.date) -> datetime.date:
    """Return the same day of the month two months later, or the last one of a month that is too short."""
    year, month = day.year + (day.month + 1) // 12, (day.month + 1) % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
