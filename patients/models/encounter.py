"""A contact with the patient, and the questionnaire answered at it."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from patients.models.patient import Side
from patients.querysets import RecordQuerySet


@pghistory.track()
class Encounter(models.Model):
    """An intake, a session, a phone call or the patient's own report (FHIR: Encounter), with findings and a note."""

    class Kind(models.TextChoices):
        INTAKE = "intake", _("intake")
        SESSION = "session", _("session")
        GAIT_ANALYSIS = "gait_analysis", _("gait analysis")
        RETEST = "retest", _("retest")
        PHONE = "phone", _("phone call")
        SELF_REPORT = "self_report", _("patient's own report")

    class Status(models.TextChoices):
        IN_PROGRESS = "in-progress", _("in progress")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="encounters", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="encounters", verbose_name=_("episode of care")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_PROGRESS)
    practitioner = models.ForeignKey(
        "accounts.Practitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
        verbose_name=_("physiotherapist"),
    )
    prescription = models.ForeignKey(
        "patients.Prescription",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="encounters",
        verbose_name=_("counts on prescription"),
    )
    started_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["patient", "-started_at"], name="patients_encounter_patient"),
            models.Index(fields=["started_at"], name="patients_encounter_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="patients_encounter_ends_after_start",
                violation_error_message=_("A contact cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%d/%m/%Y}"


class Questionnaire(models.Model):
    """A versioned list of sections and the measures they ask (FHIR: Questionnaire). A published one never changes."""

    slug = models.SlugField(_("code"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=120)
    document = models.JSONField(_("definition"))

    class Meta:
        ordering = ["slug", "-version"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="patients_questionnaire_version_once"),
        ]
        triggers = [pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


@pghistory.track(exclude=["answers", "revision", "updated_at"])
class IntakeResponse(models.Model):
    """The answers of one intake as typed (FHIR: QuestionnaireResponse), valid or not, so that nothing is lost."""

    class Status(models.TextChoices):
        IN_PROGRESS = "in-progress", _("draft")
        COMPLETED = "completed", _("completed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    encounter = models.OneToOneField(
        "patients.Encounter", models.PROTECT, related_name="intake", verbose_name=_("contact")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="intakes", verbose_name=_("episode of care")
    )
    questionnaire = models.ForeignKey(
        "patients.Questionnaire", models.PROTECT, related_name="responses", verbose_name=_("questionnaire")
    )
    side = models.CharField(_("affected side"), max_length=4, choices=Side, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_PROGRESS)
    answers = models.JSONField(_("answers as typed"), default=dict, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    updated_at = models.DateTimeField(_("last saved"), default=timezone.now)
    completed_at = models.DateTimeField(_("completed on"), null=True, blank=True)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "-id"]
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(status="in-progress"),
                name="patients_intake_one_draft",
                violation_error_message=_("This episode already has an intake in progress."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="completed", completed_at__isnull=False)
                | models.Q(status="in-progress", completed_at__isnull=True),
                name="patients_intake_completed_when",
                violation_error_message=_("A completed intake has a moment of completion."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.updated_at:%d/%m/%Y}"
