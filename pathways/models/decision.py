"""What was concluded, what was decided and why, and what someone must do about it."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import append_only
from accounts.identifiers import uuid7
from pathways.querysets import PlanRowQuerySet, TaskQuerySet
from patients.querysets import RecordQuerySet


class Classification(models.Model):
    """What the rule of a pathway version made of an intake, for one side. Append-only: a new intake makes a new row."""

    class Outcome(models.TextChoices):
        LIKELY = "LIKELY", _("likely")
        POSSIBLE = "POSSIBLE", _("possible")
        UNLIKELY = "UNLIKELY", _("unlikely")
        INCOMPLETE = "INCOMPLETE", _("incomplete")
        BLOCKED = "BLOCKED", _("blocked by a red flag")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    intake = models.ForeignKey(
        "patients.IntakeResponse", models.PROTECT, related_name="classifications", verbose_name=_("intake")
    )
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="classifications", verbose_name=_("episode of care")
    )
    pathway_version = models.ForeignKey(
        "pathways.PathwayVersion", models.PROTECT, related_name="classifications", verbose_name=_("pathway version")
    )
    side = models.CharField(_("side"), max_length=1)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    result = models.JSONField(_("result with its reasons"))
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"), default=timezone.now)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(side__in=["L", "R"]),
                name="pathways_classification_side_known",
                violation_error_message=_("A classification is for the left or the right side."),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.outcome} {self.side}"


class Decision(models.Model):
    """What a therapist decided about a plan, what the system had proposed, and the reason. Append-only."""

    class Kind(models.TextChoices):
        START = "start", _("plan started")
        ADVANCE = "advance", _("to the next phase")
        HOLD = "hold", _("stay in this phase")
        STEP_BACK = "step_back", _("a phase back")
        BLOCK = "block", _("blocked by a red flag")
        UNBLOCK = "unblock", _("cleared by a physician")
        CLOSE = "close", _("plan ended")
        PAUSE = "pause", _("plan paused")
        RESUME = "resume", _("plan taken up again")
        ADJUST = "adjust", _("exercise changed")
        MIGRATE = "migrate", _("moved to another version of the pathway")

    class ReasonCode(models.TextChoices):
        """Why a therapist goes against the proposal: coded, so that a practice can learn from it."""

        CLINICAL_PICTURE = "clinical_picture", _("the clinical picture says otherwise")
        MEASUREMENT = "measurement", _("the measurement is doubtful or missing")
        NOT_APPLICABLE = "not_applicable", _("the criterion does not fit this patient")
        PATIENT_WISH = "patient_wish", _("wish or goal of the patient")
        LOAD = "load", _("load outside the plan")
        COMORBIDITY = "comorbidity", _("another complaint or illness")
        OTHER = "other", _("another reason")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="decisions", verbose_name=_("plan"))
    kind = models.CharField(_("decision"), max_length=10, choices=Kind)
    from_phase = models.CharField(_("from phase"), max_length=20, blank=True)
    to_phase = models.CharField(_("to phase"), max_length=20, blank=True)
    proposal = models.CharField(_("proposed"), max_length=10, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    reason_code = models.CharField(_("kind of reason"), max_length=20, choices=ReasonCode, blank=True)
    is_override = models.BooleanField(_("against the proposal"), default=False)
    evidence = models.JSONField(_("what was known"), default=dict)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"), default=timezone.now)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        triggers = append_only()

    def __str__(self) -> str:
        return self.get_kind_display()


@pghistory.track()
class Task(models.Model):
    """Something that someone must do for a patient, within a time (FHIR: Task)."""

    class Kind(models.TextChoices):
        REFERRAL = "referral", _("refer to a physician")
        RED_LIGHT = "red_light", _("red light in the diary")
        REVIEW = "review", _("look at the plan again")
        RELAPSE = "relapse", _("the complaint is back")
        PRESCRIPTION = "prescription", _("ask for a new prescription")

    class Urgency(models.TextChoices):
        EMERGENCY = "EMERGENCY", _("emergency: today")
        URGENT = "URGENT", _("urgent: within a day or two")
        SOON = "SOON", _("within a week")
        ROUTINE = "ROUTINE", _("one working day")

    class Status(models.TextChoices):
        REQUESTED = "requested", _("open")
        COMPLETED = "completed", _("done")
        CANCELLED = "cancelled", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="tasks", verbose_name=_("patient"))
    episode = models.ForeignKey(
        "patients.EpisodeOfCare", models.PROTECT, related_name="tasks", verbose_name=_("episode of care")
    )
    plan = models.ForeignKey(
        "pathways.CarePlan", models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("plan")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    urgency = models.CharField(_("urgency"), max_length=10, choices=Urgency, default=Urgency.ROUTINE)
    description = models.CharField(_("what to do"), max_length=300)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    due_at = models.DateTimeField(_("before"))
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    completed_at = models.DateTimeField(_("done on"), null=True, blank=True)
    completed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    outcome = models.TextField(_("outcome"), blank=True)
    source_key = models.CharField(max_length=80, editable=False)

    objects: Any = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["source_key"], name="pathways_task_source_once"),
        ]

    def __str__(self) -> str:
        return self.description
