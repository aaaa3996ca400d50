"""Where somebody is signed in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


class Device(models.Model):
    """One browser in which a user is signed in: the visible side of a session.

    The key of the session stands here as in Django's own table; `last_seen_at` is written at most once a minute.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="devices", verbose_name=_("user"))
    session_key = models.CharField(max_length=40, editable=False)
    user_agent = models.CharField(_("browser"), max_length=200, blank=True)
    ip_address = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    signed_in_at = models.DateTimeField(_("signed in on"))
    last_seen_at = models.DateTimeField(_("last seen on"))

    class Meta:
        ordering = ["-last_seen_at", "id"]
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")
        constraints = [
            models.UniqueConstraint(fields=["session_key"], name="accounts_device_session_once"),
            models.CheckConstraint(
                condition=models.Q(last_seen_at__gte=models.F("signed_in_at")),
                name="accounts_device_seen_after_sign_in",
                violation_error_message=_("A device is last seen after it signed in."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signed_in_at:%Y-%m-%d %H:%M}"
