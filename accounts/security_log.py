"""Writing down what a reviewer of the practice's security asks about."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from accounts.models.security_event import SecurityEvent
from accounts.request_id import current_request_id


def address_of(request: HttpRequest | None) -> str | None:
    """Return the address that a request came from, or None outside a request."""
    return (request.META.get("REMOTE_ADDR") or None) if request is not None else None


def note_event(
    kind: SecurityEvent.Kind,
    *,
    request: HttpRequest | None = None,
    user_id: UUID | None = None,
    subject_id: UUID | None = None,
    patient_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Append an event. `user_id` (who did it) defaults to the signed-in user of `request`.

    `detail` holds codes, counts and ids only: never a name, an address of a person, a number or a clinical word.
    """
    if user_id is None and request is not None:
        user_id = getattr(getattr(request, "user", None), "pk", None)
    SecurityEvent.objects.create(
        kind=kind,
        user_id=user_id,
        subject_id=subject_id,
        patient_id=patient_id,
        ip_address=address_of(request),
        request_id=current_request_id(),
        detail=detail,
    )
