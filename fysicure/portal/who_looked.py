"""Who looked at a patient's record, as the patient reads it."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from accounts.models import AccessLog, Role, User
from accounts.record_parts import label_of
from patients.models import Patient
from scheduling.free_time import BRUSSELS


@dataclass(frozen=True, slots=True)
class Looked:
    """One person who looked on one day: which parts, and why where a reason was given."""

    day: datetime.date
    name: str
    role: str
    first: datetime.datetime
    last: datetime.datetime
    parts: tuple[str, ...]
    reasons: tuple[str, ...]
    is_self: bool

    @property
    def is_one_moment(self) -> bool:
        return (self.last - self.first).total_seconds() < 60


def looks_at(patient: Patient, *, own_too: bool) -> QuerySet[Any]:
    """Return what each person looked at on each day, the latest first; `own_too`: the patient's own visits as well."""
    rows = AccessLog.objects.filter(patient_id=patient.pk)
    if not own_too and patient.user_id is not None:
        rows = rows.exclude(user_id=patient.user_id)
    return (
        rows.annotate(day=TruncDate("at", tzinfo=BRUSSELS))
        .values("day", "user_id", "role")
        .annotate(
            first=Min("at"),
            last=Max("at"),
            parts=ArrayAgg("part", distinct=True),
            reasons=ArrayAgg("reason", distinct=True, filter=~Q(reason=""), default=[]),
        )
        .order_by("-day", "-last", "user_id")
    )


def in_words(rows: Iterable[dict[str, Any]], patient: Patient) -> list[Looked]:
    """Return the rows of a page as sentences need them. One query, for the names."""
    found = list(rows)
    people = User.objects.select_related("practitioner").in_bulk({row["user_id"] for row in found})
    return [_looked(row, people, patient) for row in found]


def _looked(row: dict[str, Any], people: dict[UUID, User], patient: Patient) -> Looked:
    is_self = row["user_id"] == patient.user_id
    labels = sorted({label_of(part) for part in row["parts"]}, key=str.casefold)
    return Looked(
        day=row["day"],
        name=_("Yourself") if is_self else name_of(people.get(row["user_id"])),
        role="" if is_self else str(dict(Role.choices).get(row["role"], "")),
        first=row["first"],
        last=row["last"],
        parts=tuple(labels),
        reasons=tuple(row["reasons"]),
        is_self=is_self,
    )


def name_of(user: User | None) -> str:
    """Return a colleague's name as the practice uses it; an account that is gone keeps a place."""
    if user is None:
        return _("Someone who no longer works here")
    practitioner = getattr(user, "practitioner", None)
    return practitioner.name if practitioner else str(user)
