"""Who the patient is: registering, correcting, archiving."""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.locking import locked
from accounts.models import User
from accounts.versions import refuse_stale
from patients.contact_details import is_postal_code, read_phone
from patients.doctors import find_or_add_doctor
from patients.episodes import RUNNING
from patients.exceptions import StillInCare
from patients.models import Patient
from patients.national_number import InvalidNationalNumber, read_national_number
from patients.spoken_language import speak_to
from patients.validation import check_row, refuse

FIELDS = (
    "family_name",
    "given_name",
    "birth_date",
    "gender",
    "national_number",
    "phone",
    "email",
    "street",
    "postal_code",
    "city",
    "country",
    "language",
    "general_practitioner",
)


def national_number_errors(error: InvalidNationalNumber) -> str:
    """Return why a national number cannot be taken, in a person's words."""
    if error.is_future:
        return _("This national number has a birth date in the future.")
    return _("This is not a valid national number: check the digits, for example 85.07.30-033.28.")


def register(*, by: User, now: datetime.datetime, **fields: Any) -> Patient:
    """Register a patient from the fields of FIELDS; `general_practitioner` is a row or a name.

    Raises InvalidRecord with a sentence for each wrong field.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        patient = Patient(**_readable(fields, now))
        _check(patient, now)
        patient.save(force_insert=True)
        return patient


def correct(patient: Patient, *, by: User, now: datetime.datetime, version: int | None, **fields: Any) -> Patient:
    """Correct some fields of a patient, seen at a version. The old values stay in the history.

    Raises EditConflict when someone else changed the patient since, InvalidRecord for wrong values.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        current: Patient = locked(Patient.objects.select_related("general_practitioner"), patient.pk)
        given = _readable(fields, now)
        refuse_stale(current, version=version, given=given, also=["archived_at"])
        for name, value in given.items():
            setattr(current, name, value)
        _check(current, now)
        if "language" in given:
            speak_to(current)
        return _written(current, [*fields])


def archive(patient: Patient, *, by: User, now: datetime.datetime) -> Patient:
    """Put a patient's record away: it leaves lists and search, nothing is erased. Raises StillInCare."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        current: Patient = locked(Patient.objects.all(), patient.pk)
        if current.episodes.filter(status__in=RUNNING).exists():
            raise StillInCare(_("This patient still has an open episode. Close it first."))
        if current.appointments.filter(start__gte=now, status__in=["pending", "booked"]).exists():
            raise StillInCare(_("This patient still has an appointment. Cancel it first."))
        return _set_archived(current, now)


def unarchive(patient: Patient, *, by: User, now: datetime.datetime) -> Patient:
    """Take a record out of the archive. Archiving and its end both stay in the history."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        return _set_archived(locked(Patient.objects.all(), patient.pk), None)


def _set_archived(patient: Patient, at: datetime.datetime | None) -> Patient:
    patient.archived_at = at
    return _written(patient, ["archived_at"])


def _written(patient: Patient, fields: list[str]) -> Patient:
    """Write some fields; the database counts the version."""
    patient.save(update_fields=fields)
    patient.refresh_from_db(fields=["version"])
    return patient


def read_fields(fields: dict[str, Any], now: datetime.datetime) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the fields as they are kept, bare national number and E.164 phone, and a sentence for each that cannot be.

    The name of a doctor stays a name. Asks the database nothing.
    """
    values = {name: " ".join(value.split()) if isinstance(value, str) else value for name, value in fields.items()}
    errors: dict[str, str] = {}
    if "national_number" in values:
        try:
            number = values["national_number"]
            values["national_number"] = read_national_number(number, today=timezone.localdate(now)) if number else None
        except InvalidNationalNumber as error:
            errors["national_number"] = national_number_errors(error)
    if "phone" in values:
        try:
            values["phone"] = read_phone(values["phone"])
        except ValueError:
            errors["phone"] = _("Enter a phone number such as 0470 12 34 56.")
    return values, errors


def calendar_errors(patient: Patient, now: datetime.datetime) -> dict[str, str]:
    """Return a sentence for what neither a field nor a constraint can see: the day of today, the country's codes."""
    errors = {}
    if patient.birth_date > timezone.localdate(now):
        errors["birth_date"] = _("A date of birth cannot lie in the future.")
    if patient.postal_code and not is_postal_code(patient.postal_code, patient.country):
        errors["postal_code"] = _("A Belgian postal code has four digits.")
    return errors


def _readable(fields: dict[str, Any], now: datetime.datetime) -> dict[str, Any]:
    """Return the fields as they are kept, with a doctor's row for the doctor's name. Raises InvalidRecord."""
    unknown = sorted(set(fields) - set(FIELDS))
    if unknown:
        raise refuse(**dict.fromkeys(unknown, _("Unknown field.")))
    values, errors = read_fields(fields, now)
    if errors:
        raise refuse(**errors)
    if isinstance(values.get("general_practitioner"), str):
        values["general_practitioner"] = find_or_add_doctor(values["general_practitioner"])
    return values


def _check(patient: Patient, now: datetime.datetime) -> None:
    """Raise InvalidRecord for what the model, its constraints or the calendar refuse."""
    check_row(patient)
    errors = calendar_errors(patient, now)
    if errors:
        raise refuse(**errors)
