"""What the practice tells patients about their visits: the outbox, what each message said, and who wants messages."""

from typing import Any

import pghistory
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from scheduling.querysets import CommunicationQuerySet


class Channel(models.TextChoices):
    """Ways to reach a patient."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("text message")


@pghistory.track()
class ContactConsent(models.Model):
    """Whether a patient wants messages about visits over one channel (FHIR: Consent). No row means no."""

    class Source(models.TextChoices):
        DESK = "desk", _("at the desk")
        PORTAL = "portal", _("in the portal")
        LINK = "link", _("by the link in a message")

    patient = models.ForeignKey(
        "patients.Patient", models.CASCADE, related_name="contact_consents", verbose_name=_("patient")
    )
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    is_given = models.BooleanField(_("wants messages"))
    source = models.CharField(_("told"), max_length=6, choices=Source)
    changed_at = models.DateTimeField(_("since"), default=timezone.now)
    changed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("written by")
    )

    class Meta:
        ordering = ["patient", "channel", "id"]
        verbose_name = _("consent to messages")
        verbose_name_plural = _("consents to messages")
        constraints = [
            models.UniqueConstraint(fields=["patient", "channel"], name="scheduling_contactconsent_channel_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.is_given}"


@pghistory.track(fields=["id", "kind", "channel", "patient", "status", "sent_at"])
class Communication(models.Model):
    """One message to one patient, from wish to certainty (FHIR: Communication). Sent once, or known to be unsure."""

    class Status(models.TextChoices):
        """FHIR communication status."""

        PREPARATION = "preparation", _("waits")
        IN_PROGRESS = "in-progress", _("is being sent")
        COMPLETED = "completed", _("sent")
        STOPPED = "stopped", _("no longer needed")
        NOT_DONE = "not-done", _("failed")
        UNKNOWN = "unknown", _("unsure whether it was sent")

    class Kind(models.TextChoices):
        CHANGE = "change", _("appointments booked, moved or cancelled")
        REMINDER = "reminder", _("reminder")
        OFFER = "offer", _("offer of a moment")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("about"), max_length=8, choices=Kind)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    patient = models.ForeignKey(
        "patients.Patient", models.PROTECT, related_name="communications", verbose_name=_("patient")
    )
    appointment = models.ForeignKey(
        "scheduling.Appointment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="communications",
        verbose_name=_("appointment"),
    )
    proposal = models.ForeignKey(
        "scheduling.Proposal",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="communications",
        verbose_name=_("proposal"),
    )
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.PREPARATION)
    due_at = models.DateTimeField(_("to be sent from"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    address = models.CharField(_("to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=2, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    error = models.CharField(_("what went wrong"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    claimed_at = models.DateTimeField(_("sending began"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)

    objects: Any = CommunicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["status", "due_at"], name="scheduling_communication_due"),
            models.Index(fields=["patient", "-created_at"], name="scheduling_communication_pat"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="scheduling_communication_key_once"),
            models.UniqueConstraint(
                fields=["patient", "channel"],
                condition=models.Q(status="preparation", kind="change"),
                name="scheduling_communication_one_change_waits",
            ),
            models.CheckConstraint(
                condition=models.Q(status="completed", sent_at__isnull=False)
                | (~models.Q(status="completed") & models.Q(sent_at__isnull=True)),
                name="scheduling_communication_sent_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_status_display()}"


class CommunicationLine(models.Model):
    """What a message said of one visit: the latest one sent is what the patient knows."""

    class Kind(models.TextChoices):
        BOOKED = "booked", _("booked")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")
        REMINDED = "reminded", _("reminded")

    communication = models.ForeignKey(
        "scheduling.Communication", models.CASCADE, related_name="lines", verbose_name=_("message")
    )
    appointment = models.ForeignKey(
        "scheduling.Appointment", models.PROTECT, related_name="communication_lines", verbose_name=_("appointment")
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    start = models.DateTimeField(_("from"))
    practitioner = models.ForeignKey(
        "accounts.Practitioner", models.PROTECT, related_name="+", verbose_name=_("physiotherapist")
    )

    class Meta:
        ordering = ["communication", "start", "id"]
        verbose_name = _("line of a message")
        verbose_name_plural = _("lines of messages")
        constraints = [
            models.UniqueConstraint(
                fields=["communication", "appointment"], name="scheduling_communicationline_visit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.start:%d/%m/%Y %H:%M}"
