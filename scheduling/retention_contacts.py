"""Which visits count as a contact for the time that a record is kept."""

from patients.retention import Contacts
from scheduling.models import Appointment


def kept_visits() -> list[Contacts]:
    """Visits to which the patient came."""
    came = [Appointment.Status.ARRIVED, Appointment.Status.FULFILLED]
    return [Contacts(Appointment.objects.filter(status__in=came), "start")]
