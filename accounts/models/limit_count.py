"""How often something was tried."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LimitCount(models.Model):
    """One count of attempts that all processes share, until its window ends. The key is a digest: it names nobody."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField(_("attempts"))
    ends_at = models.DateTimeField(_("window ends at"), db_index=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("count of attempts")
        verbose_name_plural = _("counts of attempts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[0-9a-f]{64}$"),
                name="accounts_limitcount_key_digest",
                violation_error_message=_("A count is kept under a digest only."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"
