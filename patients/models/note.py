"""What a therapist writes of a contact."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only, kept_when
from accounts.identifiers import uuid7
from accounts.versions import counts_versions, version_field
from patients.querysets import NoteQuerySet, RecordQuerySet


@pghistory.track()
class SessionNote(models.Model):
    """The note of one contact, as SOAP. A draft until it is signed; then locked, and only an addendum is possible."""

    class Status(models.TextChoices):
        """FHIR Composition.status."""

        DRAFT = "preliminary", _("not signed yet")
        SIGNED = "final", _("signed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="session_notes", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="session_notes", verbose_name=_("episode of care")
    )
    encounter = models.OneToOneField(
        "patients.Encounter", models.PROTECT, related_name="session_note", verbose_name=_("contact")
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    subjective = models.TextField(_("subjective"), blank=True)
    objective = models.TextField(_("objective"), blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    exercises_done = models.JSONField(_("exercises done"), default=list, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    created_at = models.DateTimeField(_("begun on"), default=timezone.now)
    updated_at = models.DateTimeField(_("last saved"), default=timezone.now)
    signed_at = models.DateTimeField(_("signed on"), null=True, blank=True)
    signed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed by")
    )

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("session note")
        verbose_name_plural = _("session notes")
        indexes = [models.Index(fields=["created_at"], name="patients_sessionnote_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="final", signed_at__isnull=False, signed_by__isnull=False)
                | models.Q(status="preliminary", signed_at__isnull=True, signed_by__isnull=True),
                name="patients_sessionnote_signed_when",
                violation_error_message=_("A signed note says who signed it and when."),
            ),
        ]
        triggers = kept_when("OLD.status = 'final'", "locked")

    def __str__(self) -> str:
        return f"{self.get_status_display()} {self.created_at:%d/%m/%Y}"


class NoteAddendum(models.Model):
    """What was added to a signed note, by whom and when. Append-only; the note itself stays as it was signed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    note = models.ForeignKey(
        "patients.SessionNote", models.PROTECT, related_name="addenda", verbose_name=_("session note")
    )
    text = models.TextField(_("text"))
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written on"), default=timezone.now)

    objects: Any = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["note", "written_at", "id"]
        verbose_name = _("addendum")
        verbose_name_plural = _("addenda")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="patients_noteaddendum_has_text",
                violation_error_message=_("An addendum has a text."),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track()
class NoteTemplate(models.Model):
    """Words to begin a note with; of one therapist, or of everyone when nobody is named."""

    name = models.CharField(_("name"), max_length=80)
    practitioner = models.ForeignKey(
        "accounts.Practitioner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="note_templates",
        verbose_name=_("of"),
    )
    subjective = models.TextField(_("subjective"), blank=True)
    objective = models.TextField(_("objective"), blank=True)
    assessment = models.TextField(_("assessment"), blank=True)
    plan = models.TextField(_("plan"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    version = version_field()

    objects: Any = models.Manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("note template")
        verbose_name_plural = _("note templates")
        triggers = [counts_versions()]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "practitioner"],
                nulls_distinct=False,
                name="patients_notetemplate_name_once",
                violation_error_message=_("There is already a template with this name."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
