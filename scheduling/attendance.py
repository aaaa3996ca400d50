"""How often a patient did not come, or called off late: for the desk, before it books the next visit."""

import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import ngettext

from scheduling.models import Appointment

_LOOK_BACK = datetime.timedelta(days=365)


def missed_words(patient: UUID, *, now: datetime.datetime) -> list[str]:
    """Return in words how often a patient did not come or cancelled late in the last twelve months. One query."""
    rows = Appointment.objects.filter(patient_id=patient, start__gte=now - _LOOK_BACK, start__lt=now + _LOOK_BACK)
    found = rows.order_by().aggregate(
        missed=Count("pk", filter=Q(status=Appointment.Status.NO_SHOW)),
        late=Count("pk", filter=Q(is_late_cancellation=True)),
    )
    missed, late = found["missed"], found["late"]
    words = [
        ngettext("did not come %(count)d time", "did not come %(count)d times", missed) % {"count": missed},
        ngettext("cancelled late %(count)d time", "cancelled late %(count)d times", late) % {"count": late},
    ]
    return [text for text, count in zip(words, (missed, late), strict=True) if count]
