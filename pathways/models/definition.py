"""What the practice knows: pathways, exercises and the publications that they rest on."""

from typing import Any

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Reference(models.Model):
    """A publication that a rule or an advice rests on, and how strongly (FHIR: RelatedArtifact, type citation)."""

    key = models.SlugField(_("code"), max_length=60, primary_key=True)
    authors = models.CharField(_("authors"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    doi = models.CharField(_("DOI"), max_length=120, blank=True)
    strength = models.CharField(_("strength"), max_length=20)
    document = models.JSONField(_("definition"), default=dict)

    class Meta:
        ordering = ["key"]
        verbose_name = _("reference")
        verbose_name_plural = _("references")

    def __str__(self) -> str:
        return f"{self.authors} {self.year or ''}".strip()


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


class PathwayVersion(models.Model):
    """One published text of a pathway. It never changes: a running plan keeps the version that it began with."""

    pathway = models.ForeignKey("pathways.Pathway", models.PROTECT, related_name="versions", verbose_name=_("pathway"))
    number = models.PositiveIntegerField(_("version"))
    document = models.JSONField(_("definition"))
    measures = models.JSONField(_("measures"), default=dict)
    exercises = models.JSONField(_("exercises"), default=dict)
    references = models.JSONField(_("references"), default=dict)
    questionnaire = models.ForeignKey(
        "patients.Questionnaire", models.PROTECT, related_name="+", verbose_name=_("questionnaire")
    )
    checksum = models.CharField(max_length=64)
    published_at = models.DateTimeField(_("published on"), default=timezone.now)

    objects: Any = models.Manager()

    class Meta:
        ordering = ["pathway", "-number"]
        verbose_name = _("pathway version")
        verbose_name_plural = _("pathway versions")
        constraints = [
            models.UniqueConstraint(fields=["pathway", "number"], name="pathways_version_number_once"),
        ]
        triggers = [pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pathway_id} v{self.number}"
