"""What can be observed, and what was."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from patients.querysets import ObservationQuerySet


class Measure(models.Model):
    """What can be observed: code, type, unit, range and sides (FHIR: ObservationDefinition). Loaded from seeds."""

    class Type(models.TextChoices):
        INTEGER = "integer", _("whole number")
        DECIMAL = "decimal", _("number")
        BOOLEAN = "boolean", _("yes or no")
        TEST = "test", _("test, negative or positive")
        CHOICE = "choice", _("choice")
        MULTIPLE = "multiple", _("several choices")
        DATE = "date", _("date")
        TEXT = "text", _("text")
        LIST = "list", _("list")

    key = models.CharField(_("code"), max_length=60, primary_key=True)
    label = models.CharField(_("name"), max_length=160)
    type = models.CharField(_("type"), max_length=10, choices=Type)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    minimum = models.DecimalField(_("lowest value"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("highest value"), max_digits=12, decimal_places=3, null=True, blank=True)
    definition = models.JSONField(_("definition"), default=dict)

    class Meta:
        ordering = ["key"]
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True)
                | models.Q(maximum__isnull=True)
                | models.Q(minimum__lte=models.F("maximum")),
                name="patients_measure_range_ordered",
                violation_error_message=_("The lowest value lies above the highest."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


_IN_RANGE = """
    IF NEW.number IS NOT NULL AND EXISTS (
        SELECT 1 FROM patients_measure m
        WHERE m.key = NEW.measure_id AND (NEW.number < m.minimum OR NEW.number > m.maximum)
    ) THEN
        RAISE EXCEPTION 'value % of % lies outside the range of its measure', NEW.number, NEW.measure_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'patients_observation_in_range';
    END IF;
    RETURN NEW;
"""


class Observation(models.Model):
    """One value of one measure, at a time, on a side, at a contact (FHIR: Observation). Never changed: replaced."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="observations", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="observations", verbose_name=_("episode of care")
    )
    encounter = models.ForeignKey(
        "patients.Encounter",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
        verbose_name=_("contact"),
    )
    measure = models.ForeignKey(
        "patients.Measure", models.PROTECT, related_name="observations", verbose_name=_("measure")
    )
    side = models.CharField(_("side"), max_length=1, blank=True)
    value = models.JSONField(_("value"))
    number = models.DecimalField(_("as a number"), max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    component = models.JSONField(_("trials"), default=list, blank=True)
    effective_at = models.DateTimeField(_("observed at"), default=timezone.now)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("entered by"))
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("corrects")
    )

    objects: Any = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-effective_at", "-id"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        indexes = [
            models.Index(fields=["patient", "measure", "side", "-effective_at"], name="patients_observation_series"),
            models.Index(fields=["episode", "measure", "-effective_at"], name="patients_observation_episode"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(side__in=["", "L", "R"]),
                name="patients_observation_side_known",
                violation_error_message=_("A side is left, right or empty."),
            ),
        ]
        triggers = [
            *append_only(),
            pgtrigger.Trigger(name="in_range", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_IN_RANGE),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.side} {self.value}"
