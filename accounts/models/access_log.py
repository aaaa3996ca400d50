"""Who looked at what."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AccessLog(models.Model):
    """One reading of one patient's record. The patient stands as a plain UUID: the log outlives an erased record."""

    at = models.DateTimeField(_("at"), default=timezone.now)
    user_id = models.UUIDField(_("user"))
    role = models.CharField(_("role"), max_length=16)
    patient_id = models.UUIDField(_("patient"))
    part = models.CharField(_("part of the record"), max_length=40)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("record access")
        verbose_name_plural = _("record accesses")
        indexes = [
            models.Index(fields=["patient_id", "-at"], name="accounts_access_patient"),
            models.Index(fields=["-at", "-id"], name="accounts_access_at"),
            models.Index(fields=["user_id", "-at"], name="accounts_access_user"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.part}"
