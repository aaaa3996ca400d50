"""How it goes after a plan has ended."""

from typing import Any

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from pathways.querysets import PlanRowQuerySet


@pghistory.track()
class CheckIn(models.Model):
    """One question after discharge, some weeks on: is it still well, or is it back? Unanswered is not "well"."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="check_ins", verbose_name=_("plan"))
    week = models.PositiveSmallIntegerField(_("weeks after the end"), null=True, blank=True)
    due_on = models.DateField(_("asked on"))
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    is_back = models.BooleanField(_("the complaint is back"), null=True, blank=True)
    nprs_worst = models.PositiveSmallIntegerField(_("worst pain in 7 days"), null=True, blank=True)
    load_jumped = models.BooleanField(_("much more than usual in the last weeks"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "due_on", "id"]
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.UniqueConstraint(fields=["plan", "week"], name="pathways_checkin_week_once"),
            models.CheckConstraint(
                condition=models.Q(nprs_worst__isnull=True) | models.Q(nprs_worst__range=(0, 10)),
                name="pathways_checkin_nprs_range",
                violation_error_message=_("Pain is a whole number from 0 to 10."),
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) ^ models.Q(is_back__isnull=False),
                name="pathways_checkin_answered_when",
                violation_error_message=_("An answer says whether the complaint is back."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on:%d/%m/%Y}"
