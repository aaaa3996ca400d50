"""What the demo practice tells its patients: who wants it, what was sent, reminders for tomorrow, and two mishaps."""

import datetime
from typing import Any

from fysicure.demo.practice import Practice
from patients.models import Patient
from scheduling.consents import give
from scheduling.delivery import deliver, due_messages
from scheduling.messages_reasons import Reason
from scheduling.models import Appointment, Channel, Communication, ContactConsent
from scheduling.outbox import announce_change
from scheduling.reminders import prepare_reminders
from scheduling.sms import NotSent, Unsure, is_mobile

CHOSEN_AGO = datetime.timedelta(days=60)
DAY = datetime.timedelta(days=1)


def tell_patients(practice: Practice) -> int:
    """Give two patients in three messages by e-mail and one in three by text message; return how many were made.

    Everything goes through the outbox, with a sender that only pretends. Must not run inside a transaction.
    """
    _ask_everybody(practice)
    coming = Appointment.objects.occupying().filter(start__gt=practice.now).select_related("patient")
    latest: dict[Any, datetime.datetime] = {}
    for visit in coming.order_by("created_at", "start"):
        latest[visit.patient_id] = min(visit.created_at, practice.now - DAY / 24)
    for patient, booked_at in latest.items():
        announce_change(patient, now=booked_at)
    _deliver_all(practice.now)
    prepare_reminders(now=practice.now - DAY)
    _deliver_all(practice.now)
    prepare_reminders(now=practice.now)
    return int(Communication.objects.count())


def _ask_everybody(practice: Practice) -> None:
    """Ask each patient; the patient of the portal chose both channels there."""
    for number, patient in enumerate(Patient.objects.in_care().select_related("user").order_by("name_folded", "id")):
        own = patient.user is not None and patient.email == practice.script["patient"]["email"]
        source = ContactConsent.Source.PORTAL if own else ContactConsent.Source.DESK
        given: dict[str, Any] = {
            "source": source,
            "by": patient.user if own else practice.desk,
            "now": practice.now - CHOSEN_AGO + number * DAY / 2,
        }
        if patient.email and (own or number % 3):
            give(patient, Channel.EMAIL, **given)
        if is_mobile(patient.phone) and (own or number % 3 == 0):
            give(patient, Channel.SMS, **given)


def _deliver_all(now: datetime.datetime) -> None:
    """Deliver each message at its own moment; the first two mails of all meet a mishap."""
    messages = Communication.objects.in_bulk(due_messages(now=now))
    for message in sorted(messages.values(), key=lambda each: (each.due_at, str(each.pk))):
        made = Communication.objects.filter(channel=Channel.EMAIL, claimed_at__isnull=False).count()
        deliver(message.pk, now=message.due_at, via=(_no_such_address, _no_answer, _pretend)[min(made, 2)])


def _pretend(message: Communication, /, *, stop_link: str) -> None:
    """Send nothing: nobody lives at these addresses."""


def _no_such_address(message: Communication, /, *, stop_link: str) -> None:
    if message.channel == Channel.EMAIL:
        raise NotSent(Reason.ADDRESS_REFUSED, "550 5.1.1 user unknown", is_final=True)


def _no_answer(message: Communication, /, *, stop_link: str) -> None:
    if message.channel == Channel.EMAIL:
        raise Unsure("timed out")
