"""Why somebody opened a record outside the own patients, and what the practice made of it."""

import datetime

import pgtrigger
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7

LONGEST_HOLD = datetime.timedelta(hours=12)


class AccessReason(models.Model):
    """One breaking of the glass: who, whose record, why, and until when it holds. Append-only.

    People stand as plain UUIDs: the row outlives them. NONE is what a program left open: it is reviewed all the same.
    """

    class Code(models.TextChoices):
        COVER = "cover", _("standing in for a colleague")
        URGENT = "urgent", _("urgent question of the patient")
        CONSULT = "consult", _("a colleague asks my advice")
        QUALITY = "quality", _("quality or a complaint")
        OTHER = "other", _("another reason")
        NONE = "none", _("no reason given")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user_id = models.UUIDField(_("user"))
    patient_id = models.UUIDField(_("patient"))
    code = models.CharField(_("reason"), max_length=12, choices=Code)
    words = models.CharField(_("in own words"), max_length=150, blank=True)
    given_at = models.DateTimeField(_("given at"), default=timezone.now)
    valid_until = models.DateTimeField(_("holds until"))
    by_program = models.BooleanField(_("by a program"), default=False)
    request_id = models.CharField(_("request"), max_length=32, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        verbose_name = _("reason of access")
        verbose_name_plural = _("reasons of access")
        indexes = [
            models.Index(fields=["user_id", "patient_id", "-valid_until"], name="accounts_reason_holds"),
            models.Index(fields=["-given_at", "-id"], name="accounts_reason_given"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__in=["cover", "urgent", "consult", "quality", "other", "none"]),
                name="accounts_accessreason_code_known",
                violation_error_message=_("This reason does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(code="other", words=""),
                name="accounts_accessreason_other_in_words",
                violation_error_message=_("Say in your own words which reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(code="none", by_program=True) | ~models.Q(code="none"),
                name="accounts_accessreason_person_says_why",
                violation_error_message=_("A person says why."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__gt=models.F("given_at"))
                & models.Q(valid_until__lte=models.F("given_at") + LONGEST_HOLD),
                name="accounts_accessreason_holds_twelve_hours",
                violation_error_message=_("A reason holds twelve hours at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.given_at:%Y-%m-%d %H:%M} {self.code}"

    @property
    def sentence(self) -> str:
        """The reason as the access log and the patient read it; "" when none was given."""
        if self.code == self.Code.NONE:
            return ""
        if self.code == self.Code.OTHER:
            return self.words
        label = str(self.get_code_display())
        return f"{label}: {self.words}" if self.words else label


class AccessReview(models.Model):
    """What the owner did with an opening: seen, a question to who opened it, and the answer. Append-only."""

    class Outcome(models.TextChoices):
        SEEN = "seen", _("seen")
        QUESTION = "question", _("explanation asked")
        ANSWER = "answer", _("explanation given")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reason = models.ForeignKey("accounts.AccessReason", models.PROTECT, related_name="reviews")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.CharField(_("note"), max_length=500, blank=True)
    by_id = models.UUIDField(_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("review of an opening")
        verbose_name_plural = _("reviews of openings")
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=["seen", "question", "answer"]),
                name="accounts_accessreview_outcome_known",
                violation_error_message=_("This outcome does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="seen") | ~models.Q(note=""),
                name="accounts_accessreview_says_what",
                violation_error_message=_("Write what you want to know, or what you answer."),
            ),
            models.UniqueConstraint(
                fields=["reason"],
                condition=models.Q(outcome="seen"),
                name="accounts_accessreview_seen_once",
                violation_error_message=_("Somebody looked at this opening already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome}"
