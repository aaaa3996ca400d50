"""How the practice offers visits, and what patients may do with them: settings of the owner, not code."""

import datetime
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.versions import counts_versions, version_field
from patients.models.encounter import Encounter
from scheduling.models.calendar import Room


@pghistory.track()
class Equipment(models.Model):
    """A device that a kind of visit may need, one patient at a time (FHIR: Device)."""

    class Kind(models.TextChoices):
        TREADMILL = "treadmill", _("treadmill")
        DYNAMOMETER = "dynamometer", _("dynamometer")
        CAMERA = "camera", _("camera")
        OTHER = "other", _("other")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    room = models.ForeignKey(
        "scheduling.Room",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="equipment",
        verbose_name=_("room"),
        help_text=_("Where it stands; leave empty when it goes from room to room."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("equipment")
        verbose_name_plural = _("equipment")
        constraints = [models.UniqueConstraint(fields=["name"], name="scheduling_equipment_name_once")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class HealthcareService(models.Model):
    """A kind of visit as the practice offers it (FHIR: HealthcareService). A kind without a row has the usual needs.

    A visit keeps the length with which it was booked: changing this row never moves the past.
    """

    type = models.CharField(_("kind"), max_length=16, choices=Encounter.Kind)
    minutes = models.PositiveSmallIntegerField(_("usual length in minutes"), default=30)
    longest_minutes = models.PositiveSmallIntegerField(_("longer than this needs a reason, in minutes"), default=240)
    buffer_before = models.PositiveSmallIntegerField(_("minutes to keep free before"), default=0)
    buffer_after = models.PositiveSmallIntegerField(_("minutes to keep free after"), default=0)
    room_kinds = ArrayField(
        models.CharField(max_length=12, choices=Room.Kind),
        verbose_name=_("kinds of rooms that serve, the best first"),
        default=list,
        blank=True,
        help_text=_("Leave empty when no room is needed."),
    )
    equipment_kind = models.CharField(_("equipment that is needed"), max_length=12, choices=Equipment.Kind, blank=True)
    patients_may_book = models.BooleanField(_("patients may book this themselves"), default=False)

    class Meta:
        ordering = ["type", "id"]
        verbose_name = _("kind of visit")
        verbose_name_plural = _("kinds of visits")
        constraints = [
            models.UniqueConstraint(
                fields=["type"],
                name="scheduling_healthcareservice_type_once",
                violation_error_message=_("The needs of this kind of visit are already there."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 240), longest_minutes__range=(5, 240)),
                name="scheduling_healthcareservice_minutes_range",
                violation_error_message=_("A visit takes 5 to 240 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(buffer_before__range=(0, 60), buffer_after__range=(0, 60)),
                name="scheduling_healthcareservice_buffer_range",
                violation_error_message=_("Keep 0 to 60 minutes free around a visit."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_type_display())


@pghistory.track()
class BookingPolicy(models.Model):
    """What patients may do themselves with visits, and how they are told. One row; none means the defaults."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    patients_see = models.BooleanField(_("patients see their appointments"), default=True)
    patients_ask = models.BooleanField(_("patients ask to move an appointment"), default=True)
    patients_cancel = models.BooleanField(_("patients cancel an appointment"), default=True)
    patients_book = models.BooleanField(_("patients book a visit that their plan calls for"), default=False)
    cancel_until_hours = models.PositiveSmallIntegerField(
        _("cancelling is late from so many hours before the visit"), default=24
    )
    book_from_hours = models.PositiveSmallIntegerField(_("patients book at least so many hours ahead"), default=12)
    book_days_ahead = models.PositiveSmallIntegerField(_("patients book at most so many days ahead"), default=60)
    late_cancellation_nl = models.TextField(_("what late cancelling means, in Dutch"), blank=True)
    late_cancellation_fr = models.TextField(_("what late cancelling means, in French"), blank=True)
    late_cancellation_en = models.TextField(_("what late cancelling means, in English"), blank=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("wait so many minutes after a change before telling the patient"), default=3
    )
    reminder_hours = models.PositiveSmallIntegerField(_("remind so many hours before the visit"), default=24)
    quiet_from = models.TimeField(_("send nothing from"), default=datetime.time(21))
    quiet_until = models.TimeField(_("send nothing until"), default=datetime.time(8))
    version = version_field()

    class Meta:
        verbose_name = _("rules for patients")
        verbose_name_plural = _("rules for patients")
        triggers = [counts_versions()]
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="scheduling_bookingpolicy_one_row"),
            models.CheckConstraint(
                condition=models.Q(
                    cancel_until_hours__lte=336,
                    book_from_hours__lte=336,
                    book_days_ahead__range=(1, 366),
                    grace_minutes__lte=60,
                    reminder_hours__range=(1, 336),
                ),
                name="scheduling_bookingpolicy_plausible",
                violation_error_message=_("One of these numbers is not plausible."),
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def late_cancellation(self, language: str) -> str:
        """Return what late cancelling means in a language ("nl", "fr", "en"); in Dutch when that one is empty."""
        return str(getattr(self, f"late_cancellation_{language}", "") or self.late_cancellation_nl)


def booking_policy() -> BookingPolicy:
    """Return the practice's rules for patients, or the defaults when the owner wrote none. One query."""
    found: Any = BookingPolicy.objects.filter(pk=1).first()
    return found or BookingPolicy()
