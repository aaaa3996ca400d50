"""What the patient logs."""

from typing import Any

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.versions import counts_versions, version_field
from patients.querysets import RecordQuerySet


def _rating(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**{f"{name}__range": (0, 10)}),
        name=f"pathways_diary_{name}_nprs",
        violation_error_message=_("Pain is a whole number from 0 to 10."),
    )


def _nprs(label: Any) -> Any:
    return models.SmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )


@pghistory.track()
class DiaryEntry(models.Model):
    """One session that the patient logged: a run, exercises, something else, or a day of rest. Pain is NPRS 0-10."""

    class Kind(models.TextChoices):
        RUN = "run", _("run")
        EXERCISE = "exercise", _("exercises")
        OTHER = "other", _("other activity")
        REST = "rest", _("rest day")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="diary", verbose_name=_("patient"))
    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="diary", verbose_name=_("plan"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.RUN)
    started_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"))
    side = models.CharField(_("side"), max_length=1)
    pre = _nprs(_("pain before"))
    during = _nprs(_("worst pain during"))
    after = _nprs(_("worst pain in the hour after"))
    next = _nprs(_("pain the morning after"))
    next_given_at = models.DateTimeField(_("morning after answered"), null=True, blank=True)
    limp = models.BooleanField(_("limping"), default=False)
    painkiller_24h = models.BooleanField(_("painkiller in the last 24 hours"), default=False)
    aborted = models.BooleanField(_("stopped because of pain"), default=False)
    rf_any = models.BooleanField(_("new alarming sign"), default=False)
    step = models.CharField(_("running step"), max_length=6, blank=True)
    distance_km = models.DecimalField(_("distance (km)"), max_digits=5, decimal_places=1, null=True, blank=True)
    onset_km = models.DecimalField(_("knee felt after (km)"), max_digits=5, decimal_places=1, null=True, blank=True)
    exercises_done = models.JSONField(_("exercises done"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    client_key = models.CharField(max_length=80, editable=False)
    created_at = models.DateTimeField(_("logged on"), default=timezone.now)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("logged by"))
    version = version_field()

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("diary entry")
        verbose_name_plural = _("diary entries")
        triggers = [counts_versions()]
        indexes = [
            models.Index(fields=["plan", "-started_at"], name="pathways_diary_plan"),
            models.Index(fields=["ended_at"], name="pathways_diary_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "client_key"],
                name="pathways_diary_client_key_once",
                violation_error_message=_("This entry was already saved."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("started_at")),
                name="pathways_diary_ends_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["L", "R"]),
                name="pathways_diary_side_known",
                violation_error_message=_("A side is left or right."),
            ),
            _rating("pre"),
            _rating("during"),
            _rating("after"),
            _rating("next"),
            models.CheckConstraint(
                condition=models.Q(distance_km__isnull=True) | models.Q(distance_km__range=(0, 300)),
                name="pathways_diary_distance_range",
                violation_error_message=_("A distance lies between 0 and 300 km."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%d/%m/%Y}"
