"""What the practice knows: pathways, exercises and the publications that they rest on."""

from typing import Any

import pghistory
import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from pathways.querysets import PathwayVersionQuerySet


class Reference(models.Model):
    """A publication that a rule or an advice rests on, and how strongly (FHIR: RelatedArtifact, type citation)."""

    key = models.SlugField(_("code"), max_length=60, primary_key=True)
    authors = models.CharField(_("authors"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    strength = models.CharField(_("strength"), max_length=20)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    review_due = models.DateField(_("review due"), null=True, blank=True)
    document = models.JSONField(_("definition"), default=dict)

    class Meta:
        ordering = ["key"]
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self) -> str:
        return f"{self.authors} {self.year or ''}".strip()


class ReferenceReview(models.Model):
    """Somebody of the practice looked whether a publication still stands. Append-only: the newest one counts."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", _("still stands")
        DOWNGRADED = "downgraded", _("weaker than we thought")
        WITHDRAWN = "withdrawn", _("withdrawn or refuted")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.ForeignKey(
        "pathways.Reference", models.PROTECT, related_name="reviews", verbose_name=_("reference")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("note"), blank=True)
    reviewed_on = models.DateField(_("reviewed on"))
    review_due = models.DateField(_("review due"))
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    reviewed_at = models.DateTimeField(_("at"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        ordering = ["-reviewed_at", "-id"]
        verbose_name = _("review of a reference")
        verbose_name_plural = _("reviews of references")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review_due__gt=models.F("reviewed_on")),
                name="pathways_review_due_later",
                violation_error_message=_("The next review comes after this one."),
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.reference_id} {self.get_outcome_display()}"


class Exercise(models.Model):
    """A movement that can be prescribed, with how and why in the patient's words (FHIR: ActivityDefinition)."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    document = models.JSONField(_("definition"), default=dict)

    class Meta:
        ordering = ["code"]
        verbose_name = _("exercise")
        verbose_name_plural = _("exercises")

    def __str__(self) -> str:
        return self.name


class Pathway(models.Model):
    """A care pathway of the practice, whatever its version (FHIR: PlanDefinition)."""

    slug = models.SlugField(_("code"), max_length=60, primary_key=True)
    title = models.CharField(_("title"), max_length=160)

    class Meta:
        ordering = ["title"]
        verbose_name = _("care pathway")
        verbose_name_plural = _("care pathways")

    def __str__(self) -> str:
        return self.title


_CONTENT = ("pathway_id", "number", "document", "measures", "exercises", "references", "checksum", "based_on_id")
_REST = ("questionnaire_id", "note", "revision", "created_at", "reviewed_at", "published_at", "published_by_id")


def _changes(*columns: str) -> str:
    """SQL that is true when a row's update changes one of the columns."""
    return " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in columns)


@pghistory.track(
    fields=["id", "pathway", "number", "status", "checksum", "revision", "reviewed_by", "published_by", "retired_at"]
)
class PathwayVersion(models.Model):
    """One text of a pathway, from draft to retired. Once published it never changes: a plan keeps its version."""

    class Status(models.TextChoices):
        """The life of a text. FHIR publication status knows draft, active and retired; a reviewed text is a draft."""

        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    pathway = models.ForeignKey("pathways.Pathway", models.PROTECT, related_name="versions", verbose_name=_("pathway"))
    number = models.PositiveIntegerField(_("version"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="drafts", verbose_name=_("based on")
    )
    note = models.TextField(_("what changed and why"), blank=True)
    document = models.JSONField(_("definition"))
    measures = models.JSONField(_("measures"), default=dict)
    exercises = models.JSONField(_("exercises"), default=dict)
    references = models.JSONField(_("references"), default=dict)
    questionnaire = models.ForeignKey(
        "patients.Questionnaire",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("questionnaire"),
    )
    checksum = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(_("revision of the draft"), default=0)
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    created_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("made by")
    )
    reviewed_at = models.DateTimeField(_("reviewed on"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    retired_at = models.DateTimeField(_("retired on"), null=True, blank=True)

    objects: Any = PathwayVersionQuerySet.as_manager()

    class Meta:
        ordering = ["pathway", "-number"]
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="pathways_version_number_once"),
            models.UniqueConstraint(
                fields=["pathway"],
                condition=models.Q(status__in=["draft", "reviewed"]),
                name="pathways_version_one_draft",
                violation_error_message=_("This pathway already has a draft."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["draft", "reviewed"])
                | models.Q(published_at__isnull=False, questionnaire__isnull=False),
                name="pathways_version_published_when",
                violation_error_message=_("A published text has a moment of publication and a questionnaire."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="immutable",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.status <> 'draft' AND ({_changes(*_CONTENT)})"),
            ),
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.status IN ('published', 'retired') AND ({_changes(*_REST)})"),
            ),
            pgtrigger.Protect(
                name="kept", operation=pgtrigger.Delete, condition=pgtrigger.Condition("OLD.status <> 'draft'")
            ),
            pgtrigger.FSM(
                name="life",
                field="status",
                transitions=[
                    ("draft", "reviewed"),
                    ("reviewed", "draft"),
                    ("reviewed", "published"),
                    ("published", "retired"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pathway_id} v{self.number}"
