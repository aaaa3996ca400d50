"""Whose patient somebody is, as the record tells it (settings.PATIENT_RELATIONS)."""

import datetime

from accounts.relations import Ties
from patients.models import Encounter, EpisodeOfCare, Patient


def of_account(now: datetime.datetime) -> Ties:
    """The patient's own portal account."""
    return Ties(Patient.objects.filter(user__isnull=False), patient="id", account="user_id")


def of_episodes(now: datetime.datetime) -> Ties:
    """The therapist of an episode, whatever became of it."""
    return Ties(EpisodeOfCare.objects.filter(practitioner__isnull=False))


def of_encounters(now: datetime.datetime) -> Ties:
    """Who had a contact with the patient: one may always read again what one wrote."""
    rows = Encounter.objects.filter(practitioner__isnull=False)
    return Ties(rows.exclude(status=Encounter.Status.CANCELLED))
