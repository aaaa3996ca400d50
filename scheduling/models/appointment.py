"""A visit on the calendar."""

import datetime
from typing import Any

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.versions import counts_versions, version_field
from patients.models.encounter import Encounter
from scheduling.querysets import AppointmentQuerySet

LONGEST_MINUTES = 240


class During(models.Func):
    """The half-open stretch of time between two columns: visits may touch, never overlap."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


_DURING = During("start", "end", RangeBoundary())
_OCCUPYING = models.Q(status__in=["pending", "booked", "arrived", "fulfilled"])


def _no_overlap(field: str, sentence: Any) -> ExclusionConstraint:
    return ExclusionConstraint(
        name=f"scheduling_appointment_{field}_free",
        expressions=[(field, RangeOperators.EQUAL), (_DURING, RangeOperators.OVERLAPS)],
        condition=_OCCUPYING,
        violation_error_message=sentence,
    )


@pghistory.track()
class Appointment(models.Model):
    """A visit of one patient to one practitioner in one room (FHIR: Appointment). Its length stays as booked."""

    class Status(models.TextChoices):
        """FHIR appointment status, the part of it that the practice uses."""

        PENDING = "pending", _("to be confirmed")
        BOOKED = "booked", _("booked")
        ARRIVED = "arrived", _("arrived")
        FULFILLED = "fulfilled", _("done")
        CANCELLED = "cancelled", _("cancelled")
        NO_SHOW = "noshow", _("did not come")

    class CancellationReason(models.TextChoices):
        """FHIR cancellation reasons, the part of them that the desk uses."""

        PATIENT_ILL = "pat-ill", _("patient is ill")
        PATIENT = "pat", _("patient cannot come")
        FEELING_BETTER = "pat-fb", _("patient feels better")
        PRACTITIONER = "prov", _("physiotherapist is away")
        FACILITY = "maint", _("practice is closed or something is broken")
        WEATHER = "oth-weath", _("weather")
        NO_LONGER_NEEDED = "pat-dec", _("no longer needed")
        ERROR = "oth-err", _("booked by mistake")
        OTHER = "other", _("other")

    Type = Encounter.Kind

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="appointments", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("episode of care"),
    )
    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.PROTECT, related_name="appointments", verbose_name=_("physiotherapist")
    )
    room = models.ForeignKey(
        "scheduling.Room", models.PROTECT, null=True, blank=True, related_name="appointments", verbose_name=_("room")
    )
    equipment = models.ForeignKey(
        "scheduling.Equipment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("equipment"),
    )
    series = models.ForeignKey(
        "scheduling.AppointmentSeries",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointments",
        verbose_name=_("series"),
    )
    fills = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filled_by",
        verbose_name=_("cancelled visit whose time it took"),
    )
    type = models.CharField(_("kind"), max_length=16, choices=Encounter.Kind, default=Encounter.Kind.SESSION)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.BOOKED)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    encounter = models.OneToOneField(
        "patients.Encounter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="appointment",
        verbose_name=_("contact"),
    )
    note = models.CharField(_("note for the desk"), max_length=200, blank=True)
    cancellation_code = models.CharField(
        _("kind of cancellation"), max_length=10, choices=CancellationReason, blank=True
    )
    cancelled_at = models.DateTimeField(_("cancelled on"), null=True, blank=True)
    is_late_cancellation = models.BooleanField(_("cancelled late"), default=False)
    cancellation_reason = models.CharField(_("reason of cancellation"), max_length=200, blank=True)
    override_reason = models.CharField(_("why outside the rules"), max_length=200, blank=True)
    idempotency_key = models.CharField(max_length=80, null=True, blank=True, editable=False)  # noqa: DJ001
    booked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("booked by"))
    created_at = models.DateTimeField(_("booked on"), default=timezone.now)
    version = version_field()
    is_repeat = False  # whether `book` found this visit under a key that came before, instead of making it

    objects: Any = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["start", "id"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        triggers = [counts_versions()]
        indexes = [
            models.Index(fields=["practitioner", "start"], name="scheduling_appointment_agenda"),
            models.Index(fields=["start"], name="scheduling_appointment_start"),
            models.Index(fields=["patient", "-start"], name="scheduling_appointment_patient"),
        ]
        constraints = [
            _no_overlap("practitioner", _("This physiotherapist already has an appointment then.")),
            _no_overlap("room", _("This room is already taken then.")),
            _no_overlap("equipment", _("This equipment is already in use then.")),
            _no_overlap("patient", _("This patient already has an appointment then.")),
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="scheduling_appointment_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(end__lte=models.F("start") + datetime.timedelta(minutes=LONGEST_MINUTES)),
                name="scheduling_appointment_at_most_four_hours",
                violation_error_message=_("A visit takes at most four hours."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="cancelled") | models.Q(cancelled_at__isnull=True),
                name="scheduling_appointment_cancelled_at_of_cancelled",
                violation_error_message=_("Only a cancelled visit has a moment of cancellation."),
            ),
            models.UniqueConstraint(fields=["booked_by", "idempotency_key"], name="scheduling_appointment_idempotent"),
        ]

    def __str__(self) -> str:
        return f"{self.start:%d/%m/%Y %H:%M} {self.get_type_display()}"

    @property
    def minutes(self) -> int:
        """Length of the visit in minutes."""
        return int((self.end - self.start).total_seconds() // 60)

    @property
    def occupies(self) -> bool:
        """Whether the visit takes up its time: not cancelled and not missed."""
        return self.status not in {self.Status.CANCELLED, self.Status.NO_SHOW}
