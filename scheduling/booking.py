"""Booking, moving and cancelling a visit. The database refuses what clashes; this says so in a person's words.

Who writes on a day first takes that day's lock, so that two people who book at once wait for each other instead of
failing, and never deadlock; the exclusion constraints of Appointment hold for every other writer as well.
"""

import datetime
from collections.abc import Iterable
from typing import Any

import pghistory
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import Practitioner, User
from patients.models import Encounter, EpisodeOfCare, Patient
from scheduling.arrival import mark_arrived, mark_fulfilled, mark_no_show, reopen
from scheduling.exceptions import InThePast, NoRoomFree, OutsideHours, SlotTaken, StatusRefused
from scheduling.models import Appointment, AppointmentSeries, Room, booking_policy
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.outbox import announce_change
from scheduling.slots import is_within_hours, needs_room, rooms_for
from scheduling.writing import MOVABLE, lock_days, locked, mismatch, running_episode, save_or_refuse, taken

__all__ = ["book", "cancel", "mark_arrived", "mark_fulfilled", "mark_no_show", "move", "reopen"]

_STATUS, _OTHER = Appointment.Status, Appointment.CancellationReason.OTHER


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
    `override_reason` allows a visit outside working hours. Raises InvalidInput, InThePast, OutsideHours, NoRoomFree,
    SlotTaken or IdempotencyMismatch.
    """
    visit = Appointment(
        patient=patient,
        practitioner=practitioner,
        room=room,
        episode=episode,
        type=type,
        start=start,
        end=_end(start, minutes),
        note=note.strip(),
        override_reason=override_reason.strip(),
        idempotency_key=idempotency_key or None,
        series=series,
        fills=fills,
        booked_by=by,
        created_at=now,
    )
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        _check_values(visit)
        lock_days(start, visit.end)
        earlier = _booked_before(visit)
        if earlier is not None:
            return earlier
        _check_moment(visit, now)
        visit.episode = episode or running_episode(patient)
        _put_in_a_room(visit)
        announce_change(visit.patient_id, now=now)
        return visit


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
) -> Appointment:
    """Move a visit that has not begun; what is not given stays. Its room stays if it is free, else another is taken.

    Raises InvalidInput, StatusRefused, InThePast, OutsideHours, NoRoomFree or SlotTaken.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = locked(appointment, *([start] if start else []))
        start = start or visit.start
        end = _end(start, visit.minutes if minutes is None else minutes)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked and has not begun can be moved."))
        visit.start, visit.end = start, end
        visit.practitioner = practitioner or visit.practitioner
        visit.override_reason = override_reason.strip() or visit.override_reason
        before, visit.room = visit.room, room
        _check_values(visit)
        _check_moment(visit, now, override_reason=override_reason)
        _put_in_a_room(visit, before=before)
        announce_change(visit.patient_id, now=now)
        return visit


