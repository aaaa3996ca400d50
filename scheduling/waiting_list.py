"""The waiting list: who waits for a visit, what would suit, and how a place on the calendar is given.

Locks are taken in one order, also by who agrees to a proposal: the entry, then the days. Proposals that hang on an
entry are never waited for: whoever is agreeing to one finds the entry closed and is refused.
"""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.locking import locked
from accounts.models import Practitioner, User
from accounts.versions import refuse_stale
from patients.models import Encounter, Patient
from scheduling.booking import book
from scheduling.models import Appointment, Proposal, WaitingListEntry
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.writing import lock_days, retried

LONGEST_NOTE = 200
_STATUS = WaitingListEntry.Status
_FIELDS = [
    "type", "minutes", "weekdays", "not_before", "not_after", "earliest", "latest", "priority", "note",
]  # fmt: skip


class AlreadyWaiting(DomainError):
    """The patient waits for this kind of visit already."""


class AlreadyPlaced(DomainError):
    """Somebody was first: the entry has its visit."""


class NotWaiting(DomainError):
    """The entry was taken off the list."""


def join(
    patient: Patient,
    *,
    type: str,
    minutes: int,
    practitioners: Collection[Practitioner] = (),
    weekdays: Collection[int] = (),
    not_before: datetime.time | None = None,
    not_after: datetime.time | None = None,
    earliest: datetime.date,
    latest: datetime.date | None = None,
    priority: str = WaitingListEntry.Priority.ROUTINE,
    note: str = "",
    by: User,
    now: datetime.datetime,
) -> WaitingListEntry:
    """Put a patient on the list for a visit of `minutes`; what is left empty suits in any way (see wishes.Wish).

    Raises InvalidInput, or AlreadyWaiting when the patient waits for this kind of visit.
    """
    entry = WaitingListEntry(
        patient=patient, type=type, minutes=minutes, weekdays=sorted(weekdays), not_before=not_before,
        not_after=not_after, earliest=earliest, latest=latest, priority=priority, note=note.strip(), created_by=by,
        created_at=now,
    )  # fmt: skip
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        _check(entry, practitioners)
        _refuse_second(entry)
        entry.save(force_insert=True)
        entry.practitioners.set(practitioners)
        return entry


def change(
    entry: WaitingListEntry,
    *,
    practitioners: Collection[Practitioner],
    by: User,
    now: datetime.datetime,
    version: int | None = None,
    **values: Any,
) -> WaitingListEntry:
    """Change what a patient waits for; `values` are those of `join`, what is not given stays. `now` only documents.

    `version` is the one that the editor saw. Raises EditConflict when somebody changed the entry since, InvalidInput,
    AlreadyWaiting, AlreadyPlaced or NotWaiting.
    """
    unknown = set(values) - set(_FIELDS)
    if unknown:
        raise TypeError(f"unknown: {sorted(unknown)}")
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(entry)
        _require_waiting(row)
        values["weekdays"] = sorted(values.get("weekdays", row.weekdays))
        values["note"] = values.get("note", row.note).strip()
        refuse_stale(row, version=version, given={**values, "practitioners": practitioners})
        for name, value in values.items():
            setattr(row, name, value)
        _check(row, practitioners)
        _refuse_second(row)
        row.save(update_fields=_FIELDS)
        row.practitioners.set(practitioners)
        return row


def withdraw(entry: WaitingListEntry, *, by: User, now: datetime.datetime) -> WaitingListEntry:
    """Take a patient off the list; open offers for the entry end. Twice changes nothing. Raises AlreadyPlaced."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(entry)
        if row.status == _STATUS.WITHDRAWN:
            return row
        _require_waiting(row)
        row.status, row.closed_at = _STATUS.WITHDRAWN, now
        row.save(update_fields=["status", "closed_at"])
        _end_offers(row, by=by, now=now)
        return row


def put_back(entry: WaitingListEntry, *, by: User, now: datetime.datetime) -> WaitingListEntry:
    """Undo `withdraw`, or a place whose visit was called off: the patient waits again, since when it was.

    Raises AlreadyPlaced while the visit stands, or AlreadyWaiting.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(entry)
        is_called_off = row.appointment is not None and not row.appointment.occupies
        if row.status == _STATUS.WITHDRAWN or is_called_off:
            _refuse_second(row)
            row.status, row.appointment, row.closed_at = _STATUS.WAITING, None, None
            row.save(update_fields=["status", "appointment", "closed_at"])
        _require_waiting(row)
        return row


