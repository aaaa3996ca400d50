"""Questionnaires that measure how it goes, and what patients answered."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


class Instrument(models.Model):
    """An outcome questionnaire: how many items, how it is scored, what change matters, whose text it is.

    FHIR: Questionnaire. Loaded from seeds; the text of the items is not in there unless it is free to use.
    """

    key = models.SlugField(_("code"), max_length=40, primary_key=True)
    title = models.CharField(_("title"), max_length=160)
    document = models.JSONField(_("definition"), default=dict)

    class Meta:
        ordering = ["key"]
        verbose_name = _("outcome questionnaire")
        verbose_name_plural = _("outcome questionnaires")

    def __str__(self) -> str:
        return self.title


class InstrumentText(models.Model):
    """The items of a questionnaire in one language, typed by a practice that confirms it has permission.

    Append-only: a correction is a new version, so that every answer keeps the words it was given to.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    instrument = models.ForeignKey(
        "pathways.Instrument", models.PROTECT, related_name="texts", verbose_name=_("questionnaire")
    )
    language = models.CharField(_("language"), max_length=5, default="nl")
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    items = models.JSONField(_("items"))
    permission = models.CharField(_("on what permission rests"), max_length=300)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("typed by"))
    entered_at = models.DateTimeField(_("typed on"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        ordering = ["instrument", "language", "-version"]
        verbose_name = _("text of a questionnaire")
        verbose_name_plural = _("texts of questionnaires")
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "language", "version"], name="pathways_instrumenttext_version_once"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.language} v{self.version}"


class OutcomeResponse(models.Model):
    """One filled-in questionnaire with its score (FHIR: QuestionnaireResponse). Append-only.

    ``score`` is null when too little was answered: incomplete is not zero. Its Observation carries the same number.
    """

    class Source(models.TextChoices):
        VISIT = "visit", _("at a visit")
        PORTAL = "portal", _("by the patient")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="outcome_responses", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="outcome_responses", verbose_name=_("episode of care")
    )
    plan = models.ForeignKey(
        "pathways.CarePlan",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcome_responses",
        verbose_name=_("plan"),
    )
    instrument = models.ForeignKey(
        "pathways.Instrument", models.PROTECT, related_name="responses", verbose_name=_("questionnaire")
    )
    text = models.ForeignKey(
        "pathways.InstrumentText",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responses",
        verbose_name=_("text"),
    )
    answers = models.JSONField(_("answers"))
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    observation = models.ForeignKey(
        "patients.Observation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("finding")
    )
    source = models.CharField(_("filled in"), max_length=8, choices=Source)
    client_key = models.CharField(max_length=80, editable=False)
    answered_at = models.DateTimeField(_("on"), default=timezone.now)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-answered_at", "-id"]
        verbose_name = _("filled-in questionnaire")
        verbose_name_plural = _("filled-in questionnaires")
        indexes = [
            models.Index(fields=["episode", "instrument", "-answered_at"], name="pathways_outcome_episode"),
            models.Index(fields=["answered_at"], name="pathways_outcome_day"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "client_key"],
                name="pathways_outcome_client_key_once",
                violation_error_message=_("These answers were already saved."),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.answered_at:%d/%m/%Y}"
