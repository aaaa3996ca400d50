"""What patients are told about their data, and what they allow beyond care (GDPR articles 7 and 12 to 14)."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from patients.querysets import RecordQuerySet


class PrivacyText(models.Model):
    """One version of a text about a patient's data: the privacy notice, or what a consent says.

    A draft until the owner publishes it; from then on the database refuses every change. Care itself rests on no
    consent (GDPR articles 6(1)(c) and 9(2)(h)): there is no kind for it.
    """

    class Kind(models.TextChoices):
        NOTICE = "notice", _("privacy notice")
        IMAGES = "images", _("photos and video")
        RESEARCH = "research", _("research with pseudonymised data")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    title_fr = models.CharField(_("title (French)"), max_length=120, blank=True)
    body_fr = models.TextField(_("text (French)"), blank=True)
    title_en = models.CharField(_("title (English)"), max_length=120, blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    written_at = models.DateTimeField(_("written on"), default=timezone.now)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        ordering = ["kind", "-version"]
        verbose_name = _("text about privacy")
        verbose_name_plural = _("texts about privacy")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="patients_privacytext_version_once"),
            models.UniqueConstraint(
                fields=["kind"],
                condition=models.Q(published_at__isnull=True),
                name="patients_privacytext_one_draft",
                violation_error_message=_("There is already a draft of this text."),
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=True, published_by__isnull=True)
                | models.Q(published_at__isnull=False, published_by__isnull=False),
                name="patients_privacytext_published_by",
                violation_error_message=_("A published text says who published it."),
            ),
            models.CheckConstraint(
                condition=~models.Q(title="") & ~models.Q(body=""),
                name="patients_privacytext_has_text",
                violation_error_message=_("A text has a title and words."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def title_in(self, language: str) -> str:
        """Return the title in a language, in Dutch where there is none."""
        return str(getattr(self, f"title_{language}", "") or self.title)

    def body_in(self, language: str) -> str:
        """Return the words in a language, in Dutch where there are none."""
        return str(getattr(self, f"body_{language}", "") or self.body)


class Consent(models.Model):
    """What a patient was shown, gave, refused or withdrew at one moment (FHIR: Consent). A new choice is a new row.

    Messages about visits have their own place: scheduling.ContactConsent.
    """

    class Choice(models.TextChoices):
        SHOWN = "shown", _("read")
        GIVEN = "given", _("given")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class How(models.TextChoices):
        PORTAL = "portal", _("in the portal")
        DESK = "desk", _("at the desk")
        PAPER = "paper", _("on paper")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="consents", verbose_name=_("patient"))
    text = models.ForeignKey(
        "patients.PrivacyText", models.PROTECT, related_name="consents", verbose_name=_("version of the text")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=PrivacyText.Kind)
    choice = models.CharField(_("choice"), max_length=10, choices=Choice)
    how = models.CharField(_("how"), max_length=6, choices=How)
    made_at = models.DateTimeField(_("on"), default=timezone.now)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["patient", "kind", "-made_at"], name="patients_consent_patient")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="notice", choice="shown")
                | (~models.Q(kind="notice") & ~models.Q(choice="shown")),
                name="patients_consent_choice_fits",
                violation_error_message=_("A notice is read; a consent is given, refused or withdrawn."),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_choice_display()}"
