"""The log of who looked at which record."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts.access_reasons import readable, reason_for
from accounts.exceptions import ReasonWanted
from accounts.models.access_log import AccessLog
from accounts.policy import action_of
from accounts.request_id import current_request_id
from accounts.security_log import address_of

_NOTE_ALL = """
INSERT INTO accounts_accesslog (at, user_id, role, part, ip_address, request_id, reason, patient_id)
SELECT %s, %s, %s, %s, %s::inet, %s, '', patient FROM unnest(%s::uuid[]) AS patient
"""


def record_access(request: HttpRequest, patient_id: UUID, part: str) -> None:
    """Note that the signed-in user opened a part of a patient's record ("chart", "intake", "plan"...).

    A patient who opens the own record is noted too. Stands before anything of that part is read or written: raises
    ReasonWanted when a therapist must first say why (accounts.access_reasons).
    """
    user: Any = request.user
    reason = reason_for(request, patient_id, part)
    AccessLog.objects.create(
        user_id=user.pk,
        role=user.role,
        patient_id=patient_id,
        part=part,
        reason=reason,
        ip_address=address_of(request),
        request_id=current_request_id(),
    )


def record_accesses(request: HttpRequest, patient_ids: Iterable[UUID], part: str) -> None:
    """Note that a list showed the user a part of several records. One query, and two for a therapist's check.

    Raises ReasonWanted for the first patient about whom a therapist must first say why.
    """
    user: Any = request.user
    patient_ids = list(patient_ids)
    if action_of(part) == "clinical.view":
        closed = sorted(set(patient_ids) - readable(request, patient_ids))
        if closed:
            raise ReasonWanted(closed[0])
    address, number = address_of(request), current_request_id()
    if patient_ids:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_ALL, [timezone.now(), user.pk, user.role, part, address, number, patient_ids])
