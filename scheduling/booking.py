"""Booking, moving and cancelling a visit. The database refuses what clashes; this says so in a person's words.

Who writes on a day first takes that day's lock, so that two people who book at once wait for each other instead of
failing, and never deadlock; the exclusion constraints of Appointment hold for every other writer as well.
"""

import datetime
from typing import Any
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from accounts.versions import refuse_stale
from patients.models import EpisodeOfCare, Patient
from scheduling.around import Around, read_around
from scheduling.arrival import mark_arrived, mark_fulfilled, mark_no_show, reopen
from scheduling.availability import Place
from scheduling.booking_rules import check_moment, check_values, end_of
from scheduling.exceptions import StatusRefused
from scheduling.models import Appointment, AppointmentSeries, Room, booking_policy
from scheduling.outbox import announce_change
from scheduling.patient_rights import late_from
from scheduling.placing import put_in_place
from scheduling.querysets import LONGEST_VISIT
from scheduling.writing import MOVABLE, lock_days, locked_visit, mismatch, retried

__all__ = ["book", "cancel", "mark_arrived", "mark_fulfilled", "mark_no_show", "move", "reopen"]

_STATUS, _OTHER = Appointment.Status, Appointment.CancellationReason.OTHER


@retried
def book(
    patient: Patient,
    *,
    practitioner: Practitioner,
    start: datetime.datetime,
    minutes: int,
    type: str,
    by: User,
    now: datetime.datetime,
    room: Room | None = None,
    episode: EpisodeOfCare | None = None,
    note: str = "",
    override_reason: str = "",
    idempotency_key: str | None = None,
    series: AppointmentSeries | None = None,
    fills: Appointment | None = None,
) -> Appointment:
    """Book a visit of `minutes`; without `room` the best free one is taken, without `episode` the only running one.

    `series` is the series that it belongs to, `fills` the cancelled visit whose time it takes. The patient is told.
    The same `by` and `idempotency_key` with the same content gives the visit that was booked before. A written
    `override_reason` allows what breaks a soft rule: RuleBroken (OutsideHours, WithinBuffer, TooLong).

    Raises InvalidInput, InThePast, RuleBroken, NoRoomFree, SlotTaken, IdempotencyMismatch or TooBusy.
    """
    visit = Appointment(patient=patient, practitioner=practitioner, room=room, episode=episode, type=type, start=start)
    visit.end, visit.booked_by, visit.created_at = end_of(start, minutes), by, now
    visit.note, visit.override_reason = note.strip(), override_reason.strip()
    visit.series, visit.fills, visit.idempotency_key = series, fills, idempotency_key or None
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        check_values(visit)
        lock_days(visit.start, visit.end)
        around = read_around(visit)
        if around.earlier is not None:
            return _booked_before(visit, around.earlier)
        return _write_new(visit, around, now)


def _write_new(visit: Appointment, around: Around, now: datetime.datetime) -> Appointment:
    check_moment(visit, around, now=now, reason=visit.override_reason)
    visit.episode_id = visit.episode_id or around.only_episode
    put_in_place(visit)
    announce_change(visit.patient_id, now=now)
    return visit


@retried
def move(
    appointment: Appointment,
    *,
    by: User,
    now: datetime.datetime,
    start: datetime.datetime | None = None,
    minutes: int | None = None,
    practitioner: Practitioner | None = None,
    room: Room | None = None,
    override_reason: str = "",
    version: int | None = None,
    was: datetime.datetime | None = None,
) -> Appointment:
    """Move a visit that has not begun; what is not given stays. Its room stays if it is free, else another is taken.

    Breaking a soft rule needs an `override_reason` of its own. `version` (EditConflict) or `was`, its beginning
    (StatusRefused), say what the mover saw. Raises InvalidInput, InThePast, RuleBroken, NoRoomFree, SlotTaken, TooBusy.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = locked_visit(appointment, *([start, start + LONGEST_VISIT] if start else []))
        start = start or visit.start
        end = end_of(start, visit.minutes if minutes is None else minutes)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked and has not begun can be moved."))
        if was not in {None, visit.start}:
            raise StatusRefused(_("A colleague moved this visit meanwhile."))
        practitioner = practitioner or visit.practitioner
        place = {"start": start, "end": end, "practitioner": practitioner}
        refuse_stale(visit, version=version, given=place)
        has_new_length = minutes not in {None, visit.minutes}
        before, visit.room = Place(visit.room, visit.equipment), room
        visit.start, visit.end, visit.practitioner = start, end, practitioner
        visit.override_reason = override_reason.strip() or visit.override_reason
        check_values(visit)
        check_moment(visit, read_around(visit), now=now, reason=override_reason, has_new_length=has_new_length)
        put_in_place(visit, before=before)
        announce_change(visit.patient_id, now=now)
        return visit


@retried
def cancel(
    appointment: Appointment,
    *,
    by: User,
    now: datetime.datetime,
    reason: str = "",
    code: str = "",
    version: int | None = None,
) -> Appointment:
    """Cancel a visit that has not begun; its time is free again and the patient is told. Raises StatusRefused.

    `code` is one of Appointment.CancellationReason, `reason` says more in words. Whether it was late is kept with the
    visit, by the rules of that moment. Raises EditConflict when it was moved since `version`.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = locked_visit(appointment)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked and has not begun can be cancelled."))
        refuse_stale(visit, version=version, given={}, also=["start", "end", "practitioner"])
        visit.cancellation_code = code if code in Appointment.CancellationReason.values else _OTHER
        is_late = now > late_from(visit, booking_policy())
        visit.is_late_cancellation = is_late and visit.cancellation_code.startswith("pat")
        visit.status, visit.cancelled_at = _STATUS.CANCELLED, now
        visit.cancellation_reason = reason.strip()[:200]
        fields = ["status", "cancelled_at", "is_late_cancellation", "cancellation_code", "cancellation_reason"]
        visit.save(update_fields=fields)
        announce_change(visit.patient_id, now=now)
        return visit


def _booked_before(visit: Appointment, pk: UUID) -> Appointment:
    """Return the visit that the same key booked before; its first version is compared, it may have moved since."""
    earlier: Any = Appointment.objects.get(pk=pk)
    first: Any = earlier.events.order_by("pgh_id").first() or earlier
    names = ["patient_id", "practitioner_id", "start", "end", "type", "note"]
    names += ["room_id"] if visit.room_id else []
    names += ["episode_id"] if visit.episode_id else []
    if any(getattr(first, name) != getattr(visit, name) for name in names):
        raise mismatch()
    found: Appointment = earlier
    found.is_repeat = True
    return found
