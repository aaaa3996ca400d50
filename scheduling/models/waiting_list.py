"""Who waits for a visit that the calendar has no place for yet."""

from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.versions import counts_versions, version_field
from patients.models.encounter import Encounter
from scheduling.querysets import WaitingListQuerySet


@pghistory.track()
class WaitingListEntry(models.Model):
    """A patient who waits for a visit (FHIR: Appointment with status "waitlist"). It takes up no time of anybody."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        BOOKED = "booked", _("booked")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Priority(models.TextChoices):
        """FHIR request priority."""

        ROUTINE = "routine", _("ordinary")
        URGENT = "urgent", _("soon")
        ASAP = "asap", _("as soon as possible")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="waiting_list_entries", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("episode of care"),
    )
    type = models.CharField(_("kind"), max_length=16, choices=Encounter.Kind, default=Encounter.Kind.SESSION)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    practitioners = models.ManyToManyField(
        "accounts.Practitioner", blank=True, related_name="+", verbose_name=_("physiotherapists (none: anyone)")
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("weekdays (none: any)"), default=list, blank=True
    )
    not_before = models.TimeField(_("not before"), null=True, blank=True)
    not_after = models.TimeField(_("not after"), null=True, blank=True)
    earliest = models.DateField(_("from"))
    latest = models.DateField(_("until"), null=True, blank=True)
    priority = models.CharField(_("urgency"), max_length=8, choices=Priority, default=Priority.ROUTINE)
    note = models.CharField(_("note for the desk"), max_length=200, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    appointment = models.OneToOneField(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="waiting_list_entry",
        verbose_name=_("appointment"),
    )
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("put on by"))
    created_at = models.DateTimeField(_("waits since"), default=timezone.now)
    closed_at = models.DateTimeField(_("off the list since"), null=True, blank=True)
    version = version_field()

    objects: Any = WaitingListQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        triggers = [counts_versions()]
        indexes = [models.Index(fields=["status", "latest"], name="scheduling_waiting_status")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 240)),
                name="scheduling_waitinglistentry_minutes_range",
                violation_error_message=_("A visit takes 5 to 240 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(latest__isnull=True) | models.Q(latest__gte=models.F("earliest")),
                name="scheduling_waitinglistentry_window_ordered",
                violation_error_message=_("The window ends before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="booked", appointment__isnull=False)
                | (~models.Q(status="booked") & models.Q(appointment__isnull=True)),
                name="scheduling_waitinglistentry_booked_has_visit",
                violation_error_message=_("An entry is booked when a visit hangs on it, and only then."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.minutes} min"
