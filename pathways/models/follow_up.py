"""A visit that the plan calls for."""

from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from pathways.querysets import FollowUpQuerySet


@pghistory.track()
class FollowUp(models.Model):
    """An obligation, not an appointment: a visit that the plan calls for within a window of days.

    It is open while no visit that takes up its time hangs on it: cancelling the visit reopens it by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="follow_ups", verbose_name=_("plan"))
    week = models.PositiveSmallIntegerField(_("week of the plan"))
    window_start = models.DateField(_("from"))
    window_end = models.DateField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=30)
    type = models.CharField(_("kind"), max_length=16, default="session")
    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.PROTECT, related_name="follow_ups", verbose_name=_("preferred physiotherapist")
    )
    remeasure = models.JSONField(_("to measure again"), default=list)
    is_dropped = models.BooleanField(_("no longer needed"), default=False)
    appointment = models.OneToOneField(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_up",
        verbose_name=_("appointment"),
    )
    proposal = models.OneToOneField(
        "scheduling.Proposal",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_up",
        verbose_name=_("moment that the patient asks for, or that was offered"),
    )

    objects: Any = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["window_end", "id"]
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["window_end"], name="pathways_followup_window")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "week"], name="pathways_followup_week_once"),
            models.CheckConstraint(
                condition=models.Q(window_end__gte=models.F("window_start")),
                name="pathways_followup_window_ordered",
                violation_error_message=_("The window ends before it begins."),
            ),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(5, 240)),
                name="pathways_followup_minutes_range",
                violation_error_message=_("A visit takes 5 to 240 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return f"W{self.week} {self.window_start:%d/%m}-{self.window_end:%d/%m}"
