"""How long a record is kept: at least 30, at most 50 years after the last contact (Kwaliteitswet 2019, article 35).

The last contact is the latest of: a contact that took place, a note, a visit to which the patient came, an entry in the
diary, a questionnaire. Booking, reminding and reading are no contact. A record without any contact counts from the day
of its registration. Each room names its own contacts (settings RETENTION_CONTACTS): this one may not know the others.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from patients.exceptions import KeptTooLong
from patients.models import Encounter, Patient, RetentionDecision, SessionNote

SHORTEST_YEARS, LONGEST_YEARS = 30, 50


@dataclass(frozen=True, slots=True)
class Contacts:
    """Rows that show that the patient was in touch, and the column that says when. Each row has a `patient`."""

    rows: Any
    moment: str


def contacts_of_record() -> list[Contacts]:
    """Contacts that this room knows."""
    took_place = Encounter.objects.exclude(status=Encounter.Status.CANCELLED)
    return [Contacts(took_place, "started_at"), Contacts(SessionNote.objects.all(), "created_at")]


@cache
def _sources() -> tuple[Any, ...]:
    return tuple(import_string(name) for name in settings.RETENTION_CONTACTS)


def contacts() -> list[Contacts]:
    """Return what counts as a contact in all rooms."""
    return [each for source in _sources() for each in source()]


def years_before(now: datetime.datetime, years: int) -> datetime.datetime:
    """Return the same moment some years earlier; 29 February becomes the 28th."""
    local = timezone.localtime(now)
    try:
        return local.replace(year=local.year - years)
    except ValueError:
        return local.replace(year=local.year - years, day=28)


def without_contact_since(cutoff: datetime.datetime) -> Any:
    """Return the patients whose last contact lies before a moment. One statement.

    It begins with those who have something as old as that, found by the indexes of the days: in most practices few.
    """
    sources = contacts()
    old = [each.rows.filter(**{f"{each.moment}__lt": cutoff}).order_by().values("patient") for each in sources]
    registered = Patient.objects.filter(created_at__lt=cutoff).order_by().values("pk")
    rows = Patient.objects.filter(pk__in=registered.union(*old))
    for each in sources:
        later = each.rows.filter(patient=OuterRef("pk"), **{f"{each.moment}__gte": cutoff}).order_by()
        rows = rows.filter(~Exists(later))
    return rows


def retention_due(now: datetime.datetime) -> Any:
    """Return the records past 30 years for which nobody decided to keep them: to erase, or to keep with a reason."""
    kept = RetentionDecision.objects.filter(patient=OuterRef("pk"), keep_until__gte=timezone.localdate(now))
    return without_contact_since(years_before(now, SHORTEST_YEARS)).filter(~Exists(kept)).order_by("created_at", "pk")


def retention_over(now: datetime.datetime) -> Any:
    """Return the records past 50 years: they must go, whatever was decided."""
    return without_contact_since(years_before(now, LONGEST_YEARS)).order_by("created_at", "pk")


def last_contacts(patient_ids: Iterable[UUID]) -> dict[UUID, datetime.datetime]:
    """Return the last contact of some patients; those who never had one are left out. One query a kind of contact."""
    latest: dict[UUID, datetime.datetime] = {}
    ids = list(patient_ids)
    for each in contacts():
        rows = each.rows.filter(patient__in=ids).order_by().values_list("patient_id").annotate(Max(each.moment))
        for patient_id, moment in rows:
            latest[patient_id] = max(latest.get(patient_id, moment), moment)
    return latest


def keep_longer(
    patient: Patient, *, until: datetime.date, reason: str, by: User, now: datetime.datetime
) -> RetentionDecision:
    """Decide to keep a record past its 30 years, until a day to come. Raises KeptTooLong beyond 50 years."""
    last = last_contacts([patient.pk]).get(patient.pk, patient.created_at)
    limit = timezone.localdate(last).replace(day=1)
    limit = limit.replace(year=limit.year + LONGEST_YEARS)
    if until <= timezone.localdate(now) or until >= limit:
        raise KeptTooLong(_("A record is kept until a day to come, and never past 50 years after the last contact."))
    with transaction.atomic():
        decision: RetentionDecision = RetentionDecision.objects.create(
            patient=patient, keep_until=until, reason=reason.strip(), decided_by=by, decided_at=now
        )
        return decision
