"""What patients do with their own visits, held to the practice's rules (scheduling.patient_rights)."""

import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from scheduling.booking import cancel
from scheduling.exceptions import StatusRefused
from scheduling.models import Appointment, HealthcareService, booking_policy
from scheduling.patient_rights import rights_for

_REASON = Appointment.CancellationReason
# The few reasons that a patient chooses from. Each is a patient's own: cancelling late with it counts as late.
REASONS = [
    (_REASON.PATIENT.value, _("I cannot come then")),
    (_REASON.PATIENT_ILL.value, _("I am ill")),
    (_REASON.FEELING_BETTER.value, _("I feel better")),
    (_REASON.NO_LONGER_NEEDED.value, _("I no longer need it")),
]


def cancel_own(
    appointment: Appointment, *, by: User, now: datetime.datetime, code: str, reason: str = ""
) -> Appointment:
    """Cancel a visit as its patient; late, it is cancelled all the same and kept as late.

    Letting know too late still frees the time for somebody else. Cancelling what is cancelled changes nothing. Raises
    RightNotGiven, TooLate (the visit began) or StatusRefused.
    """
    if appointment.status == Appointment.Status.CANCELLED:
        return appointment
    rights_for(appointment, policy=booking_policy(), now=now).cancel.require()
    known = code if code in dict(REASONS) else _REASON.PATIENT.value
    try:
        return cancel(appointment, by=by, now=now, code=known, reason=reason)
    except StatusRefused:
        now_is: Appointment = Appointment.objects.get(pk=appointment.pk)
        if now_is.status != Appointment.Status.CANCELLED:
            raise
        return now_is  # sent twice


def kinds_patients_book() -> frozenset[str]:
    """Return the kinds of visits that patients may book themselves, as the practice set them. One query."""
    kinds = HealthcareService.objects.filter(patients_may_book=True).values_list("type", flat=True)
    return frozenset(kinds)
