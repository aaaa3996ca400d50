"""What a program sent with a key, so that sending it again makes nothing twice."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


class IdempotencyKey(models.Model):
    """A create that a user sent with an `Idempotency-Key`, and what came of it. Kept for a day.

    What was sent stands here as a keyed digest only, and the answer not at all: it is made again from the row that
    `result` names, for who may still see it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=201)
    result = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("key of a request")
        verbose_name_plural = _("keys of requests")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"],
                name="accounts_idempotencykey_once",
                violation_error_message=_("This key was used before."),
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="accounts_idempotencykey_digest_hex",
                violation_error_message=_("What was sent is kept as a digest only."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=[200, 201]),
                name="accounts_idempotencykey_status_known",
                violation_error_message=_("Only what was made is kept, not what was refused."),
            ),
        ]

    def __str__(self) -> str:
        return self.key[:12]
