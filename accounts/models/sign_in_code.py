"""Signing in by mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


class SignInCode(models.Model):
    """One mail with a code and a link, for one sign-in or one proof of who somebody is. Only digests are kept.

    A row without a user is kept for an address that we do not know: asking costs the same work for both.
    """

    class Purpose(models.TextChoices):
        SIGN_IN = "sign_in", _("sign in")
        PROOF = "proof", _("prove who you are")

    MOST_ATTEMPTS = 5

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+", verbose_name=_("user"))
    purpose = models.CharField(_("purpose"), max_length=8, choices=Purpose)
    code_digest = models.CharField(max_length=64, editable=False)
    link_digest = models.CharField(max_length=64, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("asked on"))
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("used on"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        verbose_name = _("sign-in code")
        verbose_name_plural = _("sign-in codes")
        indexes = [models.Index(fields=["user"], name="accounts_code_open", condition=models.Q(used_at=None))]
        constraints = [
            models.UniqueConstraint(fields=["link_digest"], name="accounts_signincode_link_once"),
            models.CheckConstraint(
                condition=models.Q(
                    expires_at__lte=models.F("created_at")
                    + models.Value("10 minutes", output_field=models.DurationField())
                ),
                name="accounts_signincode_ten_minutes",
                violation_error_message=_("A code is valid for at most 10 minutes."),
            ),
            models.CheckConstraint(
                condition=models.Q(attempts__lte=5),
                name="accounts_signincode_five_attempts",
                violation_error_message=_("A code may be tried 5 times."),
            ),
            models.CheckConstraint(
                condition=models.Q(purpose__in=["sign_in", "proof"]),
                name="accounts_signincode_purpose_known",
                violation_error_message=_("This purpose does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.purpose}"
