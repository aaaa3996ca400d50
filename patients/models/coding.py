"""Codes of terminologies for what the practice measures, treats and names itself."""

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from patients.querysets import CodingQuerySet


@pghistory.track()
class Coding(models.Model):
    """One code of a terminology for one thing of the practice (FHIR: Coding). Optional: without it there are words.

    A code leaves the practice only when it was read in a source or confirmed by somebody who knows the terminology.
    Nothing of a terminology is shipped but these single codes; who uses SNOMED CT holds a licence (MLDS for Belgium).
    """

    class What(models.TextChoices):
        """What is coded, and with it what the key names."""

        MEASURE = "measure", _("measure: its code")
        DIARY = "diary", _("pain in the diary: pre, during, after or next")
        BODY_SITE = "body-site", _("place: measure or pathway, with .L, .R or .both behind it")
        PATHWAY = "pathway", _("complaint of a pathway: its code")
        SERVICE = "service", _("service: physiotherapy or exercise")

    class Certainty(models.TextChoices):
        VERIFIED = "verified", _("read in a source")
        TO_CONFIRM = "to-confirm", _("to be confirmed: not sent")
        CONFIRMED = "confirmed", _("confirmed in the practice")
        WITHDRAWN = "withdrawn", _("withdrawn: not sent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    what = models.CharField(_("what"), max_length=12, choices=What)
    key = models.CharField(_("code within the practice"), max_length=80)
    system = models.CharField(_("terminology"), max_length=120)
    code = models.CharField(_("code in the terminology"), max_length=40)
    display = models.CharField(_("name in the terminology"), max_length=160, blank=True)
    certainty = models.CharField(_("certainty"), max_length=12, choices=Certainty, default=Certainty.TO_CONFIRM)
    source = models.CharField(_("where it was read"), max_length=200, blank=True)
    entered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("entered by")
    )
    entered_at = models.DateTimeField(_("entered on"), default=timezone.now)

    objects: CodingQuerySet = CodingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["what", "key", "system", "id"]
        verbose_name = _("code of a terminology")
        verbose_name_plural = _("codes of terminologies")
        constraints = [
            models.UniqueConstraint(
                fields=["what", "key", "system"],
                name="patients_coding_once",
                violation_error_message=_("This already has a code of this terminology."),
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=["measure", "diary", "body-site", "pathway", "service"]),
                name="patients_coding_what_known",
                violation_error_message=_("Choose what is coded."),
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^\S+( \S+)*$", system__regex=r"^(https?://|urn:)\S+$")
                & ~models.Q(key=""),
                name="patients_coding_code_written",
                violation_error_message=_("A code has a terminology by its address, no spaces around it, and a key."),
            ),
            models.CheckConstraint(
                condition=~models.Q(certainty="verified") | ~models.Q(source=""),
                name="patients_coding_verified_source",
                violation_error_message=_("A code that was read in a source names it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(certainty="confirmed") | models.Q(entered_by__isnull=False),
                name="patients_coding_confirmed_by",
                violation_error_message=_("A confirmed code says who confirmed it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.code}"
