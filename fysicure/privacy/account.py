"""Erasing what may go at once, while the record itself must stay: the portal account and what hangs on it."""

import datetime

import pghistory
from django.db import transaction

from accounts.erasure_gate import erasing
from accounts.identifiers import uuid7
from accounts.models import SecurityEvent, User
from accounts.security_log import note_event
from pathways.push import forget
from patients.belongings import accounts_of, belongings_of_accounts
from patients.consents import withdraw_all
from patients.erasure_rows import delete_rows, end_sessions
from patients.models import Consent, Patient
from scheduling.consents import withdraw
from scheduling.models import CalendarFeed, Channel, ContactConsent

Kind = SecurityEvent.Kind


def erase_account(patient: Patient, *, by: User, now: datetime.datetime) -> int:
    """Erase a patient's portal account: sign-in, mail address, sessions, factors, feed, messages, notices, consents.

    The row of the account stays as an empty shell, because entries of the record say that the patient wrote them. An
    account of staff who are patients too is only unlinked. Returns how many accounts were emptied.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        ids = accounts_of(locked)
        for channel in Channel:
            withdraw(locked, channel, source=ContactConsent.Source.DESK, by=by, now=now)
        withdraw_all(locked, how=Consent.How.DESK, by=by, now=now)
        CalendarFeed.objects.filter(patient=locked).delete()
        forget(locked)
        locked.user = None
        locked.save(update_fields=["user"])
        end_sessions(ids)
        found = belongings_of_accounts(ids)
        erasure = uuid7()
        note_event(Kind.ERASED, user_id=by.pk, patient_id=patient.pk, erasure=str(erasure), basis="account")
        with erasing(erasure):
            for model, keys in reversed(list(found.keys.items())):
                if model is not User and keys:
                    delete_rows(model, keys)
        for user in User.objects.select_for_update().filter(pk__in=ids):
            user.email, user.name, user.is_active = f"{user.pk}@erased.example", "", False
            user.set_unusable_password()
            user.save(update_fields=["email", "name", "is_active", "password"])
        note_event(Kind.ACCOUNT_CHANGED, user_id=by.pk, patient_id=patient.pk, state="erased")
        return len(ids)
