"""The root of every refusal that a domain function raises."""

from collections.abc import Mapping
from typing import Any


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
