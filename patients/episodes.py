"""One complaint of one patient, from the first call to discharge."""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from accounts.locking import locked
from accounts.models import User
from accounts.versions import refuse_stale
from patients.doctors import find_or_add_doctor
from patients.models import EpisodeOfCare, Patient
from patients.validation import check_row

RUNNING = (EpisodeOfCare.Status.PLANNED, EpisodeOfCare.Status.ACTIVE, EpisodeOfCare.Status.ON_HOLD)


def open_episode(patient: Patient, *, by: User, now: datetime.datetime, **fields: Any) -> EpisodeOfCare:
    """Begin an episode of care, today unless `started_on` says otherwise.

    `referrer` is an external doctor or a name. Raises InvalidRecord naming each wrong field.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row = EpisodeOfCare(patient=patient, **{"started_on": timezone.localdate(now), **_readable(fields)})
        _settle(row, now)
        row.save(force_insert=True)
        return row


def correct_episode(
    episode: EpisodeOfCare, *, by: User, now: datetime.datetime, version: int | None = None, **fields: Any
) -> EpisodeOfCare:
    """Correct an episode, close it (status finished or cancelled) or open it again. The old values stay in the history.

    Closing without `ended_on` ends it today. `version` is the one that the editor saw. Raises EditConflict when someone
    else changed it since, InvalidRecord.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        current: EpisodeOfCare = locked(EpisodeOfCare.objects.select_related("referrer", "practitioner"), episode.pk)
        given = _readable(fields)
        refuse_stale(current, version=version, given=given, also=["status"])
        for name, value in given.items():
            setattr(current, name, value)
        _settle(current, now)
        current.save(update_fields=[*{*fields, "ended_on"}])
        return current


def _readable(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with a doctor's row for the doctor's name."""
    referrer = fields.get("referrer")
    return {**fields, "referrer": find_or_add_doctor(referrer)} if isinstance(referrer, str) else fields


def _settle(row: EpisodeOfCare, now: datetime.datetime) -> None:
    """Give a closed episode an end and an open one none, then check it."""
    row.ended_on = None if row.status in RUNNING else row.ended_on or timezone.localdate(now)
    check_row(row)
