"""A time in which a plan stands still."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from pathways.querysets import PlanRowQuerySet


@pghistory.track()
class PlanPause(models.Model):
    """Days on which a plan stood still: its weeks do not count and its visits come later. Nothing is lost."""

    class Reason(models.TextChoices):
        ILLNESS = "illness", _("illness")
        OTHER_INJURY = "other_injury", _("another injury")
        ABSENCE = "absence", _("holiday or abroad")
        LIFE = "life", _("work or family")
        OTHER = "other", _("something else")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("pathways.CarePlan", models.PROTECT, related_name="pauses", verbose_name=_("plan"))
    started_on = models.DateField(_("from"))
    ended_on = models.DateField(_("taken up again on"), null=True, blank=True)
    reason_code = models.CharField(_("reason"), max_length=14, choices=Reason)
    reason = models.CharField(_("explanation"), max_length=300, blank=True)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("at"), default=timezone.now)

    objects: Any = PlanRowQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "started_on", "id"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=models.Q(ended_on__isnull=True),
                name="pathways_pause_one_open",
                violation_error_message=_("This plan is already paused."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="pathways_pause_ends_after_start",
                violation_error_message=_("A pause cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_code_display()} {self.started_on:%d/%m/%Y}"
