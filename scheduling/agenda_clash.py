"""What a refused visit clashes with, named for the desk: who is there, and when."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.exceptions import DomainError
from accounts.models import User
from scheduling.agenda_grid import clock
from scheduling.exceptions import BookingRefused
from scheduling.models import Appointment

_FIELDS = {"therapist": "practitioner", "room": "room", "equipment": "equipment", "patient": "patient"}
_MOST = 3


def is_soft(refused: DomainError) -> bool:
    """Return whether staff may overrule a refusal with a reason: no person, room or device would be in two places."""
    return isinstance(refused, BookingRefused) and bool(refused.clash) and refused.clash not in _FIELDS


def name_clash(refused: DomainError, visit: Appointment, target: Mapping[str, Any], *, user: User) -> list[str]:
    """Return which visits stand in the way of one at `target` (the words of `move`); none for a soft rule. One query.

    Only what the user may know of is named. Without a room in the target any room counts: all of them are taken.
    """
    if not isinstance(refused, BookingRefused) or refused.clash not in _FIELDS:
        return []
    start = target["start"]
    end = start.astimezone(datetime.UTC) + datetime.timedelta(minutes=target.get("minutes") or visit.minutes)
    wanted = {
        "therapist": target.get("practitioner") or visit.practitioner_id,
        "room": target.get("room"),
        "patient": visit.patient_id,
    }.get(refused.clash)
    field = _FIELDS[refused.clash]
    rows = Appointment.objects.visible_to(user).occupying().between(start, end).exclude(pk=visit.pk)
    rows = rows.filter(**{field: wanted}) if wanted else rows.filter(**{f"{field}__isnull": False})
    return [_words(row) for row in rows.select_related("patient", "practitioner", "room").order_by("start")[:_MOST]]


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
