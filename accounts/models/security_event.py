"""What happened to accounts, rights and records as a whole, besides the reading and writing of rows."""

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SecurityEvent(models.Model):
    """One event that a reviewer asks about (FHIR: AuditEvent). People stand as plain UUIDs: the row outlives them.

    `detail` holds codes, counts and ids, never a name, an address, a number of a person or a clinical word.
    """

    class Kind(models.TextChoices):
        SIGN_IN = "sign_in", _("signed in")
        SIGN_IN_FAILED = "sign_in_failed", _("sign-in refused")
        LOCKED_OUT = "locked_out", _("too many attempts")
        SIGN_OUT = "sign_out", _("signed out")
        SESSIONS_ENDED = "sessions_ended", _("sessions ended")
        SECOND_FACTOR = "second_factor", _("second factor changed")
        PASSWORD = "password", _("password changed")  # noqa: S105
        INVITED = "invited", _("invited to the portal")
        INVITATION_USED = "invitation_used", _("invitation used")
        ACCOUNT_CHANGED = "account_changed", _("account or role changed")
        TOKEN = "token", _("API key made or revoked")  # noqa: S105
        DENIED = "denied", _("refused")
        BREAK_GLASS = "break_glass", _("record opened outside own patients")
        AUDIT_VIEWED = "audit_viewed", _("audit log looked at")
        EXPORTED = "exported", _("data exported")
        RESTRICTED = "restricted", _("processing restricted or freed")
        ERASED = "erased", _("record erased")
        BACKUP = "backup", _("backup made or restored")
        AUDIT_CHECKED = "audit_checked", _("audit verified and found whole")
        AUDIT_BROKEN = "audit_broken", _("audit found broken")

    at = models.DateTimeField(_("at"), default=timezone.now)
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    user_id = models.UUIDField(_("user"), null=True, blank=True)
    subject_id = models.UUIDField(_("about the account"), null=True, blank=True)
    patient_id = models.UUIDField(_("about the patient"), null=True, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=32, blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        indexes = [
            models.Index(fields=["-at", "-id"], name="accounts_security_at"),
            models.Index(fields=["user_id", "-at"], name="accounts_security_user"),
            models.Index(fields=["patient_id", "-at"], name="accounts_security_patient"),
            models.Index(fields=["kind"], condition=models.Q(kind="erased"), name="accounts_security_erased"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "sign_in",
                        "sign_in_failed",
                        "locked_out",
                        "sign_out",
                        "sessions_ended",
                        "second_factor",
                        "password",
                        "invited",
                        "invitation_used",
                        "account_changed",
                        "token",
                        "denied",
                        "break_glass",
                        "audit_viewed",
                        "exported",
                        "restricted",
                        "erased",
                        "backup",
                        "audit_checked",
                        "audit_broken",
                    ]
                ),
                name="accounts_securityevent_kind_known",
                violation_error_message=_("This kind of event does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"
