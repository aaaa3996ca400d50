"""Whether a patient wants messages, for each channel apart: opt-in, with moment and source, and a way out by link."""

import datetime
import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pghistory
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from patients.models import Patient
from scheduling.messages_reasons import Reason, written
from scheduling.messages_text import public_address
from scheduling.models import Channel, Communication, ContactConsent
from scheduling.sms import is_mobile

LINK_LASTS = datetime.timedelta(days=90)
SHOWN = 20
_SIGNER = signing.Signer(salt="scheduling.stop-messages", sep=".")
_TOKEN = struct.Struct(">16scH")  # the patient, the first letter of the channel, the last day counted from _EPOCH
_EPOCH = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def give(patient: Patient, channel: str, *, source: str, by: User | None, now: datetime.datetime) -> ContactConsent:
    """Note that a patient wants messages over a channel. Raises InvalidInput when the patient cannot get them there."""
    lacks = missing(patient, channel)
    if lacks:
        raise InvalidInput(lacks, errors={channel: [lacks]})
    return _choose(patient, channel, True, source=source, by=by, now=now)


def withdraw(patient: Patient, channel: str, *, source: str, by: User | None, now: datetime.datetime) -> ContactConsent:
    """Note that a patient wants no messages over a channel (any more). Those that wait are stopped."""
    return _choose(patient, channel, False, source=source, by=by, now=now)


def choose(
    patient: Patient, channel: str, wants: bool, *, source: str, by: User | None, now: datetime.datetime
) -> ContactConsent:
    """Give or withdraw, as a form says it. Raises InvalidInput."""
    write = give if wants else withdraw
    return write(patient, channel, source=source, by=by, now=now)


def missing(patient: Patient, channel: str) -> str:
    """Return what a patient lacks for messages over a channel, as a sentence; "" when nothing does."""
    if channel == Channel.EMAIL and not patient.email:
        return _("There is no e-mail address in the record.")
    if channel == Channel.SMS and not is_mobile(patient.phone):
        return _("There is no mobile number in the record.")
    return ""


def _choose(
    patient: Patient, channel: str, is_given: bool, *, source: str, by: User | None, now: datetime.datetime
) -> ContactConsent:
    """Write a choice; one that was already so stays as it was, with its first moment and source."""
    actor = str(by.pk) if by else ""
    with transaction.atomic(), pghistory.context(user=actor):
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        row = ContactConsent.objects.filter(patient=patient, channel=channel).first()
        row = row or ContactConsent(patient=patient, channel=channel, is_given=not is_given)
        if row.is_given == is_given and row.pk:
            return row
        row.is_given, row.source, row.changed_at, row.changed_by = is_given, source, now, by
        row.save()
        if not is_given:
            waiting = Communication.objects.filter(
                patient=patient, channel=channel, status=Communication.Status.PREPARATION
            )
            waiting.update(status=Communication.Status.STOPPED, error=written(Reason.NO_CONSENT))
        return row


def stop_link(patient_id: UUID, channel: str, *, now: datetime.datetime) -> str:
    """Return the address where a patient says no to a channel, without signing in; "" when ours is not known.

    It holds for 90 days and for nothing else. Opening it only shows a page with a button.
    """
    content = _TOKEN.pack(patient_id.bytes, channel[0].encode(), (now + LINK_LASTS - _EPOCH).days)
    token = _SIGNER.sign(signing.b64_encode(content).decode())
    return public_address(reverse("stop-messages", args=[token]))


@dataclass(frozen=True, slots=True)
class StopWish:
    """What a link to stop messages is about."""

    patient: Patient
    channel: Channel


def read_stop_link(token: str, *, now: datetime.datetime) -> StopWish | None:
    """Return what a link is about; None when it is not ours or too old."""
    try:
        patient_id, letter, last_day = _TOKEN.unpack(signing.b64_decode(_SIGNER.unsign(token).encode()))
    except (signing.BadSignature, ValueError, struct.error):
        return None
    if now > _EPOCH + datetime.timedelta(days=last_day + 1):
        return None
    patient = Patient.objects.filter(pk=UUID(bytes=patient_id)).first()
    channels = [channel for channel in Channel if channel.value[0].encode() == letter]
    return StopWish(patient, channels[0]) if patient and channels else None


@dataclass(frozen=True, slots=True)
class Wish:
    """A channel and what a patient chose for it. `missing` is a sentence, "" when messages can arrive."""

    channel: Channel
    address: str
    is_given: bool
    since: datetime.datetime | None
    source: str
    by: str
    missing: str


def wishes_of(patient: Patient) -> list[Wish]:
    """Return what a patient chose for each channel; no row means no. One query."""
    rows = {row.channel: row for row in ContactConsent.objects.filter(patient=patient).select_related("changed_by")}
    return [_wish(patient, channel, rows.get(channel)) for channel in Channel]


def _wish(patient: Patient, channel: Channel, row: ContactConsent | None) -> Wish:
    return Wish(
        channel=channel,
        address=patient.email if channel == Channel.EMAIL else patient.phone,
        is_given=row.is_given if row else False,
        since=row.changed_at if row else None,
        source=row.get_source_display() if row else "",
        by=row.changed_by.name if row and row.changed_by else "",
        missing=missing(patient, channel),
    )


def history_of(patient: Patient) -> list[Any]:
    """Return the latest choices of a patient, the newest first, at most SHOWN. One query."""
    events: Any = ContactConsent._meta.get_field("events").related_model
    rows = events.objects.filter(patient_id=patient.pk).select_related("changed_by")
    return list(rows.order_by("-changed_at", "-pgh_id")[:SHOWN])