@retried
def book_entry(
    entry: WaitingListEntry,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    by: User,
    now: datetime.datetime,
    fills: Appointment | None = None,
    idempotency_key: str | None = None,
) -> Appointment:
    """Book the visit that a patient waits for; the visit is linked and the entry closed together or not at all.

    `fills` is the cancelled visit whose time it takes. The same key again gives the same visit. Raises AlreadyPlaced
    when somebody was first, NotWaiting when the entry was taken off, and what `scheduling.booking.book` refuses.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = _locked(entry)
        lock_days(start)
        placed = row.appointment
        if placed is not None and idempotency_key and placed.idempotency_key == idempotency_key:
            same: Appointment = placed
            return same
        _require_waiting(row)
        visit = book(
            row.patient, practitioner=practitioner, start=start, minutes=row.minutes, type=row.type,
            episode=row.episode, by=by, now=now, fills=fills, idempotency_key=idempotency_key,
        )  # fmt: skip
        _close(row, visit, now)
        return visit


def close_with(entry: WaitingListEntry, appointment: Appointment, *, now: datetime.datetime) -> WaitingListEntry:
    """Close an entry with a visit that was booked for it another way (an offer that the patient agreed to).

    With the same visit again nothing changes. Raises AlreadyPlaced or NotWaiting.
    """
    with transaction.atomic():
        row = _locked(entry)
        if row.appointment_id != appointment.pk:
            _require_waiting(row)
            _close(row, appointment, now)
        return row


def _close(row: WaitingListEntry, visit: Appointment, now: datetime.datetime) -> None:
    row.status, row.appointment, row.closed_at = _STATUS.BOOKED, visit, now
    row.save(update_fields=["status", "appointment", "closed_at"])
    _end_offers(row, by=visit.booked_by, now=now)


def _end_offers(row: WaitingListEntry, *, by: User, now: datetime.datetime) -> None:
    """End the open offers for an entry, but not one that somebody is answering at this moment."""
    waiting = Proposal.objects.filter(waiting_list_entry=row, status=Proposal.Status.NEEDS_ACTION)
    free = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Proposal.objects.filter(pk__in=free).update(status=Proposal.Status.EXPIRED, answered_by=by, answered_at=now)


def _locked(entry: WaitingListEntry) -> WaitingListEntry:
    """Return the entry as it is now, locked."""
    row: WaitingListEntry = locked(
        WaitingListEntry.objects.select_related("patient", "episode", "appointment"), entry.pk
    )
    return row


def _require_waiting(row: WaitingListEntry) -> None:
    if row.status == _STATUS.BOOKED:
        raise AlreadyPlaced(_("This patient already has an appointment from the waiting list."))
    if row.status == _STATUS.WITHDRAWN:
        raise NotWaiting(_("This patient was taken off the waiting list."))


def _refuse_second(entry: WaitingListEntry) -> None:
    """Refuse to wait twice for one kind of visit: then one place would be given twice."""
    Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=entry.patient_id)
    same = WaitingListEntry.objects.waiting().filter(patient=entry.patient_id, type=entry.type)
    if same.exclude(pk=entry.pk).exists():
        raise AlreadyWaiting(_("This patient is on the waiting list for this kind of visit already."))


def _check(entry: WaitingListEntry, practitioners: Iterable[Practitioner]) -> None:
    errors: dict[str, str] = {}
    if entry.type not in Encounter.Kind.values or entry.type == Encounter.Kind.SELF_REPORT:
        errors["type"] = _("This kind of contact cannot be booked.")
    if not 5 <= entry.minutes <= LONGEST_MINUTES:
        errors["minutes"] = _("A visit lasts 5 to %(most)d minutes.") % {"most": LONGEST_MINUTES}
    if entry.patient.archived_at is not None:
        errors["patient"] = _("This patient is archived.")
    if not all(each.is_active for each in practitioners):
        errors["practitioners"] = _("This physiotherapist no longer works here.")
    if not set(entry.weekdays) <= set(range(1, 8)):
        errors["weekdays"] = _("A weekday runs from 1 (Monday) to 7 (Sunday).")
    if entry.latest is not None and entry.latest < entry.earliest:
        errors["latest"] = _("The window ends before it begins.")
    if entry.priority not in WaitingListEntry.Priority.values:
        errors["priority"] = _("Choose one of the urgencies.")
    if len(entry.note) > LONGEST_NOTE:
        errors["note"] = _("At most 200 characters.")
    if "minutes" not in errors and _is_too_short(entry):
        errors["not_after"] = _("The visit does not fit between these times.")
    if errors:
        raise InvalidInput(next(iter(errors.values())), errors={name: [text] for name, text in errors.items()})


def _is_too_short(entry: WaitingListEntry) -> bool:
    first, last = entry.not_before or datetime.time(), entry.not_after
    if last is None:
        return first.hour * 60 + first.minute + entry.minutes > 24 * 60
    return (last.hour - first.hour) * 60 + last.minute - first.minute < entry.minutes
