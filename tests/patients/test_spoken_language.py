"""In which language somebody is spoken to: account and record say the same."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from patients.models import Patient
from patients.registration import correct
from patients.spoken_language import speak
from tests.people import NOW

pytestmark = pytest.mark.django_db


def test_a_patient_who_chooses_a_language_gets_mails_in_it_too(patient: Patient, patient_user: User) -> None:
    speak(patient_user, "fr")
    patient.refresh_from_db()
    assert (patient_user.language, patient.language) == ("fr", "fr")


def test_record_and_account_are_written_in_one_order(patient: Patient, patient_user: User, receptionist: User) -> None:
    """The desk corrects the language while the patient chooses one: nobody waits for the other in a circle."""

    def first_locks(act: object) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            act()  # type: ignore[operator]
        sentences = [each["sql"] for each in queries]
        record = next(at for at, sql in enumerate(sentences) if "patients_patient" in sql and "FOR UPDATE" in sql)
        account = next(at for at, sql in enumerate(sentences) if 'UPDATE "accounts_user"' in sql)
        return ["record", "account"] if record < account else ["account", "record"]

    chosen = first_locks(lambda: speak(patient_user, "en"))
    corrected = first_locks(lambda: correct(patient, by=receptionist, now=NOW, version=None, language="fr"))
    assert chosen == corrected == ["record", "account"]
