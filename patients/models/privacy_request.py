"""What patients ask about their data, and records that stand still."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import NOT_ERASING
from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


@pghistory.track()
class PrivacyRequest(models.Model):
    """One request of a patient about the own data, in their own words, with its answer. Neither is ever rewritten."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("look into the record")
        COPY = "copy", _("a copy of the record")
        RECTIFICATION = "rectification", _("correct something")
        REMARK = "remark", _("add a remark")
        RESTRICTION = "restriction", _("freeze the record")
        ERASURE = "erasure", _("erase the record")
        OBJECTION = "objection", _("object to a use")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("done")
        REFUSED = "refused", _("refused")

    class How(models.TextChoices):
        PORTAL = "portal", _("in the portal")
        DESK = "desk", _("at the desk")
        LETTER = "letter", _("by letter or e-mail")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="privacy_requests", verbose_name=_("patient")
    )
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    statement = models.TextField(_("in the patient's words"), blank=True)
    how = models.CharField(_("how"), max_length=6, choices=How)
    received_at = models.DateTimeField(_("asked on"), default=timezone.now)
    due_on = models.DateField(_("answer before"))
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    corrected = models.CharField(_("what was corrected, and where"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        indexes = [
            models.Index(fields=["status", "due_on", "id"], name="patients_request_due"),
            models.Index(fields=["patient", "-received_at"], name="patients_request_patient"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="open", answered_at__isnull=True, answered_by__isnull=True)
                | (~models.Q(status="open") & models.Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="patients_privacyrequest_answered_when",
                violation_error_message=_("An answer says who gave it and when."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="refused") | ~models.Q(answer=""),
                name="patients_privacyrequest_refusal_has_reason",
                violation_error_message=_("A refusal has a reason."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind__in=["rectification", "remark"]) | ~models.Q(statement=""),
                name="patients_privacyrequest_has_words",
                violation_error_message=_("A correction or a remark has words."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="words_stay",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.status <> 'open' OR (OLD.statement, OLD.kind, OLD.patient_id, OLD.received_at, OLD.due_on)"
                    " IS DISTINCT FROM (NEW.statement, NEW.kind, NEW.patient_id, NEW.received_at, NEW.due_on)"
                ),
            ),
            pgtrigger.Protect(
                name="erased_only", operation=pgtrigger.Delete, condition=pgtrigger.Condition(NOT_ERASING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_at:%d/%m/%Y}"


@pghistory.track()
class Restriction(models.Model):
    """A time in which a record stands still: it may be read, and nothing in it may change (GDPR article 18)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="restrictions", verbose_name=_("patient")
    )
    reason = models.CharField(_("reason"), max_length=300)
    begun_at = models.DateTimeField(_("since"), default=timezone.now)
    begun_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_because = models.CharField(_("why it was lifted"), max_length=300, blank=True)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "-id"]
        verbose_name = _("restriction of a record")
        verbose_name_plural = _("restrictions of records")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(lifted_at__isnull=True),
                name="patients_restriction_one_open",
                violation_error_message=_("This record is already frozen."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="patients_restriction_has_reason",
                violation_error_message=_("Freezing a record has a reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | (models.Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~models.Q(lifted_because="")),
                name="patients_restriction_lifted_when",
                violation_error_message=_("Lifting says who, when and why."),
            ),
        ]

    def __str__(self) -> str:
        return self.reason
