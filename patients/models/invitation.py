"""The way of a patient into the portal."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


class Invitation(models.Model):
    """One invitation of one patient to the portal, by a link in one mail. Only the link's digest is kept.

    It lives in this room because it ends in `Patient.user` and is answered with the patient's birth date: accounts
    knows no patients. "Expired" is not a status: an open invitation whose time has passed.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("sent")
        USED = "used", _("used")
        FAILED = "failed", _("ended after wrong birth dates")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOST_ATTEMPTS = 3

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.CASCADE, related_name="invitations", verbose_name=_("patient")
    )
    email = models.EmailField(_("e-mail address"))
    digest = models.CharField(max_length=64, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("invited on"))
    expires_at = models.DateTimeField(_("valid until"))
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="patients_invitation_link_once"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=models.Q(status="open"),
                name="patients_invitation_one_open",
                violation_error_message=_("This patient already has an open invitation."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    expires_at__lte=models.F("created_at")
                    + models.Value("72 hours", output_field=models.DurationField())
                ),
                name="patients_invitation_three_days",
                violation_error_message=_("An invitation is valid for at most 72 hours."),
            ),
            models.CheckConstraint(
                condition=models.Q(attempts__lte=3),
                name="patients_invitation_three_attempts",
                violation_error_message=_("A birth date may be tried three times."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["open", "used", "failed", "withdrawn"]),
                name="patients_invitation_status_known",
                violation_error_message=_("This status does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d} {self.status}"
