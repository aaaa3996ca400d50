"""A moment that one side proposes and the other has not agreed to yet."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from patients.models.encounter import Encounter
from scheduling.querysets import ProposalQuerySet


@pghistory.track()
class Proposal(models.Model):
    """A moment that the patient asks for, or that the desk offers (FHIR: Appointment "proposed", AppointmentResponse).

    It holds nothing: the time stays free for others, and agreeing checks it again.
    """

    class Status(models.TextChoices):
        """FHIR participation status, with what a proposal needs besides."""

        NEEDS_ACTION = "needs-action", _("waits for an answer")
        ACCEPTED = "accepted", _("agreed")
        DECLINED = "declined", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("too late")

    class Origin(models.TextChoices):
        PATIENT = "patient", _("asked by the patient")
        PRACTICE = "practice", _("offered by the practice")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="proposals", verbose_name=_("patient"))
    appointment = models.ForeignKey(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("visit to move"),
    )
    waiting_list_entry = models.ForeignKey(
        "scheduling.WaitingListEntry",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposals",
        verbose_name=_("entry of the waiting list"),
    )
    fills = models.ForeignKey(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cancelled visit whose time it would take"),
    )
    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.PROTECT, related_name="+", verbose_name=_("physiotherapist")
    )
    type = models.CharField(_("kind"), max_length=16, choices=Encounter.Kind, default=Encounter.Kind.SESSION)
    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"))
    origin = models.CharField(_("origin"), max_length=8, choices=Origin)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEEDS_ACTION)
    message = models.CharField(_("message"), max_length=300, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    booked = models.OneToOneField(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_proposal",
        verbose_name=_("visit that came of it"),
    )
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made on"), default=timezone.now)
    expires_at = models.DateTimeField(_("answer before"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)

    objects: Any = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "id"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["status", "made_at"], name="scheduling_proposal_status")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="scheduling_proposal_end_after_start",
                violation_error_message=_("The end must come after the start."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="accepted", booked__isnull=False)
                | (~models.Q(status="accepted") & models.Q(booked__isnull=True)),
                name="scheduling_proposal_accepted_has_visit",
                violation_error_message=_("A proposal is agreed when a visit came of it, and only then."),
            ),
            models.UniqueConstraint(
                fields=["appointment"],
                condition=models.Q(status="needs-action"),
                name="scheduling_proposal_one_open_per_visit",
                violation_error_message=_("There is already an open question about this appointment."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start:%d/%m/%Y %H:%M} {self.get_origin_display()}"

    @property
    def minutes(self) -> int:
        """Length of the visit in minutes."""
        return int((self.end - self.start).total_seconds() // 60)
