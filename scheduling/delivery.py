"""Delivering the outbox: each message is sent exactly once, or known to be unsure.

A message is claimed in a transaction of its own, sent outside any, and then written off. Who is killed in between
leaves it "in progress"; a sweep makes that "unsure", which is never sent again but by a person's hand.

        preparation ── claim ──▶ in-progress ── taken ──▶ completed
             ▲  ▲                  │      └─ lost, or swept after five minutes ──▶ unknown ─┐
             │  └── surely not sent┘                                                         │
             │        (six times, or for good: not-done ─┐)      stopped: nothing to say     │
             └───────────── a person sends it again ─────┴───────────────────────────────────┘
"""

import datetime
import secrets
from typing import Any, Protocol
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from scheduling.consents import stop_link
from scheduling.exceptions import StatusRefused
from scheduling.messages import Change, NothingToSay, NotNow, changes_of, offer_of, reminder_of
from scheduling.messages_reasons import Reason, written
from scheduling.messages_text import LANGUAGES, write_offer, write_text
from scheduling.models import (
    BookingPolicy,
    Channel,
    Communication,
    CommunicationLine,
    ContactConsent,
    booking_policy,
)
from scheduling.quiet_hours import is_quiet, quiet_end
from scheduling.sending import send
from scheduling.sms import NotSent, Unsure, is_mobile

STATUS = Communication.Status
UNSURE_AFTER = datetime.timedelta(minutes=5)
WAITS = tuple(datetime.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
MOST_ATTEMPTS = len(WAITS) + 1
BATCH = 200
LOCK_NOT_AVAILABLE = "55P03"


def due_messages(*, now: datetime.datetime) -> list[UUID]:
    """Return the messages to deliver now, the oldest first, at most BATCH. One query."""
    rows = Communication.objects.due(now).filter(~_waits_for_another())
    return list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])


class Sender(Protocol):
    """What hands a message over: returns when the other side took it, else raises NotSent or Unsure."""

    def __call__(self, message: Communication, /, *, stop_link: str) -> None: ...


def deliver(message_id: UUID, *, now: datetime.datetime, via: Sender = send) -> str:
    """Deliver a message when it is due and nobody else does; return its status afterwards ("" when nothing was done).

    Safe to run twice and at once. Must not run inside a transaction. `via` takes the place of mail and text message.
    """
    message = _claim(message_id, now)
    if message is None:
        return ""
    try:
        via(message, stop_link=stop_link(message.patient_id, message.channel, now=now))
    except NotSent as refusal:
        return _try_later(message, refusal, now)
    except Unsure as doubt:
        return _write_off(message, STATUS.UNKNOWN, error=written(Reason.NO_ANSWER, doubt))
    return _write_off(message, STATUS.COMPLETED, sent_at=now, error="")


def sweep(*, now: datetime.datetime) -> int:
    """Turn what has been "in progress" for five minutes into "unsure"; return how many. One query."""
    stuck = Communication.objects.filter(status=STATUS.IN_PROGRESS, claimed_at__lt=now - UNSURE_AFTER)
    return int(stuck.update(status=STATUS.UNKNOWN, error=written(Reason.INTERRUPTED)))


def resend(message: Communication, *, by: User, now: datetime.datetime) -> Communication:
    """Let a message that failed, or of which nobody knows, be sent again. What it says is worked out anew.

    A change notice for which a later one waits is stopped: that one tells everything. Raises StatusRefused.
    """
    with transaction.atomic():
        row = _locked(message)
        if row.status not in {STATUS.NOT_DONE, STATUS.UNKNOWN}:
            raise StatusRefused(_("Only a message that failed or is unsure can be sent again."))
        _wait(row, now, error="", attempts=0)
        return row


def settle(message: Communication, *, by: User, now: datetime.datetime) -> Communication:
    """Write off a message that failed or is unsure: the practice told the patient itself. Raises StatusRefused."""
    with transaction.atomic():
        row = _locked(message)
        if row.status not in {STATUS.NOT_DONE, STATUS.UNKNOWN}:
            raise StatusRefused(_("Only a message that failed or is unsure can be written off."))
        row.status, row.error = STATUS.STOPPED, written(Reason.SETTLED, by.name)
        row.save(update_fields=["status", "error"])
        return row


def _locked(message: Communication) -> Communication:
    row: Communication = Communication.objects.select_for_update().get(pk=message.pk)
    return row


def _waits_for_another() -> Any:
    """Whether another message to the same patient over the same channel goes first.

    While one is being sent it is not known what the patient was told; and a reminder waits for a fresh change notice,
    which may tell the same.
    """
    others = Communication.objects.filter(patient=OuterRef("patient"), channel=OuterRef("channel"))
    others = others.exclude(pk=OuterRef("pk"))
    in_hand = Exists(others.filter(status=STATUS.IN_PROGRESS))
    change = Communication.Kind.CHANGE
    fresh = Exists(others.filter(kind=change, status=STATUS.PREPARATION, attempts=0))
    return Q(in_hand) | (Q(fresh) & ~Q(kind=change))


def _claim(message_id: UUID, now: datetime.datetime) -> Communication | None:
    """Take a due message, freeze what it says, and commit; None when there is nothing to send (now)."""
    try:
        with transaction.atomic(durable=True):
            free = Communication.objects.due(now).filter(pk=message_id).filter(~_waits_for_another())
            row = free.select_for_update(skip_locked=True).first()  # the patient is read after the lock
            return _take(row, now) if row is not None else None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
            raise
        return None  # someone changes the patient's visits this very moment


