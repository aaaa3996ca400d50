"""What a visit must be before it is written: values that can be taken, and the soft rules of the practice.

A soft rule (hours, buffers, length) is refused unless somebody writes why; who, where and whom stay the database's.
"""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from patients.models import Encounter
from scheduling.around import Around
from scheduling.availability import Busy
from scheduling.exceptions import InThePast, OutsideHours, TooLong, WithinBuffer
from scheduling.free_time import Stretch, fits
from scheduling.models import Appointment
from scheduling.models.appointment import LONGEST_MINUTES
from scheduling.writing import clock_words, spelt


def end_of(start: datetime.datetime, minutes: int) -> datetime.datetime:
    """Return the end of a visit: real minutes later, also when the clock changes. Raises InvalidInput."""
    if not 5 <= minutes <= LONGEST_MINUTES:
        sentence = _("A visit lasts 5 to %(most)d minutes.") % {"most": LONGEST_MINUTES}
        raise InvalidInput(sentence, errors={"minutes": [sentence]})
    return (start.astimezone(datetime.UTC) + datetime.timedelta(minutes=minutes)).astimezone(start.tzinfo)


def check_values(visit: Appointment) -> None:
    """Refuse what cannot be booked at any time. Raises InvalidInput that names each field."""
    errors: dict[str, list[str]] = {}
    if visit.type not in Encounter.Kind.values or visit.type == Encounter.Kind.SELF_REPORT:
        errors["type"] = [_("This kind of contact cannot be booked.")]
    if visit.patient.archived_at is not None:
        errors["patient"] = [_("This patient is archived.")]
    if not visit.practitioner.is_active:
        errors["practitioner"] = [_("This physiotherapist no longer works here.")]
    if visit.room is not None and not visit.room.is_active:
        errors["room"] = [_("This room is not in use.")]
    if visit.episode is not None and visit.episode.patient_id != visit.patient_id:
        errors["episode"] = [_("This episode belongs to another patient.")]
    for name in ("note", "override_reason"):
        if len(getattr(visit, name)) > 200:
            errors[name] = [_("At most 200 characters.")]
    if len(visit.idempotency_key or "") > 80:
        errors["idempotency_key"] = [_("At most 80 characters.")]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors=errors)


def check_moment(
    visit: Appointment, around: Around, *, now: datetime.datetime, reason: str, has_new_length: bool = True
) -> None:
    """Refuse a visit that would be over already, and one that breaks a soft rule without a reason for it.

    A visit that keeps the length with which it was booked is not too long. Raises InThePast, TooLong, OutsideHours or
    WithinBuffer.
    """
    if visit.end < now:
        raise InThePast(_("This moment is already over."))
    if reason.strip():
        return
    needs = around.needs
    if has_new_length and visit.minutes > needs[visit.type].longest_minutes:
        words = {"kind": visit.get_type_display(), "most": needs[visit.type].longest_minutes}
        raise TooLong(_("A visit of this kind (%(kind)s) takes at most %(most)d minutes.") % words)
    _check_hours(visit, around.worked)
    _check_buffers(visit, around)


def _check_hours(visit: Appointment, worked: Sequence[Stretch]) -> None:
    if fits(worked, visit.start, visit.end):
        return
    name = visit.practitioner.name
    if not worked:
        raise OutsideHours(_("%(name)s does not work then.") % {"name": name})
    hours = ", ".join("{from}-{until}".format(**clock_words(*stretch)) for stretch in worked)
    raise OutsideHours(_("%(name)s does not work then; that day: %(hours)s.") % {"name": name, "hours": hours})


def _check_buffers(visit: Appointment, around: Around) -> None:
    """Visits that overlap are left to the database: they are refused whatever the reason."""
    needs = around.needs
    for other in around.near:
        both: list[Appointment | Busy] = [visit, other]
        earlier, later = sorted(both, key=lambda each: each.start)
        wanted = max(needs[earlier.type].buffer_after, needs[later.type].buffer_before)
        if datetime.timedelta(0) <= later.start - earlier.end < datetime.timedelta(minutes=wanted):
            words = {"minutes": wanted, **clock_words(other.start, other.end)}
            sentence = _("Keep %(minutes)d minutes free beside the appointment of %(from)s-%(until)s.")
            raise WithinBuffer(sentence % words, others=[other], **{"with": spelt(other.start, other.end)})
