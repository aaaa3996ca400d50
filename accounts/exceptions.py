"""The root of every refusal that a domain function raises."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import OperationalError
from django.utils.translation import gettext as _


class DomainError(Exception):
    """Something the practice's rules refuse. Pages show `detail`; the API answers `status` with a problem document.

    `errors` names fields and what is wrong with each; `extra` holds further members of the document (RFC 9457).
    """

    status = 409
    title = "Refused"

    def __init__(self, detail: str, *, errors: Mapping[str, Any] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = dict(errors or {})
        self.extra = extra


class InvalidInput(DomainError):
    """Values that cannot be taken; `errors` names each."""

    status = 400
    title = "Invalid input"


class ReasonWanted(DomainError):
    """A part of a record outside the own patients was asked for, and no reason that still holds was given.

    A page leads to the question and comes back; the API answers a problem document of the type "reason-wanted".
    """

    status = 403
    title = "Reason wanted"

    def __init__(self, patient_id: UUID) -> None:
        sentence = _("This is not one of your own patients: first say why you open this record.")
        super().__init__(sentence, patient=str(patient_id))
        self.patient_id = patient_id


class BrokenOff(DomainError):
    """The database broke a change off because of others who write at once, or because it waited too long.

    Nothing was saved; the same once more usually works.
    """

    title = "Too busy"

    def __init__(self) -> None:
        super().__init__(_("Someone else was changing this at the same moment. Try again."))


# deadlock_detected, serialization_failure, lock_not_available, query_canceled (a time-out)
_BROKEN_OFF = {"40P01", "40001", "55P03", "57014"}


def as_refusal(error: Exception) -> Exception:
    """Return BrokenOff for an error with which the database broke a change off, any other error as it is."""
    is_broken_off = isinstance(error, OperationalError) and getattr(error.__cause__, "sqlstate", "") in _BROKEN_OFF
    return BrokenOff() if is_broken_off else error
