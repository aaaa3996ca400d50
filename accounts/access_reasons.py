"""Break-the-glass: a colleague's patient opens after saying why, for twelve hours, and the practice owner looks back.

The rule is accounts.policy (RELATIONS); why it is so: docs/decisions/0009-break-the-glass.md.
"""

import datetime
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.exceptions import InvalidInput, ReasonWanted
from accounts.models import AccessReason, AccessReview, Role, SecurityEvent, User
from accounts.models.access_reason import LONGEST_HOLD
from accounts.policy import Answer, action_of, decide
from accounts.relations import treated_by
from accounts.request_id import current_request_id
from accounts.security_log import note_event

HEADER = "X-Access-Reason"


def give_reason(patient_id: UUID, *, code: str, words: str = "", by: User, now: datetime.datetime) -> AccessReason:
    """Keep why a user opens a record outside the own patients; it holds for twelve hours.

    Raises InvalidInput when the reason is none of the list, or another one without words.
    """
    words = " ".join(words.replace("\0", "").split())[:150]
    if code not in AccessReason.Code.values or code == AccessReason.Code.NONE:
        sentence = _sentence(AccessReason, "code_known")
        raise InvalidInput(sentence, errors={"code": [sentence]})
    if code == AccessReason.Code.OTHER and not words:
        sentence = _sentence(AccessReason, "other_in_words")
        raise InvalidInput(sentence, errors={"words": [sentence]})
    return _keep(patient_id, code=code, words=words, by_program=False, by=by, now=now)


@transaction.atomic
def _keep(patient_id: UUID, *, by: User, now: datetime.datetime, **fields: Any) -> AccessReason:
    row = AccessReason.objects.create(
        user_id=by.pk,
        patient_id=patient_id,
        given_at=now,
        valid_until=now + LONGEST_HOLD,
        request_id=current_request_id(),
        **fields,
    )
    kind = SecurityEvent.Kind.BREAK_GLASS
    note_event(kind, user_id=by.pk, patient_id=patient_id, reason=row.code, by_program=row.by_program)
    return row


def holding(user: User, patients: Collection[UUID], *, now: datetime.datetime) -> dict[UUID, AccessReason]:
    """Return for each of the patients the user's last reason that still holds. One query."""
    rows = AccessReason.objects.filter(user_id=user.pk, patient_id__in=patients, valid_until__gt=now)
    return {row.patient_id: row for row in rows.order_by("given_at", "id")}


def reason_for(request: HttpRequest, patient_id: UUID, part: str) -> str:
    """Return the reason to note beside an opening, "" for who needs none: the gate before every part of a record.

    Raises ReasonWanted when a therapist in a browser opens care outside the own patients and gave no reason. A program
    with a key is let through (the API's contract): what it says in X-Access-Reason, or its silence, waits for review.
    One query, one more outside the own patients.
    """
    user: Any = request.user
    if user.role != Role.THERAPIST or patient_id in getattr(request, "own_patients", ()):
        return ""
    now = timezone.now()
    if decide(user, action_of(part), patient_id, now=now) is not Answer.REASON_WANTED:
        return ""
    given = holding(user, [patient_id], now=now).get(patient_id)
    said = _header(request) if is_program(request) else ""
    if given is None or (said and given.code == AccessReason.Code.NONE):
        if not is_program(request):
            raise ReasonWanted(patient_id)
        given = _of_program(patient_id, said, by=user, now=now)
    elif given.code == AccessReason.Code.NONE and not is_program(request):
        raise ReasonWanted(patient_id)
    return given.sentence


def readable(request: HttpRequest, patients: Collection[UUID]) -> set[UUID]:
    """Return those of the patients whose care this request may read as it is. Two queries for a therapist."""
    user: Any = request.user
    wanted = set(patients)
    if user.role != Role.THERAPIST or is_program(request):
        return wanted
    now = timezone.now()
    own = treated_by(user, wanted, now=now)
    request.own_patients = own  # type: ignore[attr-defined]  # the gate of the same request need not ask again
    return own | _opened_by(user, wanted - own, now=now)


def readable_by(user: User, patients: Collection[UUID], *, now: datetime.datetime) -> set[UUID]:
    """Return those of the patients whom a therapist treats or opened with a reason that holds. Two queries at most."""
    own = treated_by(user, patients, now=now)
    return own | _opened_by(user, set(patients) - own, now=now)


def _opened_by(user: User, patients: Collection[UUID], *, now: datetime.datetime) -> set[UUID]:
    """Those of the patients about whom a person said why, and it still holds. One query, none without patients."""
    given = holding(user, patients, now=now) if patients else {}
    return {patient for patient, row in given.items() if row.code != AccessReason.Code.NONE}


def is_program(request: HttpRequest) -> bool:
    """Whether a request came with a key of the API (accounts.api), not from a browser that signed in."""
    return bool(getattr(request, "by_token", False))


def _of_program(patient_id: UUID, said: str, *, by: User, now: datetime.datetime) -> AccessReason:
    code = AccessReason.Code.OTHER if said else AccessReason.Code.NONE
    return _keep(patient_id, code=code, words=said, by_program=True, by=by, now=now)


def _header(request: HttpRequest) -> str:
    return " ".join("".join(each for each in request.headers.get(HEADER, "") if each.isprintable()).split())[:150]


def open_reasons() -> QuerySet[AccessReason]:
    """Return the openings that nobody marked as seen, the latest first."""
    seen = AccessReview.objects.filter(reason=OuterRef("pk"), outcome=AccessReview.Outcome.SEEN)
    return AccessReason.objects.filter(~Exists(seen)).order_by("-given_at", "-id")


def questions_for(user: User) -> QuerySet[AccessReason]:
    """Return the user's own openings about which a question of the owner waits for an answer."""
    rows = open_reasons().filter(user_id=user.pk)
    asked = AccessReview.objects.filter(reason=OuterRef("pk"), outcome=AccessReview.Outcome.QUESTION)
    newer = AccessReview.objects.filter(reason=OuterRef("pk"), outcome=AccessReview.Outcome.ANSWER)
    return rows.filter(Exists(asked), ~Exists(newer))


@transaction.atomic
def review(reason: AccessReason, outcome: str, *, note: str = "", by: User, now: datetime.datetime) -> AccessReview:
    """Keep what the owner makes of an opening, or what who opened it answers.

    Raises InvalidInput when a question or an answer is empty, or somebody marked the opening as seen before.
    """
    note = " ".join(note.replace("\0", "").split())[:500]
    if outcome != AccessReview.Outcome.SEEN and not note:
        sentence = _sentence(AccessReview, "says_what")
        raise InvalidInput(sentence, errors={"note": [sentence]})
    if reason.reviews.filter(outcome=AccessReview.Outcome.SEEN).exists():
        raise InvalidInput(_sentence(AccessReview, "seen_once"))
    return AccessReview.objects.create(reason=reason, outcome=outcome, note=note, by_id=by.pk, at=now)


def _sentence(model: type[Model], rule: str) -> str:
    """The sentence of a constraint: one source for the form and the database."""
    name = f"accounts_{model._meta.model_name}_{rule}"
    return next(str(each.violation_error_message) for each in model._meta.constraints if each.name == name)
