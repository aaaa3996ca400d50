"""Before someone is registered twice: who looks like this person, and what does not fit together."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q
from django.utils.translation import gettext as _

from patients.models import Patient
from patients.national_number import disagrees_on_birth_date, disagrees_on_gender
from patients.search_text import fold

SIMILAR_NAME = 0.3
MOST = 5


@dataclass(frozen=True)
class Duplicate:
    """A registered patient who may be the same person, and why."""

    patient: Patient
    reasons: list[str]


def likely_duplicates(
    *,
    family_name: str,
    given_name: str,
    birth_date: datetime.date | None,
    phone: str = "",
    national_number: str | None = None,
    leave_out: UUID | None = None,
) -> list[Duplicate]:
    """Return up to five patients, archived ones too, who may be the same person. One query.

    The same: a national number, a phone (E.164), or a birth date with a similar name (trigram similarity from 0.3).
    A family shares a phone, so nothing here is certain: the desk decides.
    """
    name = fold(f"{family_name} {given_name}")
    same_day = Q(birth_date=birth_date, likeness__gte=SIMILAR_NAME) if birth_date else Q(pk__in=[])
    same_phone = Q(phone=phone) if phone else Q(pk__in=[])
    same_number = Q(national_number=national_number) if national_number else Q(pk__in=[])
    rows = (
        Patient.objects.annotate(likeness=TrigramSimilarity("name_folded", name))
        .filter(same_day | same_phone | same_number)
        .order_by("-likeness", "id")
    )
    if leave_out:
        rows = rows.exclude(pk=leave_out)
    return [
        Duplicate(row, _reasons(row, birth_date=birth_date, phone=phone, national_number=national_number))
        for row in rows[:MOST]
    ]


def _reasons(row: Patient, *, birth_date: datetime.date | None, phone: str, national_number: str | None) -> list[str]:
    reasons = []
    if national_number and row.national_number == national_number:
        reasons.append(_("same national number"))
    if birth_date and row.birth_date == birth_date:
        reasons.append(_("same date of birth"))
    if phone and row.phone == phone:
        reasons.append(_("same phone"))
    if row.archived_at:
        reasons.append(_("archived"))
    return reasons


def number_warnings(*, national_number: str | None, birth_date: datetime.date | None, gender: str) -> list[str]:
    """Return what in a valid national number does not fit the date of birth or the sex. Warnings: registers err."""
    warnings = []
    if national_number and birth_date and disagrees_on_birth_date(national_number, birth_date):
        warnings.append(_("The national number tells another date of birth."))
    if national_number and disagrees_on_gender(national_number, gender):
        warnings.append(_("The national number tells another sex."))
    return warnings
