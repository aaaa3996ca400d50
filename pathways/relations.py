"""Whose patient somebody is, as the plans tell it (settings.PATIENT_RELATIONS)."""

import datetime

from accounts.relations import Ties
from pathways.models import CarePlan


def of_plans(now: datetime.datetime) -> Ties:
    """The therapist who decides on a plan."""
    return Ties(CarePlan.objects.filter(practitioner__isnull=False))
