"""What was written to a doctor or given to a patient on paper."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


class Letter(models.Model):
    """A letter or a printed plan, with the data it was made of (FHIR: DocumentReference). Append-only.

    The same document always gives the same sheets, so what was sent can be shown again.
    """

    class Kind(models.TextChoices):
        REPORT = "report", _("report to the doctor")
        RULE_OUT = "rule_out", _("referral because of a red flag")
        DISCHARGE = "discharge", _("report at the end")
        PLAN = "plan", _("plan for the patient")
        ORDER = "order", _("request for a new prescription")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="letters", verbose_name=_("patient"))
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="letters", verbose_name=_("episode of care")
    )
    plan = models.ForeignKey(
        "pathways.CarePlan", models.PROTECT, null=True, blank=True, related_name="letters", verbose_name=_("plan")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    recipient = models.ForeignKey(
        "patients.ExternalPractitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("to"),
    )
    document = models.JSONField(_("content"))
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    created_at = models.DateTimeField(_("on"), default=timezone.now)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.created_at:%d/%m/%Y}"
