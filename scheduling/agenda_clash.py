"""What a refused visit clashes with, named for the desk: who is there, and when."""

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import User
from scheduling.agenda_grid import clock
from scheduling.exceptions import BookingRefused, RuleBroken
from scheduling.models import Appointment


def is_soft(refused: DomainError) -> bool:
    """Return whether staff may overrule a refusal with a reason: no person, room or device would be in two places."""
    return isinstance(refused, RuleBroken)


def name_clash(refused: DomainError, *, user: User) -> list[str]:
    """Return which visits stand in the way; none for a soft rule. One query.

    Only what the user may know of is named.
    """
    if not isinstance(refused, BookingRefused) or is_soft(refused) or not refused.others:
        return []
    rows = Appointment.objects.visible_to(user).filter(pk__in=[each.pk for each in refused.others])
    return [_words(row) for row in rows.select_related("patient", "practitioner", "room").order_by("start")]


def _words(visit: Appointment) -> str:
    words = {
        "patient": f"{visit.patient.family_name} {visit.patient.given_name}",
        "start": clock(visit.start),
        "end": clock(visit.end),
        "who": visit.practitioner.name,
    }
    if visit.room is None:
        return _("%(patient)s, %(start)s–%(end)s, with %(who)s") % words
    return _("%(patient)s, %(start)s–%(end)s, with %(who)s in %(room)s") % {**words, "room": visit.room.name}
