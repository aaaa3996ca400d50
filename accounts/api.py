"""What every API view shares: bearer tokens, the policy table as permission, lists that are noted."""

import datetime
from collections.abc import Collection
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_rows import ListMixin
from accounts.audit import record_accesses
from accounts.models import ApiToken, Role, User
from accounts.policy import action_of, may, note_denied
from accounts.tokens import valid_token


def token_of(request: HttpRequest) -> ApiToken | None:
    """Return the valid bearer token that a request carries, with its user, or None. Looked up once for each request."""
    if not hasattr(request, "_api_token"):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        found = valid_token(token.strip()) if scheme.lower() == "bearer" else None
        request._api_token = found  # type: ignore[attr-defined]
    known: ApiToken | None = request._api_token  # type: ignore[attr-defined]
    return known


def user_of_token(request: HttpRequest) -> User | None:
    """Return the user of the bearer token that a request carries, or None."""
    token = token_of(request)
    return token.user if token else None


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        if get_authorization_header(request).partition(b" ")[0].lower() != b"bearer":
            return None
        user = user_of_token(request._request)
        if user is None:
            raise exceptions.AuthenticationFailed("This token is unknown, ended or revoked.")
        request._request.by_token = True  # type: ignore[attr-defined]  # a program: accounts.access_reasons
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class PolicyPermission(BasePermission):
    """Closed by default: a view names its action of accounts.policy in `required_action`, or by method.

    That somebody who is signed in was refused is noted, as `accounts.policy.requires` does.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user.is_authenticated and request.method not in view.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method or "")
        by_method: dict[str, str] = getattr(view, "required_actions", {})
        action = by_method.get(request.method or "", getattr(view, "required_action", None))
        is_allowed = action is not None and may(request.user, action)
        if not is_allowed:
            note_denied(request._request, request.user, action or "")
        return is_allowed


class MomentField(IsoDateTimeField):
    """A moment in ISO 8601, in UTC from here on: PostgreSQL takes no offset of sixteen hours or more."""

    def to_python(self, value: Any) -> Any:
        moment = super().to_python(value)
        try:
            return moment.astimezone(datetime.UTC) if moment else None
        except OverflowError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class MomentFilter(IsoDateTimeFilter):
    """Filters by a moment."""

    field_class = MomentField


def patients_asked_about(request: Request, part: str) -> set[UUID]:
    """Return the patient whom a therapist's list of care is asked about by name: an empty list tells of them too."""
    if action_of(part) != "clinical.view" or getattr(request.user, "role", None) != Role.THERAPIST:
        return set()
    try:
        return {UUID(request.query_params["patient"])}
    except (KeyError, ValueError):
        return set()


class LoggedListMixin(ListMixin):
    """A list of rows of patients that notes in the access log whose records it showed, as `part`."""

    part: str
    patient_path = "patient_id"  # from a row to the patient

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer with a page of the rows that the caller may see, once it is noted whose records it shows."""
        rows = self.page_of(self.filter_queryset(self.get_queryset()), self.patient_path)  # type: ignore[attr-defined]
        shown = [self.patient_of(row) for row in rows]
        self.may_show(shown)
        noted = {*shown} | patients_asked_about(request, self.part)
        record_accesses(request._request, sorted(noted), self.part)
        response: Response = self.get_paginated_response(self.shown(rows))  # type: ignore[attr-defined]
        return response

    def patient_of(self, row: Any) -> UUID:
        """Return whose row it is."""
        patient: UUID = (
            row[self.patient_path] if isinstance(row, dict) else attrgetter(self.patient_path.replace("__", "."))(row)
        )
        return patient

    def may_show(self, patients: Collection[UUID]) -> None:
        """Find out what of these patients' rows this request may see, before they are noted as read."""
