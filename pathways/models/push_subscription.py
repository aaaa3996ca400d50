"""Where a patient's browser wants to be reminded."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


class PushSubscription(models.Model):
    """One browser that asked to be told of the morning-after question; it goes when that ends, here or there.

    `endpoint` is an address at the service of the browser's maker, `p256dh` and `auth` are keys of the browser in
    base64 (RFC 8291). `asked` is the diary entry about which it was told last.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.CASCADE, related_name="push_subscriptions", verbose_name=_("patient")
    )
    endpoint = models.CharField(_("address"), max_length=500)
    p256dh = models.CharField(max_length=88, editable=False)
    auth = models.CharField(max_length=24, editable=False)
    created_at = models.DateTimeField(_("asked on"), default=timezone.now)
    asked = models.UUIDField(null=True, blank=True, editable=False)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("browser to remind")
        verbose_name_plural = _("browsers to remind")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "endpoint"],
                name="pathways_pushsubscription_endpoint_once",
                violation_error_message=_("This browser is reminded already."),
            ),
            models.CheckConstraint(
                condition=models.Q(endpoint__startswith="https://") | models.Q(endpoint__startswith="http://"),
                name="pathways_pushsubscription_web_address",
                violation_error_message=_("A browser is reminded through a web address."),
            ),
            models.CheckConstraint(
                condition=models.Q(p256dh__regex=r"^[A-Za-z0-9_-]{87}=?$")
                & models.Q(auth__regex=r"^[A-Za-z0-9_-]{22}(==)?$"),
                name="pathways_pushsubscription_keys",
                violation_error_message=_("A browser gives two keys."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%d/%m/%Y}"
