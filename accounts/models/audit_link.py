"""The chain that makes a changed or a missing row of the audit show."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditLink(models.Model):
    """One sealed row: the digest of its content, tied by a hash to the link before it. Written by the database alone.

    `digest` is SHA-256 over the salt and the first `width` columns, so that a later migration may add columns. An
    erasure takes the salt away (the digest can then no longer be guessed back) and names itself in `erased_by`; the
    link stays, and another tells of the erasure: table `accounts_auditlink`, key the position of the erased one.
    """

    position = models.BigIntegerField(primary_key=True)
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    salt = models.UUIDField(null=True)
    digest = models.BinaryField()
    previous = models.BinaryField()
    hash = models.BinaryField()
    erased_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["position"]
        verbose_name = _("link of the audit")
        verbose_name_plural = _("links of the audit")
        constraints = [
            models.UniqueConstraint(fields=["table_name", "row_key"], name="accounts_auditlink_row_once"),
            models.CheckConstraint(
                condition=models.Q(salt__isnull=False, erased_by__isnull=True)
                | models.Q(salt__isnull=True, erased_by__isnull=False)
                | models.Q(salt__isnull=True, erased_by__isnull=True, table_name="accounts_auditlink"),
                name="accounts_auditlink_salt_or_erasure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.table_name} {self.row_key}"


class AuditHead(models.Model):
    """Where the chain ends, as the database last wrote it: because of it, links cut off at the end show. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["id"]
        verbose_name = _("head of the audit")
        verbose_name_plural = _("heads of the audit")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="accounts_audithead_single")]

    def __str__(self) -> str:
        return f"{self.position} {bytes(self.hash).hex()}"
