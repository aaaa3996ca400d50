"""The end of a record: what was decided after the legal time, and the proof that it is gone."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


class RetentionDecision(models.Model):
    """Why a record past its 30 years is kept a while longer, never past 50 (Kwaliteitswet, article 35)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="retention_decisions", verbose_name=_("patient")
    )
    keep_until = models.DateField(_("keep until"))
    reason = models.CharField(_("reason"), max_length=300)
    decided_at = models.DateTimeField(_("decided on"), default=timezone.now)
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("decided by"))

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        verbose_name = _("decision to keep a record")
        verbose_name_plural = _("decisions to keep records")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="patients_retentiondecision_has_reason",
                violation_error_message=_("Keeping a record longer has a reason."),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.keep_until:%d/%m/%Y}"


class Erasure(models.Model):
    """A record that was erased: whose (a bare id), by whom, when and on what ground. It outlives what it erased."""

    class Basis(models.TextChoices):
        NEVER_TREATED = "never_treated", _("never treated: a mistake or a double registration")
        RETENTION = "retention", _("more than 30 years after the last contact")
        LONGEST = "longest", _("more than 50 years after the last contact")
        REAPPLIED = "reapplied", _("erased before, come back with a backup")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient_id = models.UUIDField(_("patient"))
    basis = models.CharField(_("ground"), max_length=14, choices=Basis)
    erased_by_id = models.UUIDField(_("erased by"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased on"), default=timezone.now)

    class Meta:
        ordering = ["-erased_at", "-id"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        indexes = [models.Index(fields=["patient_id"], name="patients_erasure_patient")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(basis__in=["never_treated", "retention", "longest", "reapplied"]),
                name="patients_erasure_basis_known",
                violation_error_message=_("This ground for an erasure does not exist."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.erased_at:%d/%m/%Y} {self.basis}"


class ErasureProof(models.Model):
    """What went in an erasure, and what a search of the whole database found of the person afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    erasure = models.ForeignKey("patients.Erasure", models.PROTECT, related_name="proofs", verbose_name=_("erasure"))
    counts = models.JSONField(_("rows deleted, by table"))
    searched = models.JSONField(_("what was searched"))
    left_over = models.JSONField(_("what was found"), default=list)
    is_clean = models.BooleanField(_("nothing was left"))
    digest = models.CharField(_("digest of the certificate"), max_length=64)
    made_at = models.DateTimeField(_("searched on"), default=timezone.now)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("proof of an erasure")
        verbose_name_plural = _("proofs of erasures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="patients_erasureproof_digest_hex",
                violation_error_message=_("A digest has 64 hexadecimal digits."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.made_at:%d/%m/%Y} {self.is_clean}"
