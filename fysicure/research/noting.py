"""Whose data were used: a patient reads it in the portal under who looked."""

import datetime
from itertools import batched

from django.db import transaction
from django.http import HttpRequest

from accounts.models import AccessLog, User
from accounts.request_id import current_request_id
from accounts.security_log import address_of
from fysicure.research.generalising import Choice
from fysicure.research.people import Considered

PART = "research"
# So many at once: the chain looks its queue through for each row of a commit, and others get their turn in between.
BATCH = 500


def note_use(
    considered: Considered, choice: Choice, *, by: User, now: datetime.datetime, request: HttpRequest | None = None
) -> int:
    """Note for each patient in the file that the data are used for research, before they are read; return how many."""
    used = [patient for patient, kept in zip(considered.patients, choice.kept, strict=True) if kept]
    address, number = address_of(request), current_request_id()
    for some in batched(used, BATCH):
        rows = (
            AccessLog(
                at=now,
                user_id=by.pk,
                role=by.role,
                patient_id=patient,
                part=PART,
                ip_address=address,
                request_id=number,
            )
            for patient in some
        )
        with transaction.atomic():
            AccessLog.objects.bulk_create(rows)
    return len(used)
