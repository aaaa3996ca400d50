"""What pathways does when scheduling tells a fact; each receiver runs in the sender's transaction."""

from typing import Any

from django.utils.translation import gettext as _

from pathways.follow_ups import AlreadyBooked
from pathways.models import FollowUp
from scheduling.models import Appointment
from scheduling.signals import visit_returns


def connect() -> None:
    """Connect the receivers, once."""
    visit_returns.connect(take_back_visit, dispatch_uid="pathways.take_back_visit")


def take_back_visit(sender: object, *, appointment: Appointment, **_more: Any) -> None:
    """Hang a returning visit on its follow-up again; refuse when another visit was booked for that one meanwhile.

    Which follow-up it was booked for, the history knows: the row itself points at the newest visit only.
    """
    was_for = FollowUp.objects.filter(events__appointment_id=appointment.pk).values("pk")
    for row in FollowUp.objects.select_for_update(no_key=True).filter(pk__in=was_for).order_by("pk"):
        booked = Appointment.objects.filter(pk=row.appointment_id).first()
        if booked is not None and booked.pk == appointment.pk:
            continue
        if booked is not None and booked.occupies:
            raise AlreadyBooked(_("Another appointment was booked for this follow-up meanwhile."))
        row.appointment = appointment
        row.save(update_fields=["appointment"])
