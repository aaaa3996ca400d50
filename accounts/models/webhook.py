"""Where other programs are told that something changed, what they are told, and what became of the telling."""

from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import uuid7
from accounts.versions import version_field

_NOT_TRACKED = ["secret", "previous_secret", "failing_since", "held_until"]


class WebhookKind(models.TextChoices):
    """What another program can be told of. Each tells that a row changed, never what stands in it."""

    APPOINTMENT_CREATED = "appointment.created", _("an appointment was booked")
    APPOINTMENT_UPDATED = "appointment.updated", _("an appointment changed")
    APPOINTMENT_CANCELLED = "appointment.cancelled", _("an appointment was cancelled")
    APPOINTMENT_REMOVED = "appointment.removed", _("an appointment was removed")
    PATIENT_CREATED = "patient.created", _("a patient was registered")
    PATIENT_UPDATED = "patient.updated", _("details of a patient changed")
    PATIENT_REMOVED = "patient.removed", _("a patient was removed, after an erasure for example")
    EPISODE_CREATED = "episode.created", _("an episode of care began")
    EPISODE_UPDATED = "episode.updated", _("an episode of care changed")
    EPISODE_REMOVED = "episode.removed", _("an episode of care was removed")
    PLAN_CREATED = "plan.created", _("a plan began")
    PLAN_UPDATED = "plan.updated", _("a plan changed")
    PLAN_DECIDED = "plan.decided", _("a therapist decided about a plan")
    DIARY_LOGGED = "diary.logged", _("a patient wrote in the diary")
    DIARY_UPDATED = "diary.updated", _("a patient changed an entry of the diary")
    PING = "ping", _("test event")


@pghistory.track(exclude=_NOT_TRACKED)
class WebhookEndpoint(models.Model):
    """An address of another program with what it wants to hear (FHIR: Subscription). Its secrets are encrypted.

    ERROR is what the system makes of an address that failed for days or said that it is gone: what it missed
    waits. OFF is the owner's: nothing is kept for it.
    """

    class Status(models.TextChoices):
        """FHIR subscription status, the part of it that is used here."""

        ACTIVE = "active", _("active")
        ERROR = "error", _("stopped after errors")
        OFF = "off", _("switched off")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    secret = models.CharField(max_length=300, editable=False)
    previous_secret = models.CharField(max_length=300, blank=True, editable=False)
    previous_until = models.DateTimeField(_("old secret signs along until"), null=True, blank=True)
    kinds = ArrayField(models.CharField(max_length=30), verbose_name=_("what it is told"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.ACTIVE)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    held_until = models.DateTimeField(_("left alone until"), null=True, blank=True)
    created_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", verbose_name=_("made by"))
    created_at = models.DateTimeField(_("made on"), default=timezone.now)
    version = version_field()

    objects: Any = models.Manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        triggers = [
            pgtrigger.Trigger(  # how it fares is no version: an editor need not be told of it
                name="count_version",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("name", "url", "secret", "kinds", "status"),
                func="NEW.version := OLD.version + 1; RETURN NEW;",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "error", "off"]),
                name="accounts_webhookendpoint_status_known",
                violation_error_message=_("This status does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    kinds__contained_by=[kind.value for kind in WebhookKind if kind != WebhookKind.PING],
                    kinds__len__gt=0,
                ),
                name="accounts_webhookendpoint_kinds_known",
                violation_error_message=_("Choose at least one kind of event, of those that exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(url__startswith="https://") | models.Q(url__startswith="http://"),
                name="accounts_webhookendpoint_url_is_web",
                violation_error_message=_("The address must begin with https://."),
            ),
            models.CheckConstraint(
                condition=models.Q(previous_secret="", previous_until__isnull=True)
                | (~models.Q(previous_secret="") & models.Q(previous_until__isnull=False)),
                name="accounts_webhookendpoint_old_secret_ends",
                violation_error_message=_("An old secret has an end."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookEvent(models.Model):
    """That something happened to one object; written by triggers in the transaction of the change. Ids only.

    `sequence` rises in the order in which changes of one object were made.
    """

    sequence = models.BigAutoField(primary_key=True)
    message_id = models.UUIDField(db_default=RandomUUID(), editable=False)
    kind = models.CharField(_("kind"), max_length=30, choices=WebhookKind)
    object_type = models.CharField(max_length=20)
    object_id = models.UUIDField()
    row_version = models.PositiveIntegerField(null=True)
    at = models.DateTimeField(_("at"), db_default=Now())

    objects: Any = models.Manager()

    class Meta:
        ordering = ["sequence"]
        verbose_name = _("event for other programs")
        verbose_name_plural = _("events for other programs")
        indexes = [
            models.Index(fields=["at"], name="accounts_webhookevent_at"),
            models.Index(fields=["object_id"], name="accounts_webhookevent_object"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="accounts_webhookevent_message_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in WebhookKind]),
                name="accounts_webhookevent_kind_known",
                violation_error_message=_("This kind of event does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. `object_id` is the event's: deliveries of one object keep their order.

    A claim moves `next_at` ahead: a worker that dies lets go of it by itself.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("on its way")
        DELIVERED = "delivered", _("delivered")
        GAVE_UP = "gave-up", _("given up")
        SKIPPED = "skipped", _("skipped")

    id = models.UUIDField(primary_key=True, db_default=RandomUUID(), editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(WebhookEvent, models.CASCADE, related_name="deliveries")
    object_id = models.UUIDField()
    status = models.CharField(_("status"), max_length=10, choices=Status, db_default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), db_default=0)
    next_at = models.DateTimeField(_("next attempt"), db_default=Now())
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True)
    last_error = models.CharField(_("last error"), max_length=20, blank=True, db_default="")

    objects: Any = models.Manager()

    class Meta:
        ordering = ["-event_id", "id"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["endpoint", "next_at", "event"],
                condition=models.Q(status="waiting"),
                name="accounts_webhook_due",
            ),
            models.Index(
                fields=["endpoint", "object_id", "event"],
                condition=models.Q(status="waiting"),
                name="accounts_webhook_in_order",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "event"],
                name="accounts_webhookdelivery_once",
                violation_error_message=_("This event is on its way to this address already."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "delivered", "gave-up", "skipped"]),
                name="accounts_webhookdelivery_status_known",
                violation_error_message=_("This status does not exist."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.status}"


class WebhookAttempt(models.Model):
    """One time that a delivery was tried: how long it took and how it ended. What the other side said is not kept."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField(_("at"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    status_code = models.PositiveSmallIntegerField(_("answer"), null=True)
    error = models.CharField(_("error"), max_length=20, blank=True)

    objects: Any = models.Manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.status_code or self.error}"
