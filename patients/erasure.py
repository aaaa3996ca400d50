"""Erasing a record for good, when the law allows it, and proving that it is gone (GDPR article 17)."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.erasure_gate import erasing
from accounts.idempotency import forget_results
from accounts.models import SecurityEvent, User
from accounts.security_log import note_event
from patients.belongings import Belongings, accounts_of, belongings_of, belongings_of_accounts, is_history
from patients.erasure_rows import end_sessions, remove
from patients.erasure_scan import Scan, scan, words_of
from patients.exceptions import ErasureRefused
from patients.models import Erasure, ErasureProof, Patient, Restriction, RetentionDecision
from patients.retention import LONGEST_YEARS, SHORTEST_YEARS, last_contacts, years_before

Basis = Erasure.Basis
# Rows that a registration gathers before any care. Whatever else there is, is care: a new table counts as care.
BEFORE_CARE = {
    "pathways.PushSubscription",
    "patients.Patient",
    "patients.Consent",
    "patients.DataImportRow",
    "patients.Invitation",
    "patients.PrivacyRequest",
    "patients.Restriction",
    "patients.RetentionDecision",
    "scheduling.Appointment",
    "scheduling.AppointmentSeries",
    "scheduling.CalendarFeed",
    "scheduling.Communication",
    "scheduling.CommunicationLine",
    "scheduling.ContactConsent",
    "scheduling.Proposal",
    "scheduling.WaitingListEntry",
    "scheduling.WaitingListEntry_practitioners",
}


@dataclass(frozen=True, slots=True)
class Prospect:
    """What an erasure would take: whether it may, on what ground or why not, and the rows by kind."""

    basis: Erasure.Basis | None
    refusal: str
    rows: list[tuple[str, int]]
    history: int


def prospect(patient: Patient, *, now: datetime.datetime) -> Prospect:
    """Return what an erasure of a record would take and whether the law allows it now. A bounded number of queries."""
    found = belongings_of(patient.pk)
    last = last_contacts([patient.pk]).get(patient.pk)
    basis, refusal = _ground(patient, found, last, now)
    named = [
        (str(m._meta.verbose_name_plural), len(keys)) for m, keys in found.keys.items() if keys and not is_history(m)
    ]
    past = sum(len(keys) for model, keys in found.keys.items() if is_history(model))
    return Prospect(basis, refusal, sorted(named), past)


def erase(patient: Patient, *, by: User, now: datetime.datetime) -> Erasure:
    """Erase a record in every room, with its history, account, sessions, messages and jobs; then search what is left.

    Who opened it (AccessLog) and what happened to it (SecurityEvent) stay, as ids. Raises ErasureRefused.
    """
    with transaction.atomic():
        locked = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
        found, last = belongings_of(locked.pk), last_contacts([locked.pk]).get(locked.pk)
        basis, refusal = _ground(locked, found, last, now)
        if basis is None:
            raise ErasureRefused(refusal)
        erasure, words, counts = _take(locked, found, basis=basis, by=by.pk, now=now)
    _prove(erasure, words, counts, now=now)
    return erasure


def reapply(patient_ids: Iterable[UUID], *, by: UUID | None, now: datetime.datetime) -> list[Erasure]:
    """Erase again the records that came back with a backup. Asks nothing: the decision was taken. Returns what it did.

    Each record is a transaction of its own, so that a stop halfway loses nothing: run it again.
    """
    done = []
    for patient_id in patient_ids:
        with transaction.atomic():
            patient = Patient.objects.select_for_update(of=("self",)).filter(pk=patient_id).first()
            if patient is None:
                continue
            found = belongings_of(patient_id)
            erasure, words, counts = _take(patient, found, basis=Basis.REAPPLIED, by=by, now=now)
        _prove(erasure, words, counts, now=now)
        done.append(erasure)
    return done


def erased_ids() -> list[UUID]:
    """Return the ids of all erased records, the oldest first: what is kept beside the backups."""
    rows = Erasure.objects.order_by("erased_at", "pk").values_list("patient_id", flat=True)
    return list(dict.fromkeys(rows))


def certificate(erasure: Erasure, *, counts: dict[str, int], result: Scan, now: datetime.datetime) -> dict[str, Any]:
    """Return the content of a certificate; its digest is kept with the proof, so that a copy can be checked."""
    return {
        "erasure": str(erasure.pk),
        "patient": str(erasure.patient_id),
        "ground": erasure.basis,
        "erased_at": erasure.erased_at.astimezone(datetime.UTC).isoformat(),
        "erased_by": str(erasure.erased_by_id) if erasure.erased_by_id else None,
        "rows": counts,
        "searched": _searched(result),
        "left_over": [asdict(each) for each in result.left_over],
        "searched_at": now.astimezone(datetime.UTC).isoformat(),
    }


def digest_of(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a certificate, over its JSON with sorted keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _take(
    patient: Patient, found: Belongings, *, basis: Erasure.Basis, by: UUID | None, now: datetime.datetime
) -> tuple[Erasure, list[str], dict[str, int]]:
    """Delete; must run in a transaction. Returns the erasure, the words to search for (kept nowhere), and counts."""
    users = list(User.objects.filter(pk__in=accounts_of(patient)))
    words, ids = words_of(patient, users), {user.pk for user in users}
    erasure = Erasure.objects.create(patient_id=patient.pk, basis=basis, erased_by_id=by, erased_at=now)
    accounts = belongings_of_accounts(ids) if ids else Belongings()
    note_event(SecurityEvent.Kind.ERASED, user_id=by, patient_id=patient.pk, erasure=str(erasure.pk), basis=basis)
    with erasing(erasure.pk):
        sessions = end_sessions(ids)
        forget_results([patient.pk])
        counts = remove(Belongings({**accounts.keys, **found.keys}))
    return erasure, words, {**counts, **({"django_session": sessions} if sessions else {})}


def _prove(erasure: Erasure, words: Sequence[str], counts: dict[str, int], *, now: datetime.datetime) -> ErasureProof:
    result = scan(words)
    content = certificate(erasure, counts=counts, result=result, now=now)
    return ErasureProof.objects.create(
        erasure=erasure,
        counts=counts,
        searched=content["searched"],
        left_over=content["left_over"],
        is_clean=result.is_clean,
        digest=digest_of(content),
        made_at=now,
    )


def _searched(result: Scan) -> dict[str, Any]:
    declared = [asdict(each) for each in result.declared]
    facts = {"tables": result.tables, "columns": result.columns, "words": result.words, "shared": result.shared}
    return {**facts, "declared": declared}


def _ground(
    patient: Patient, found: Belongings, last: datetime.datetime | None, now: datetime.datetime
) -> tuple[Erasure.Basis | None, str]:
    """Return the ground on which a record may go, or the legal reason why it may not."""
    if Restriction.objects.filter(patient=patient, lifted_at__isnull=True).exists():
        return None, _("This record is frozen. Lift the freeze first: erasing it would decide the dispute.")
    cared = [model for model, keys in found.keys.items() if keys and not is_history(model)]
    if last is None and all(model._meta.label in BEFORE_CARE for model in cared):
        return Basis.NEVER_TREATED, ""
    since = last or patient.created_at
    if since < years_before(now, LONGEST_YEARS):
        return Basis.LONGEST, ""
    if since < years_before(now, SHORTEST_YEARS):
        kept = RetentionDecision.objects.filter(patient=patient, keep_until__gte=timezone.localdate(now)).first()
        if kept is None:
            return Basis.RETENTION, ""
        facts = {"day": f"{kept.keep_until:%d/%m/%Y}", "reason": kept.reason}
        return None, _("It was decided to keep this record until %(day)s: %(reason)s") % facts
    until = _years_after(since, SHORTEST_YEARS)
    reason = _(
        "The law asks to keep a patient's record for 30 years after the last contact (Kwaliteitswet 22 April 2019,"
        " article 35): until %(day)s. The right to erasure does not apply before (GDPR article 17(3)(c))."
    )
    return None, reason % {"day": f"{until:%d/%m/%Y}"}


def _years_after(moment: datetime.datetime, years: int) -> datetime.date:
    day = timezone.localdate(moment)
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
