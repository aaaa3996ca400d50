"""In which language somebody is spoken to: the account for its pages, the record for mails, messages and letters."""

from django.db import transaction

from accounts.models import User
from patients.models import Patient


def speak(user: User, code: str) -> None:
    """Keep the language ("nl", "fr", "en") that somebody chose. Of a patient the record says the same."""
    with transaction.atomic():  # first the record, then the account, as whoever corrects the record (registration)
        patient = Patient.objects.select_for_update(of=("self",)).filter(user=user).first()
        user.language = code
        user.save(update_fields=["language"])
        if patient is not None and patient.language != code:
            patient.language = code
            patient.save(update_fields=["language"])


def speak_to(patient: Patient) -> None:
    """Let the pages of a patient's account come in the language of the record."""
    if patient.user_id is not None:
        User.objects.filter(pk=patient.user_id).exclude(language=patient.language).update(language=patient.language)
