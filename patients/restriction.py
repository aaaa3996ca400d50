"""Freezing a record while its truth or its use is disputed (GDPR article 18), and lifting that again.

A frozen record may be read; the database refuses every write in it but how to reach the patient and the appointments
(triggers `frozen_record`, patients 0005 and pathways 0010).
"""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from accounts.models import SecurityEvent, User
from accounts.security_log import note_event
from patients.exceptions import RecordFrozen
from patients.models import Patient, Restriction
from patients.validation import check_row


def restriction_of(patient: Patient) -> Restriction | None:
    """Return the freeze of a record, when there is one. One query."""
    row: Restriction | None = Restriction.objects.filter(patient=patient, lifted_at__isnull=True).first()
    return row


def with_freeze(patients: Any) -> Any:
    """Return patients of which each tells whether the record is frozen (`is_frozen`), without a query more."""
    open_ones = Restriction.objects.filter(patient=OuterRef("pk"), lifted_at__isnull=True)
    return patients.annotate(is_frozen=Exists(open_ones))


def restrict(patient: Patient, *, reason: str, by: User, now: datetime.datetime) -> Restriction:
    """Freeze a record. Writes that are under way finish first. Raises RecordFrozen when it is frozen already."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        if restriction_of(patient) is not None:
            raise RecordFrozen(_("This record is already frozen."))
        row = Restriction(patient=patient, reason=reason.strip(), begun_at=now, begun_by=by)
        check_row(row)
        row.save(force_insert=True)
        note_event(SecurityEvent.Kind.RESTRICTED, user_id=by.pk, patient_id=patient.pk, state="begun")
        return row


def lift(restriction: Restriction, *, because: str, by: User, now: datetime.datetime) -> Restriction:
    """Lift a freeze; the reason is kept, and the patient is to be told before (article 18(3)). Raises RecordFrozen."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: Restriction = Restriction.objects.select_for_update(of=("self",)).get(pk=restriction.pk)
        if row.lifted_at is not None:
            raise RecordFrozen(_("This freeze was lifted already."))
        row.lifted_at, row.lifted_by, row.lifted_because = now, by, because.strip()
        check_row(row)
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_because"])
        note_event(SecurityEvent.Kind.RESTRICTED, user_id=by.pk, patient_id=row.patient_id, state="lifted")
        return row
