"""What patients ask about their data, with the days in which the law wants an answer."""

import datetime
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from patients.exceptions import AlreadyAnswered
from patients.models import Patient, PrivacyRequest
from patients.validation import check_row

Kind, Status = PrivacyRequest.Kind, PrivacyRequest.Status
# Looking into the record and copies: law on patients' rights, 22 August 2002, article 9 section 2.
PATIENT_LAW_DAYS = 15
BY_PATIENT_LAW = {Kind.ACCESS, Kind.COPY}
MOST_OPEN = 10


def due_day(kind: str, received: datetime.date) -> datetime.date:
    """Return the last day for an answer: 15 days for access and copies, else one month (GDPR article 12(3))."""
    if kind in BY_PATIENT_LAW:
        return received + datetime.timedelta(days=PATIENT_LAW_DAYS)
    year, month = received.year + received.month // 12, received.month % 12 + 1
    for day in (received.day, 30, 29, 28):
        try:
            return datetime.date(year, month, day)
        except ValueError:
            continue
    raise ValueError(received)


def ask(patient: Patient, kind: str, *, statement: str, how: str, by: User, now: datetime.datetime) -> PrivacyRequest:
    """Keep a request in the patient's own words. Raises InvalidRecord; AlreadyAnswered when too many are open."""
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        if PrivacyRequest.objects.filter(patient=patient, status=Status.OPEN).count() >= MOST_OPEN:
            raise AlreadyAnswered(_("There are too many open requests. The practice answers those first."))
        row = PrivacyRequest(
            patient=patient,
            kind=kind,
            statement=statement.strip(),
            how=how,
            received_at=now,
            due_on=due_day(kind, timezone.localdate(now)),
            recorded_by=by,
        )
        check_row(row)
        row.save(force_insert=True)
        return row


def answer(
    request: PrivacyRequest, *, accepted: bool, answer: str, corrected: str = "", by: User, now: datetime.datetime
) -> PrivacyRequest:
    """Answer a request, for good: done (with what was corrected and where), or refused with the reason.

    The record itself is corrected where it stands; this only tells so. Raises AlreadyAnswered, InvalidRecord.
    """
    with transaction.atomic(), pghistory.context(user=str(by.pk)):
        row: PrivacyRequest = PrivacyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.status != Status.OPEN:
            raise AlreadyAnswered(_("This request was answered already."))
        row.status = Status.ACCEPTED if accepted else Status.REFUSED
        row.answer, row.corrected = answer.strip(), corrected.strip()
        row.answered_at, row.answered_by = now, by
        check_row(row)
        row.save(update_fields=["status", "answer", "corrected", "answered_at", "answered_by"])
        return row


def register(user: User, *, show: str, today: datetime.date) -> Any:
    """Return the requests that a user may see: "open" (default), "late" or "all", the most urgent first."""
    rows = PrivacyRequest.objects.visible_to(user).select_related("patient", "answered_by", "recorded_by")
    if show == "all":
        return rows.order_by("-received_at", "-pk")
    rows = rows.filter(status=Status.OPEN).order_by("due_on", "pk")
    return rows.filter(due_on__lt=today) if show == "late" else rows


def open_counts(*, today: datetime.date) -> dict[str, int]:
    """Return how many requests are open, and how many are late. One query."""
    due = list(PrivacyRequest.objects.filter(status=Status.OPEN).order_by().values_list("due_on", flat=True))
    return {"open": len(due), "late": sum(day < today for day in due)}
