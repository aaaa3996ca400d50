"""How a visit is written: the locks before it, the database's refusals in a person's words, and the tries again."""

import datetime
import zlib
from collections.abc import Callable
from functools import wraps

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from accounts.kept_insert import insert
from patients.episodes import RUNNING
from patients.models import EpisodeOfCare, Patient
from scheduling.availability import read_busy
from scheduling.exceptions import IdempotencyMismatch, SlotTaken, TooBusy
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment

_LOCK = zlib.crc32(b"scheduling.appointment") & 0x7FFFFFFF
_TRIES = 3
MOST_NAMED = 3
_BROKEN_OFF = {"40P01", "40001"}  # deadlock_detected, serialization_failure
MOVABLE = (Appointment.Status.PENDING, Appointment.Status.BOOKED)
_FIELDS = {f"scheduling_appointment_{field}_free": field for field in ("practitioner", "room", "equipment", "patient")}
_CLASHES = {"practitioner": "therapist", "room": "room", "equipment": "room", "patient": "patient"}


def retried[**P, R](act: Callable[P, R]) -> Callable[P, R]:
    """Let a domain function begin again, three tries in all, when the database broke its transaction off.

    That happens when writers wait for each other (deadlock) or read what another changes (serialization). Within a
    transaction that is already open this does nothing: whoever opened it begins again. Raises TooBusy after the third.
    """

    @wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return act(*args, **kwargs)
        for _try in range(_TRIES):
            try:
                return act(*args, **kwargs)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in _BROKEN_OFF:
                    raise
                reason = error
        raise TooBusy from reason

    return run


def locked_visit(appointment: Appointment, *moments: datetime.datetime) -> Appointment:
    """Return the visit as it is now; it, its days and those of `moments` are locked until the transaction ends.

    Everybody locks in this order: first visits, then all days at once. Without its day a mere change of status can
    deadlock: it enters the visit into the exclusion constraints anew, waiting for whoever books there and waits for it.
    The visit is read last, for a query that locks and joins at once keeps, after a wait, the joined rows of before it:
    it loses a visit that got another therapist meanwhile, and the contact of a patient who just arrived.
    """
    rows = Appointment.objects.filter(pk=appointment.pk)
    own = rows.select_for_update(no_key=True).values_list("start", "end").get()
    lock_days(*own, *moments)
    row: Appointment = rows.select_related("patient", "practitioner", "room", "equipment", "episode", "encounter").get()
    return row


def lock_days(*moments: datetime.datetime) -> None:
    """Wait for whoever writes on the same days, in the order of the days, until the transaction ends."""
    days = {moment.astimezone(BRUSSELS).date() for moment in moments}
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, day.toordinal()])


def running_episode(patient: Patient) -> EpisodeOfCare | None:
    """Return the patient's running episode when there is exactly one: nobody guesses between two complaints."""
    found = list(EpisodeOfCare.objects.filter(patient=patient, status__in=RUNNING)[:2])
    return found[0] if len(found) == 1 else None


def save_or_refuse(visit: Appointment) -> None:
    """Write a visit; the database's refusal becomes SlotTaken (or the error itself when it is about something else)."""
    if visit._state.adding:
        if not insert(visit, unless_it_clashes=True):  # which cannot deadlock
            raise _why_refused(visit)
        return
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name == "scheduling_appointment_idempotent":
            raise mismatch() from error
        if name not in _FIELDS:
            raise
        raise taken(_FIELDS[name], visit) from error


def _why_refused(visit: Appointment) -> Exception:
    """Return the refusal of a new visit, in the order in which the constraints stand. Two queries, or three."""
    busy = read_busy(visit.start, visit.end, without=visit.pk)
    for field in ("practitioner", "room", "equipment"):
        wanted = getattr(visit, f"{field}_id")
        if wanted is not None and any(getattr(other, f"{field}_id") == wanted for other in busy):
            return taken(field, visit)
    rows = Appointment.objects.filter(booked_by=visit.booked_by_id, idempotency_key=visit.idempotency_key)
    if visit.idempotency_key is not None and rows.exists():
        return mismatch()
    return taken("patient", visit)


def taken(field: str, visit: Appointment) -> SlotTaken:
    """Return the refusal that says which other visits have the practitioner, room, equipment or patient then."""
    rows = Appointment.objects.occupying().between(visit.start, visit.end).exclude(pk=visit.pk)
    rows = rows.filter(**{field: getattr(visit, field)}).order_by("start")
    others = list(rows.select_related("patient", "practitioner", "room", "equipment")[:MOST_NAMED])
    if not others:  # it was moved away in between
        return SlotTaken(_("This moment has just been taken."), clash=_CLASHES[field])
    detail, name = taken_words(field, others[0])
    member = {**spelt(others[0].start, others[0].end), "practitioner" if field == "patient" else field: name}
    return SlotTaken(detail, clash=_CLASHES[field], others=others, **{"with": member})


def taken_words(field: str, other: Appointment) -> tuple[str, str]:
    """Return the sentence that another visit has the practitioner, room, equipment or patient, and whose or which."""
    sentences = {
        "practitioner": _("%(name)s already has an appointment from %(from)s to %(until)s."),
        "room": _("%(name)s is already taken from %(from)s to %(until)s."),
        "equipment": _("%(name)s is already in use from %(from)s to %(until)s."),
        "patient": _("This patient already has an appointment from %(from)s to %(until)s, with %(name)s."),
    }
    name = str(other.practitioner if field == "patient" else getattr(other, field))
    return sentences[field] % {"name": name, **clock_words(other.start, other.end)}, name


def clock_words(start: datetime.datetime, end: datetime.datetime) -> dict[str, str]:
    """Return the Brussels clock times of a stretch, as the words `from` and `until` of a sentence."""
    return {"from": f"{start.astimezone(BRUSSELS):%H:%M}", "until": f"{end.astimezone(BRUSSELS):%H:%M}"}


def spelt(start: datetime.datetime, end: datetime.datetime) -> dict[str, str]:
    """Return a stretch of time as members of a problem document: Brussels time with its offset."""
    return {"start": start.astimezone(BRUSSELS).isoformat(), "end": end.astimezone(BRUSSELS).isoformat()}


def mismatch() -> IdempotencyMismatch:
    """Return the refusal of a key that came before with other content."""
    return IdempotencyMismatch(_("This request was sent before with other content. Send it with a new key."))
