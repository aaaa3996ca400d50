"""Whose patient somebody is, as the agenda tells it (settings.PATIENT_RELATIONS)."""

import datetime

from accounts.relations import Ties
from scheduling.models import Appointment

# A choice of the practice: a visit makes a patient one's own for two years; after that, one says why.
REMEMBERED = datetime.timedelta(days=2 * 365)


def of_visits(now: datetime.datetime) -> Ties:
    """The therapist of a visit that is to come or took place in the last two years: whoever stands in, too."""
    return Ties(Appointment.objects.occupying().filter(start__gte=now - REMEMBERED))
