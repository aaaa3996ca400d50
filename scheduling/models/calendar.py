"""When and where the practice works."""

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track()
class Room(models.Model):
    """A place in the practice where one patient at a time is treated (FHIR: Location)."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("treatment room")
        GAIT = "gait", _("room with treadmill")
        EXERCISE = "exercise", _("exercise room")

    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.TREATMENT)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [models.UniqueConstraint(fields=["name"], name="scheduling_room_name_once")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class WorkingHours(models.Model):
    """A stretch of a weekday on which a practitioner works, in Brussels wall time (FHIR: Schedule)."""

    class Weekday(models.IntegerChoices):
        """ISO 8601 weekday."""

        MONDAY = 1, _("Monday")
        TUESDAY = 2, _("Tuesday")
        WEDNESDAY = 3, _("Wednesday")
        THURSDAY = 4, _("Thursday")
        FRIDAY = 5, _("Friday")
        SATURDAY = 6, _("Saturday")
        SUNDAY = 7, _("Sunday")

    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.CASCADE, related_name="working_hours", verbose_name=_("physiotherapist")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(_("until"))
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        ordering = ["practitioner", "weekday", "starts_at", "id"]
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="scheduling_workinghours_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(weekday__range=(1, 7)),
                name="scheduling_workinghours_weekday_iso",
                violation_error_message=_("A weekday runs from 1 (Monday) to 7 (Sunday)."),
            ),
            models.UniqueConstraint(
                fields=["practitioner", "weekday", "starts_at", "valid_from"],
                name="scheduling_workinghours_once",
                violation_error_message=_("These working hours are already there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


@pghistory.track()
class Leave(models.Model):
    """A stretch of time in which a practitioner is away; without practitioner the whole practice is closed."""

    practitioner = models.ForeignKey(
        "accounts.Practitioner",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="leaves",
        verbose_name=_("physiotherapist"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        ordering = ["-starts_at", "id"]
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="scheduling_leave_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y} {self.reason}"


@pghistory.track()
class ExtraHours(models.Model):
    """A stretch of time on which a practitioner works besides the weekly hours, also on a public holiday."""

    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.CASCADE, related_name="extra_hours", verbose_name=_("physiotherapist")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)

    class Meta:
        ordering = ["-starts_at", "id"]
        verbose_name = _("extra hours")
        verbose_name_plural = _("extra hours")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="scheduling_extrahours_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%d/%m/%Y} {self.reason}"
