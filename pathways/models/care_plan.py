"""One patient's instance of a pathway version."""

from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from pathways.querysets import CarePlanQuerySet, PlanRowQuerySet


@pghistory.track()
class CarePlan(models.Model):
    """One patient's instance of a pathway version (FHIR: CarePlan). The therapist moves it; nothing moves by itself."""

    class Status(models.TextChoices):
        """FHIR CarePlan.status. ``hold_reason`` says why a plan is on hold."""

        ACTIVE = "active", _("running")
        ON_HOLD = "on-hold", _("on hold")
        COMPLETED = "completed", _("completed")
        REVOKED = "revoked", _("stopped")

    class HoldReason(models.TextChoices):
        """Why nothing moves: a red flag that a physician must clear, or a pause such as an illness."""

        BLOCKED = "blocked", _("blocked by a red flag")
        PAUSED = "paused", _("paused")

    class Course(models.TextChoices):
        ACUTE = "acute", _("recent")
        LONG_STANDING = "long_standing", _("long-standing or recurrent")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="care_plans", verbose_name=_("patient")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="care_plans", verbose_name=_("episode of care")
    )
    pathway_version = models.ForeignKey(
        "pathways.PathwayVersion", models.PROTECT, related_name="care_plans", verbose_name=_("pathway version")
    )
    classification = models.ForeignKey(
        "pathways.Classification", models.PROTECT, related_name="care_plans", verbose_name=_("classification")
    )
    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.PROTECT, related_name="care_plans", verbose_name=_("physiotherapist")
    )
    side = models.CharField(_("side"), max_length=4)
    course = models.CharField(_("course"), max_length=14, choices=Course)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    hold_reason = models.CharField(_("on hold because"), max_length=10, choices=HoldReason, blank=True)
    restarted_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="restarts", verbose_name=_("taken up again from")
    )
    started_on = models.DateField(_("begun on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    gait_strategy = models.CharField(_("running strategy"), max_length=20, default="none")
    start_step = models.CharField(_("first running step"), max_length=6, blank=True)
    weekly_km_usual = models.DecimalField(_("usual km a week"), max_digits=5, decimal_places=1, null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared on"), null=True, blank=True)

    objects: Any = CarePlanQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-id"]
        verbose_name = _("care plan")
        verbose_name_plural = _("care plans")
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=models.Q(status__in=["active", "on-hold"]),
                name="pathways_careplan_one_running",
                violation_error_message=_("This episode already has a running plan."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="on-hold") ^ models.Q(hold_reason=""),
                name="pathways_careplan_hold_has_reason",
                violation_error_message=_("A plan on hold says why; another plan does not."),
            ),
            models.CheckConstraint(
                condition=models.Q(side__in=["L", "R", "both"]),
                name="pathways_careplan_side_known",
                violation_error_message=_("A plan is for the left side, the right side or both."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="pathways_careplan_ends_after_start",
                violation_error_message=_("A plan cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pathway_version} {self.started_on:%d/%m/%Y}"


@pghistory.track()
class Phase(models.Model):
    """A stage of a plan. One at most is active."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("to come")
        ACTIVE = "active", _("now")
        COMPLETED = "completed", _("done")

    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="phases", verbose_name=_("plan"))
    key = models.CharField(_("code"), max_length=20)
    ordinal = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=120)
    weeks_min = models.PositiveSmallIntegerField(_("weeks at least"), null=True, blank=True)
    weeks_max = models.PositiveSmallIntegerField(_("weeks at most"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLANNED)
    started_on = models.DateField(_("begun on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "ordinal"]
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], name="pathways_phase_key_once"),
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(status="active"),
                name="pathways_phase_one_active",
                violation_error_message=_("This plan already has an active phase."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"


@pghistory.track()
class Goal(models.Model):
    """Something that the plan works towards (FHIR: Goal)."""

    class Lifecycle(models.TextChoices):
        ACTIVE = "active", _("being worked on")
        COMPLETED = "completed", _("reached")
        CANCELLED = "cancelled", _("dropped")

    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="goals", verbose_name=_("plan"))
    description = models.CharField(_("goal"), max_length=200)
    measure_key = models.CharField(_("measure"), max_length=60, blank=True)
    target = models.CharField(_("target"), max_length=60, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    lifecycle_status = models.CharField(_("status"), max_length=10, choices=Lifecycle, default=Lifecycle.ACTIVE)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "id"]
        verbose_name = _("goal")
        verbose_name_plural = _("goals")

    def __str__(self) -> str:
        return self.description


@pghistory.track()
class ExercisePrescription(models.Model):
    """An exercise with its dosage in one phase of one plan (FHIR: ServiceRequest)."""

    plan = models.ForeignKey(
        "pathways.CarePlan", models.PROTECT, related_name="exercise_prescriptions", verbose_name=_("plan")
    )
    phase = models.ForeignKey(
        "pathways.Phase", models.PROTECT, related_name="exercise_prescriptions", verbose_name=_("phase")
    )
    exercise = models.ForeignKey(
        "pathways.Exercise", models.PROTECT, related_name="prescriptions", verbose_name=_("exercise")
    )
    ordinal = models.PositiveSmallIntegerField(_("order"))
    dosage = models.CharField(_("dosage"), max_length=120)
    per_week = models.CharField(_("times a week"), max_length=20, blank=True)
    progression = models.CharField(_("progression"), max_length=200, blank=True)
    is_optional = models.BooleanField(_("optional"), default=False)
    document = models.JSONField(_("definition"), default=dict)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("in place of")
    )
    change_reason = models.CharField(_("why it was changed"), max_length=300, blank=True)
    ended_on = models.DateField(_("stopped on"), null=True, blank=True)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "phase", "ordinal", "id"]
        verbose_name = _("exercise prescription")
        verbose_name_plural = _("exercise prescriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "exercise"],
                condition=models.Q(ended_on__isnull=True),
                name="pathways_exerciseprescription_once",
                violation_error_message=_("This phase already has this exercise."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercise} {self.dosage}"


@pghistory.track()
class EducationItem(models.Model):
    """Something that the therapist explains in a phase, ticked when it was given."""

    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="education", verbose_name=_("plan"))
    phase = models.ForeignKey("pathways.Phase", models.PROTECT, related_name="education", verbose_name=_("phase"))
    key = models.CharField(_("code"), max_length=60)
    text = models.TextField(_("text"))
    given_at = models.DateTimeField(_("given on"), null=True, blank=True)
    given_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("given by")
    )

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "phase", "id"]
        verbose_name = _("education item")
        verbose_name_plural = _("education items")
        constraints = [models.UniqueConstraint(fields=["phase", "key"], name="pathways_education_once")]

    def __str__(self) -> str:
        return self.text[:60]