def cancel(
    appointment: Appointment, *, by: User, now: datetime.datetime, reason: str = "", code: str = ""
) -> Appointment:
    """Cancel a visit that has not begun; its time is free again and the patient is told. Raises StatusRefused.

    `code` is one of Appointment.CancellationReason, `reason` says more in words. Whether it was late is kept with the
    visit, by the rules of that moment.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = locked(appointment)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked and has not begun can be cancelled."))
        visit.cancellation_code = code if code in Appointment.CancellationReason.values else _OTHER
        late_from = visit.start - datetime.timedelta(hours=booking_policy().cancel_until_hours)
        visit.is_late_cancellation = now > late_from and visit.cancellation_code.startswith("pat")
        visit.status, visit.cancelled_at = _STATUS.CANCELLED, now
        visit.cancellation_reason = reason.strip()[:200]
        fields = ["status", "cancelled_at", "is_late_cancellation", "cancellation_code", "cancellation_reason"]
        visit.save(update_fields=fields)
        announce_change(visit.patient_id, now=now)
        return visit


def _end(start: datetime.datetime, minutes: int) -> datetime.datetime:
    """Return the end of a visit: real minutes later, also when the clock changes."""
    if not 5 <= minutes <= LONGEST_MINUTES:
        sentence = _("A visit lasts 5 to %(most)d minutes.") % {"most": LONGEST_MINUTES}
        raise InvalidInput(sentence, errors={"minutes": [sentence]})
    return (start.astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)).astimezone(start.tzinfo)


def _check_values(visit: Appointment) -> None:
    errors: dict[str, list[str]] = {}
    if visit.type not in Encounter.Kind.values or visit.type == Encounter.Kind.SELF_REPORT:
        errors["type"] = [_("This kind of contact cannot be booked.")]
    if visit.patient.archived_at is not None:
        errors["patient"] = [_("This patient is archived.")]
    if not visit.practitioner.is_active:
        errors["practitioner"] = [_("This physiotherapist no longer works here.")]
    if visit.room is not None and not visit.room.is_active:
        errors["room"] = [_("This room is not in use.")]
    if visit.episode is not None and visit.episode.patient_id != visit.patient_id:
        errors["episode"] = [_("This episode belongs to another patient.")]
    for name in ("note", "override_reason"):
        if len(getattr(visit, name)) > 200:
            errors[name] = [_("At most 200 characters.")]
    if len(visit.idempotency_key or "") > 80:
        errors["idempotency_key"] = [_("At most 80 characters.")]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors=errors)


def _check_moment(visit: Appointment, now: datetime.datetime, *, override_reason: str | None = None) -> None:
    """Refuse a visit that would be over already, or outside the hours without a reason written for this moment."""
    if visit.end < now:
        raise InThePast(_("This moment is already over."))
    reason = visit.override_reason if override_reason is None else override_reason.strip()
    if not reason and not is_within_hours(visit.practitioner, visit.start, visit.end):
        raise OutsideHours(_("%(name)s does not work then.") % {"name": visit.practitioner.name}, clash="hours")


def _put_in_a_room(visit: Appointment, *, before: Room | None = None) -> None:
    """Write the visit in the room it names, or in the first room that serves and is free (`before`: preferred)."""
    if visit.room is not None or not needs_room(visit.type):
        save_or_refuse(visit)
        return
    free = _free_rooms(visit, before)
    for room in free:
        visit.room = room
        try:
            save_or_refuse(visit)
        except SlotTaken as refusal:
            if refusal.clash != "room":
                raise
        else:
            return
    _refuse_clash_of_people(visit)
    raise NoRoomFree


def _free_rooms(visit: Appointment, before: Room | None) -> list[Room]:
    overlapping = Appointment.objects.occupying().between(visit.start, visit.end).exclude(pk=visit.pk)
    full = set(overlapping.values_list("room_id", flat=True))
    rooms: Iterable[Room] = rooms_for(visit.type)
    return sorted((room for room in rooms if room.pk not in full), key=lambda room: room != before)


def _refuse_clash_of_people(visit: Appointment) -> None:
    """Without a free room, first say that the therapist or the patient is taken when that is so."""
    overlapping = Appointment.objects.occupying().between(visit.start, visit.end).exclude(pk=visit.pk)
    for practitioner, patient in overlapping.values_list("practitioner_id", "patient_id"):
        if practitioner == visit.practitioner_id:
            raise taken("therapist")
        if patient == visit.patient_id:
            raise taken("patient")


def _booked_before(visit: Appointment) -> Appointment | None:
    """Return the visit that the same key booked before; its first version is compared, it may have moved since."""
    if visit.idempotency_key is None:
        return None
    earlier = Appointment.objects.filter(booked_by=visit.booked_by, idempotency_key=visit.idempotency_key).first()
    if earlier is None:
        return None
    first: Any = earlier.events.order_by("pgh_id").first() or earlier
    names = ["patient_id", "practitioner_id", "start", "end", "type", "note"]
    names += ["room_id"] if visit.room_id else []
    names += ["episode_id"] if visit.episode_id else []
    if any(getattr(first, name) != getattr(visit, name) for name in names):
        raise mismatch()
    found: Appointment = earlier
    return found
