"""An erasure that is written down, so that the triggers open for it (accounts.erasure_gate)."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction

from accounts.erasure_gate import erasing
from accounts.models import SecurityEvent
from accounts.security_log import note_event


@contextmanager
def recorded_erasure(erasure_id: UUID) -> Iterator[None]:
    """Open the gate as patients.erasure does, inside a transaction of its own."""
    with transaction.atomic():
        note_event(SecurityEvent.Kind.ERASED, erasure=str(erasure_id))
        with erasing(erasure_id):
            yield
