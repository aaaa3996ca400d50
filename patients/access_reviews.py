"""What the practice owner looks back on: openings of colleagues' records, and reading that stands out."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, ExtractHour, Lower, TruncDay, TruncHour

from accounts.access_reasons import open_reasons
from accounts.models import AccessLog, AccessReason, AccessReview, Role, User
from patients.models import Patient

# Choices of the practice: what counts as much at once, as odd hours (Brussels), and how far back the page looks.
MANY_RECORDS = 40
DAY_BEGINS, DAY_ENDS = 6, 22
LOOKS_BACK = datetime.timedelta(days=14)
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Opening:
    """One breaking of the glass as the owner reviews it. `parts` counts what was opened while the reason held."""

    reason: AccessReason
    who: str
    patient: str
    parts: int
    notes: tuple[tuple[AccessReview, str], ...]
    waits_for_answer: bool


@dataclass(frozen=True, slots=True)
class StandsOut:
    """Reading that stands out: many records in an hour, at odd hours, or the record of somebody of the practice."""

    kind: str
    who: str
    at: datetime.datetime
    count: int


def openings() -> QuerySet[AccessReason]:
    """Return what nobody marked as seen yet, the latest first, with how many parts were opened."""
    read = AccessLog.objects.filter(
        patient_id=OuterRef("patient_id"),
        user_id=OuterRef("user_id"),
        at__gte=OuterRef("given_at"),
        at__lt=OuterRef("valid_until"),
    )
    counted = read.order_by().values("patient_id").annotate(count=Count("id")).values("count")
    rows = open_reasons().annotate(parts=Coalesce(Subquery(counted), 0))
    return rows.prefetch_related(Prefetch("reviews", AccessReview.objects.order_by("at", "id")))


def in_words(rows: Iterable[Any]) -> list[Opening]:
    """Name the people of a page of `openings`. Two queries, besides those of the page."""
    found = list(rows)
    people = names_of({row.user_id for row in found} | {each.by_id for row in found for each in row.reviews.all()})
    patients = {row.pk: str(row) for row in Patient.objects.filter(pk__in={each.patient_id for each in found})}
    return [
        Opening(
            reason=row,
            who=people.get(row.user_id, ""),
            patient=patients.get(row.patient_id, ""),
            parts=row.parts,
            notes=tuple((each, people.get(each.by_id, "")) for each in row.reviews.all()),
            waits_for_answer=[each.outcome for each in row.reviews.all()][-1:] == [AccessReview.Outcome.QUESTION],
        )
        for row in found
    ]


def names_of(users: Iterable[UUID]) -> dict[UUID, str]:
    """Return the name of each account. One query."""
    return dict(User.objects.filter(pk__in=list(users)).values_list("pk", "name"))


def stands_out(*, now: datetime.datetime) -> list[StandsOut]:
    """Return the reading of the staff in the last 14 days that stands out, the latest first. Five queries."""
    read = AccessLog.objects.filter(at__gte=now - LOOKS_BACK, at__lte=now).exclude(role=Role.PATIENT).order_by()
    by_hour = read.annotate(when=TruncHour("at")).values("user_id", "when")
    many = by_hour.annotate(count=Count("patient_id", distinct=True)).filter(count__gt=MANY_RECORDS)
    at_night = read.annotate(hour=ExtractHour("at")).filter(Q(hour__lt=DAY_BEGINS) | Q(hour__gte=DAY_ENDS))
    odd = at_night.annotate(when=TruncDay("at")).values("user_id", "when")
    odd = odd.annotate(count=Count("patient_id", distinct=True))
    staff = User.objects.exclude(role=Role.PATIENT)
    mails = staff.annotate(mail=Lower("email")).values("mail")
    of_staff = Patient.objects.annotate(mail=Lower("email")).filter(Q(mail__in=mails) | Q(user__in=staff))
    colleagues = read.filter(patient_id__in=list(of_staff.values_list("pk", flat=True)))
    near = colleagues.annotate(when=TruncDay("at")).values("user_id", "when").annotate(count=Count("id"))
    kinds = [("many", many), ("night", odd), ("colleague", near)]
    found = [(kind, row) for kind, rows in kinds for row in rows.order_by("-when")[:SHOWN]]
    people = names_of({row["user_id"] for _kind, row in found})
    rows = [StandsOut(kind, people.get(row["user_id"], ""), row["when"], row["count"]) for kind, row in found]
    return sorted(rows, key=lambda each: each.at, reverse=True)[:SHOWN]
