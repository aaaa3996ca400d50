"""What happens to a visit on the day: the patient arrives, the visit is done, or nobody came."""

import datetime

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.versions import refuse_stale
from patients.models import Encounter, EpisodeOfCare, SessionNote
from patients.prescriptions import open_prescription
from scheduling.exceptions import StatusRefused
from scheduling.models import Appointment
from scheduling.outbox import announce_change
from scheduling.signals import visit_returned, visit_returning
from scheduling.writing import MOVABLE, locked_visit, retried, running_episode, save_or_refuse

_STATUS = Appointment.Status


@retried
def mark_arrived(
    appointment: Appointment, *, by: User, now: datetime.datetime, version: int | None = None
) -> Appointment:
    """Mark that the patient is here, and begin the contact. Raises StatusRefused.

    The contact counts on the oldest prescription with sessions left (a phone call on none). A patient without one
    running episode arrives without a contact: the therapist makes it when it is known for which complaint.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = _as_seen(locked_visit(appointment), version)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked can be marked as arrived."))
        visit.episode = visit.episode or running_episode(visit.patient)
        if visit.episode is not None:
            visit.encounter = _begin(visit, visit.episode, now)
        visit.status = _STATUS.ARRIVED
        visit.save(update_fields=["status", "episode", "encounter"])
        return visit


@retried
def mark_fulfilled(
    appointment: Appointment, *, by: User, now: datetime.datetime, version: int | None = None
) -> Appointment:
    """Mark that the visit is done and finish its contact. Raises StatusRefused unless the patient had arrived."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = _as_seen(locked_visit(appointment), version)
        if visit.status != _STATUS.ARRIVED:
            raise StatusRefused(_("Only a visit of a patient who has arrived can be done."))
        contact = visit.encounter
        if contact is not None and contact.status == Encounter.Status.IN_PROGRESS:
            contact.status, contact.ended_at = Encounter.Status.FINISHED, max(now, contact.started_at)
            contact.save(update_fields=["status", "ended_at"])
        visit.status = _STATUS.FULFILLED
        visit.save(update_fields=["status"])
        return visit


@retried
def mark_no_show(
    appointment: Appointment, *, by: User, now: datetime.datetime, version: int | None = None
) -> Appointment:
    """Mark that nobody came; only once the visit should have begun. Raises StatusRefused."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit = _as_seen(locked_visit(appointment), version)
        if visit.status not in MOVABLE:
            raise StatusRefused(_("Only a visit that is booked can be marked as missed."))
        if visit.start > now:
            raise StatusRefused(_("This visit has not begun yet."))
        visit.status = _STATUS.NO_SHOW
        visit.save(update_fields=["status"])
        return visit


@retried
def reopen(appointment: Appointment, *, by: User, now: datetime.datetime, version: int | None = None) -> Appointment:
    """Take the last step back: done to arrived, any other to booked. Raises StatusRefused or SlotTaken.

    A contact that already holds a note or measurements is not thrown away: then the arrival stands.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        visit_returning.send(Appointment, appointment=appointment)
        visit = _as_seen(locked_visit(appointment), version)
        if visit.status in MOVABLE:
            raise StatusRefused(_("This visit is booked already."))
        contact = visit.encounter
        if visit.status == _STATUS.FULFILLED:
            visit.status = _STATUS.ARRIVED
            if contact is not None:
                contact.status, contact.ended_at = Encounter.Status.IN_PROGRESS, None
                contact.save(update_fields=["status", "ended_at"])
        else:
            if visit.status == _STATUS.ARRIVED and contact is not None:
                _discard(contact, now)
                visit.encounter = None
            visit.status, visit.cancellation_reason, visit.cancellation_code = _STATUS.BOOKED, "", ""
            visit.cancelled_at, visit.is_late_cancellation = None, False
        save_or_refuse(visit)
        visit_returned.send(Appointment, appointment=visit)
        announce_change(visit.patient_id, now=now)
        return visit


def _as_seen(visit: Appointment, version: int | None) -> Appointment:
    """Refuse a step from a status that the visit no longer has: "undo" sent twice would undo two steps."""
    refuse_stale(visit, version=version, given={}, also=["status"])
    return visit


def _begin(visit: Appointment, episode: EpisodeOfCare, now: datetime.datetime) -> Encounter:
    """Begin the contact of a visit; the episode's lock keeps two arrivals from using the same last session."""
    EpisodeOfCare.objects.select_for_update(no_key=True).get(pk=episode.pk)
    counted = visit.type != Encounter.Kind.PHONE
    contact: Encounter = Encounter.objects.create(
        patient=visit.patient,
        episode=episode,
        kind=visit.type,
        status=Encounter.Status.IN_PROGRESS,
        practitioner=visit.practitioner,
        prescription=open_prescription(episode, on=timezone.localdate(now)) if counted else None,
        started_at=now,
    )
    return contact


def _discard(contact: Encounter, now: datetime.datetime) -> None:
    if (
        contact.note
        or contact.observations.exists()
        or Encounter.objects.filter(pk=contact.pk, intake__isnull=False).exists()
        or SessionNote.objects.filter(encounter=contact).exists()
    ):
        raise StatusRefused(_("This contact already holds a note or measurements."))
    contact.status, contact.ended_at = Encounter.Status.CANCELLED, max(now, contact.started_at)
    contact.save(update_fields=["status", "ended_at"])
