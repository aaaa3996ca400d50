"""How a visit is written: the locks before it, and the database's refusals in a person's words."""

import datetime
import zlib

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from patients.models import EpisodeOfCare, Patient
from scheduling.exceptions import IdempotencyMismatch, SlotTaken
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment

_LOCK = zlib.crc32(b"scheduling.appointment") & 0x7FFFFFFF
MOVABLE = (Appointment.Status.PENDING, Appointment.Status.BOOKED)
_CLASHES = {
    "scheduling_appointment_practitioner_free": "therapist",
    "scheduling_appointment_room_free": "room",
    "scheduling_appointment_patient_free": "patient",
}


def locked(appointment: Appointment, *moments: datetime.datetime) -> Appointment:
    """Return the visit as it is now; it, its days and those of `moments` are locked until the transaction ends.

    Everybody locks in this order: first visits, then all days at once. Without its day a mere change of status can
    deadlock: it enters the visit into the exclusion constraints anew, waiting for whoever books there and waits for it.
    The visit is read last, for a query that locks and joins at once keeps, after a wait, the joined rows of before it:
    it loses a visit that got another therapist meanwhile, and the contact of a patient who just arrived.
    """
    rows = Appointment.objects.filter(pk=appointment.pk)
    own = rows.select_for_update(no_key=True).values_list("start", "end").get()
    lock_days(*own, *moments)
    row: Appointment = rows.select_related("patient", "practitioner", "room", "episode", "encounter").get()
    return row


def lock_days(*moments: datetime.datetime) -> None:
    """Wait for whoever writes on the same days, in the order of the days, until the transaction ends."""
    days = {moment.astimezone(BRUSSELS).date() for moment in moments}
    with connection.cursor() as cursor:
        for day in sorted(days):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, day.toordinal()])


def running_episode(patient: Patient) -> EpisodeOfCare | None:
    """Return the patient's running episode when there is exactly one: nobody guesses between two complaints."""
    running = [EpisodeOfCare.Status.PLANNED, EpisodeOfCare.Status.ACTIVE, EpisodeOfCare.Status.ON_HOLD]
    found = list(EpisodeOfCare.objects.filter(patient=patient, status__in=running)[:2])
    return found[0] if len(found) == 1 else None


def save_or_refuse(visit: Appointment) -> None:
    """Write a visit; the database's refusal becomes SlotTaken (or the error itself when it is about something else)."""
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        if name == "scheduling_appointment_idempotent":
            raise mismatch() from error
        if name not in _CLASHES:
            raise
        raise taken(_CLASHES[name]) from error
    except OperationalError as error:  # two writers outside the days' locks waited for each other
        if getattr(error.__cause__, "sqlstate", "") not in {"40P01", "40001"}:
            raise
        raise taken("therapist") from error


def taken(clash: str) -> SlotTaken:
    """Return the refusal for what is taken: therapist, room or patient."""
    sentences = {
        "therapist": _("This physiotherapist already has an appointment then."),
        "room": _("This room is already taken then."),
        "patient": _("This patient already has an appointment then."),
    }
    return SlotTaken(sentences[clash], clash=clash)


def mismatch() -> IdempotencyMismatch:
    """Return the refusal of a key that came before with other content."""
    return IdempotencyMismatch(_("This request was sent before with other content. Send it with a new key."))