def _take(message: Communication, now: datetime.datetime) -> Communication | None:
    try:
        changes = _compose(message, now)
    except NothingToSay as nothing:
        message.status, message.error = STATUS.STOPPED, written(nothing.reason)
    except NotSent as refusal:
        message.status, message.error = STATUS.NOT_DONE, written(refusal.reason)
    except NotNow as later:
        message.due_at = later.until
    else:
        _freeze(message, changes, now)
        return message
    message.save(update_fields=["status", "error", "due_at"])
    return None


def _compose(message: Communication, now: datetime.datetime) -> list[Change]:
    """Fill in address, language and text of a message. Raises NothingToSay, NotNow, or NotSent without an address."""
    patient, rules = message.patient, booking_policy()
    wish = ContactConsent.objects.filter(patient=patient, channel=message.channel, is_given=True).first()
    if wish is None:
        raise NothingToSay(Reason.NO_CONSENT)
    if patient.archived_at is not None:
        raise NothingToSay(Reason.ARCHIVED)
    changes: list[Change] = []
    language = patient.language if patient.language in LANGUAGES else LANGUAGES[0]
    words: Any = {"rules": rules, "language": language}
    words["stop_link"] = stop_link(patient.pk, message.channel, now=now)
    if message.kind == Communication.Kind.OFFER:
        offer = offer_of(message, now=now)
        _let_sleep(message, offer.expires_at or offer.start, rules, now)
        message.subject, message.body = write_offer(message, offer.start, offer.expires_at, **words)
    else:
        if message.kind == Communication.Kind.REMINDER:
            changes = reminder_of(message, rules=rules, now=now)
        else:
            changes = changes_of(message, since=wish.changed_at, now=now)
            _let_sleep(message, min(change.before or change.start for change in changes), rules, now)
        message.subject, message.body = write_text(message, changes, **words)
    message.address, message.language = _address(message), language
    return changes


def _let_sleep(
    message: Communication, soonest: datetime.datetime, rules: BookingPolicy, now: datetime.datetime
) -> None:
    """Let a text message wait for the end of the quiet hours, unless it would then be too late. Raises NotNow."""
    if message.channel == Channel.SMS and is_quiet(now, rules=rules):
        end = quiet_end(now, rules=rules)
        if end < soonest:
            raise NotNow(end)


def _address(message: Communication) -> str:
    patient = message.patient
    if message.channel == Channel.SMS:
        if not is_mobile(patient.phone):
            raise NotSent(Reason.NO_MOBILE)
        return str(patient.phone)
    if not patient.email:
        raise NotSent(Reason.NO_ADDRESS)
    return str(patient.email)


def _freeze(message: Communication, changes: list[Change], now: datetime.datetime) -> None:
    message.status, message.claimed_at, message.error = STATUS.IN_PROGRESS, now, ""
    message.attempts += 1
    message.save(update_fields=["status", "claimed_at", "error", "attempts", "address", "language", "subject", "body"])
    CommunicationLine.objects.filter(communication=message).delete()
    CommunicationLine.objects.bulk_create(
        CommunicationLine(
            communication=message,
            appointment=change.visit,
            kind=change.kind,
            start=change.start,
            practitioner=change.practitioner,
        )
        for change in changes
    )


def _write_off(message: Communication, status: str, **values: Any) -> str:
    """Write what became of an attempt, unless it is no longer ours: swept and sent again by hand meanwhile."""
    with transaction.atomic(durable=True):
        ours = Communication.objects.filter(
            pk=message.pk, claimed_at=message.claimed_at, status__in=[STATUS.IN_PROGRESS, STATUS.UNKNOWN]
        )
        ours.update(status=status, **values)
    return status


def _try_later(message: Communication, refusal: NotSent, now: datetime.datetime) -> str:
    """Put a message that surely did not leave back in the outbox, or give up after the sixth attempt."""
    error = written(refusal.reason, refusal.detail)
    if refusal.is_final or message.attempts >= MOST_ATTEMPTS:
        return _write_off(message, STATUS.NOT_DONE, error=error)
    with transaction.atomic(durable=True):
        row = Communication.objects.select_for_update().get(pk=message.pk)
        if row.claimed_at != message.claimed_at or row.status not in {STATUS.IN_PROGRESS, STATUS.UNKNOWN}:
            return str(row.status)
        _wait(row, now + wait_after(message.attempts), error=error, attempts=row.attempts)
        return str(row.status)


def wait_after(attempts: int) -> datetime.timedelta:
    """Return how long to wait after so many attempts: 1, 5, 15, 60 and 240 minutes, a fifth more or less."""
    return WAITS[attempts - 1] * (0.8 + 0.4 * secrets.randbelow(1000) / 1000)


def _wait(row: Communication, due_at: datetime.datetime, *, error: str, attempts: int) -> None:
    """Let a message wait for its next attempt; a change notice behind which a later one waits is stopped instead."""
    row.status, row.due_at, row.error, row.attempts = STATUS.PREPARATION, due_at, error, attempts
    try:
        with transaction.atomic():
            row.save(update_fields=["status", "due_at", "error", "attempts"])
    except IntegrityError:
        row.status, row.error = STATUS.STOPPED, written(Reason.REPLACED)
        row.save(update_fields=["status", "error"])
