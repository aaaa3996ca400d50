"""A file of another program whose rows become patients or visits."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from patients.querysets import DataImportQuerySet, RecordQuerySet

_KINDS = ["patients", "appointments"]
_STATUSES = ["draft", "checking", "checked", "running", "done", "undoing", "undone", "failed"]
_OUTCOMES = ["waiting", "new", "same", "refused", "made", "undone", "kept"]


@pghistory.track(exclude=["rows_done", "counts", "headings"], model_name="DataImportEvent")
class DataImport(models.Model):
    """One file that is read, checked without writing anything, and then taken over; it can be undone afterwards."""

    class Kind(models.TextChoices):
        PATIENTS = "patients", _("patients")
        APPOINTMENTS = "appointments", _("appointments")

    class Status(models.TextChoices):
        """How far it is. While `checking`, `running` or `undoing` a job is at work, or will take it up again."""

        DRAFT = "draft", _("read, not checked yet")
        CHECKING = "checking", _("is being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("is being imported")
        DONE = "done", _("imported")
        UNDOING = "undoing", _("is being undone")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    file_name = models.CharField(_("file"), max_length=200)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.DRAFT)
    headings = models.JSONField(_("headings"))
    columns = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done in this step"), default=0)
    counts = models.JSONField(_("rows by outcome"), default=dict)
    made_doctors = models.JSONField(_("doctors that it added"), default=list)
    failure = models.CharField(_("why it failed"), max_length=300, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("read by"))
    asked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("step asked by")
    )
    created_at = models.DateTimeField(_("read on"), default=timezone.now)
    checked_at = models.DateTimeField(_("checked on"), null=True, blank=True)
    finished_at = models.DateTimeField(_("imported on"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone on"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("content of the rows removed on"), null=True, blank=True)

    objects: Any = DataImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=_KINDS),
                name="patients_dataimport_kind_known",
                violation_error_message=_("This kind of import does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=_STATUSES),
                name="patients_dataimport_status_known",
                violation_error_message=_("This status of an import does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(rows_done__lte=models.F("rows_total")),
                name="patients_dataimport_done_within_total",
                violation_error_message=_("An import cannot have done more rows than it has."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="failed", failure__gt="")
                | (~models.Q(status="failed") & models.Q(failure="")),
                name="patients_dataimport_failure_has_reason",
                violation_error_message=_("A failed import says why, and no other does."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=["checked", "running", "done", "undoing", "undone"])
                | models.Q(checked_at__isnull=False),
                name="patients_dataimport_checked_before_run",
                violation_error_message=_("An import is checked before it runs."),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class DataImportRow(models.Model):
    """A line of the file: what stood there, and what became of it. `cells` is emptied some time after the import."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("not checked yet")
        NEW = "new", _("new")
        SAME = "same", _("known already")
        REFUSED = "refused", _("refused")
        MADE = "made", _("imported")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("kept at the undoing")

    data_import = models.ForeignKey(
        "patients.DataImport", models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("line"))
    cells = models.JSONField(_("cells"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITING)
    errors = models.JSONField(_("why"), default=dict)
    external_number = models.CharField(_("number in the other program"), max_length=60, blank=True)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, null=True, blank=True, related_name="import_rows", verbose_name=_("patient")
    )
    made_id = models.UUIDField(_("what it became"), null=True, blank=True)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["data_import", "number"]
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        indexes = [
            models.Index(fields=["data_import", "outcome", "number"], name="patients_dataimportrow_outcome"),
            models.Index(
                fields=["external_number"],
                condition=~models.Q(external_number=""),
                name="patients_dataimportrow_other",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["data_import", "number"],
                name="patients_dataimportrow_line_once",
                violation_error_message=_("This line of the file is there already."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="patients_dataimportrow_line_counts_from_one",
                violation_error_message=_("Lines count from 1."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=_OUTCOMES),
                name="patients_dataimportrow_outcome_known",
                violation_error_message=_("This outcome does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["refused", "kept"])
                | ~models.Q(errors={})
                | models.Q(cells__isnull=True),
                name="patients_dataimportrow_refusal_has_reason",
                violation_error_message=_("A line that is refused or kept says why."),
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome__in=["made", "undone", "kept"]) | models.Q(made_id__isnull=False),
                name="patients_dataimportrow_made_says_what",
                violation_error_message=_("A line that was imported says what it became."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"
