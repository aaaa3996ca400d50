"""What every API view shares: bearer tokens, the policy table as permission, paging."""

import datetime
from collections.abc import Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_filters.fields import IsoDateTimeField
from django_filters.rest_framework import IsoDateTimeFilter
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.audit import record_accesses
from accounts.models import ApiToken, Role, User
from accounts.policy import action_of, may
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
    """Closed by default: a view names its action of accounts.policy in `required_action`, or by method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user.is_authenticated and request.method not in view.allowed_methods:
            raise exceptions.MethodNotAllowed(request.method or "")
        by_method: dict[str, str] = getattr(view, "required_actions", {})
        action = by_method.get(request.method or "", getattr(view, "required_action", None))
        return action is not None and may(request.user, action)


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


class Pages(PageNumberPagination):
    """Pages of 20 rows, up to 100 on request."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100

    def get_page_size(self, request: Request) -> int | None:
        """Return the rows of a page; raises ValidationError for what is no number of rows."""
        given = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (given.isascii() and given.isdecimal() and int(given[:9])):
            raise exceptions.ValidationError({self.page_size_query_param: [_("A page holds 1 to 100 rows.")]})
        return min(int(given[:9]), self.max_page_size)


def patients_asked_about(request: Request, part: str) -> set[UUID]:
    """Return the patient whom a therapist's list of care is asked about by name: an empty list tells of them too."""
    if action_of(part) != "clinical.view" or getattr(request.user, "role", None) != Role.THERAPIST:
        return set()
    try:
        return {UUID(request.query_params["patient"])}
    except (KeyError, ValueError):
        return set()


class LoggedListMixin(ListModelMixin):
    """A list of rows of patients that notes in the access log whose records it showed, as `part`."""

    part: str
    patient_field = "patient_id"  # from a row to the patient, over relations that the queryset joins

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))  # type: ignore[attr-defined]
        rows = list(page or [])
        self.may_show(rows)
        patient_of = attrgetter(self.patient_field)
        shown = {patient_of(row) for row in rows} | patients_asked_about(request, self.part)
        record_accesses(request._request, sorted(shown), self.part)
        response: Response = self.get_paginated_response(self.shown(rows))  # type: ignore[attr-defined]
        return response

    def may_show(self, rows: Sequence[Any]) -> None:
        """Find out what of the rows this request may see, before they are noted as read."""

    def shown(self, rows: Sequence[Any]) -> Any:
        """Return the rows as they go over the wire."""
        return self.get_serializer(rows, many=True).data  # type: ignore[attr-defined]
