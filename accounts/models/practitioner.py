"""Who treats."""

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7


@pghistory.track()
class Practitioner(models.Model):
    """A physiotherapist of the practice as patients and the agenda know them (FHIR: Practitioner)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("accounts.User", models.PROTECT, related_name="practitioner", verbose_name=_("user"))
    name = models.CharField(_("name"), max_length=120)
    nihdi_number = models.CharField(
        _("RIZIV number"),
        max_length=11,
        blank=True,
        validators=[RegexValidator(r"^\d{11}$", _("A RIZIV number has 11 digits."))],
    )
    colour = models.CharField(
        _("colour"), max_length=7, default="#0f5c63", validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("practitioner")
        verbose_name_plural = _("practitioners")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"),
                name="accounts_practitioner_colour_hex",
                violation_error_message=_("A colour looks like #0f5c63."),
            ),
            models.CheckConstraint(
                condition=models.Q(nihdi_number="") | models.Q(nihdi_number__regex=r"^\d{11}$"),
                name="accounts_practitioner_nihdi_digits",
                violation_error_message=_("A RIZIV number has 11 digits."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
