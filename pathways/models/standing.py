"""Where a plan stood when somebody last worked it out."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pathways.querysets import PlanStandingQuerySet


class PlanStanding(models.Model):
    """The worklist's picture of one plan, kept so that 2,000 plans need not be judged for one page.

    Triggers make the row with its plan and raise ``changes`` with every write that the rules look at: diary entries,
    findings, phases, decisions, pauses, exercises, follow-ups. The picture holds while ``computed_changes`` equals
    ``changes`` and until ``valid_until``, the next moment at which time alone could change it. Two parts of it stand
    apart: ``asks`` names what the plan asks of a therapist, so that a list is ordered and cut in the database;
    ``judged`` holds the title of the phase and the light of each diary entry, and is read for the few plans of a day.
    They hold when ``judged_at`` is the picture's moment: the release before writes pictures without them.
    """

    plan = models.OneToOneField(
        "pathways.CarePlan", models.CASCADE, primary_key=True, related_name="standing", verbose_name=_("plan")
    )
    changes = models.BigIntegerField(db_default=0)
    computed_changes = models.BigIntegerField(null=True)
    computed_at = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    picture = models.JSONField(null=True)
    asks = ArrayField(models.SmallIntegerField(), null=True)
    judged = models.JSONField(null=True)
    judged_at = models.DateTimeField(null=True)

    objects: Any = PlanStandingQuerySet.as_manager()

    class Meta:
        ordering = ["plan"]
        verbose_name = _("standing of a plan")
        verbose_name_plural = _("standings of plans")

    def __str__(self) -> str:
        return str(self.plan_id)
