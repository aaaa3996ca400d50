"""Who a token belongs to, over HTTP: a program's first question."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import token_of
from accounts.api_resource import ResourceMixin, operations
from accounts.models import Practitioner, Role
from accounts.policy import signed_in
from patients.models import Patient


class TokenShape(serializers.Serializer[Any]):
    """The token of this request: its name, and the moment at which it ends (null: no end)."""

    name = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)


class MeShape(serializers.Serializer[Any]):
    """An account. `practitioner` and `patient` are the ids under which the practice knows its owner, or null."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.EmailField()
    role = serializers.ChoiceField(choices=Role.choices)
    practitioner = serializers.UUIDField(allow_null=True)
    patient = serializers.UUIDField(allow_null=True)
    token = TokenShape(allow_null=True, help_text="Null for a browser that signed in.")


@operations("me", "Practice", get="Who the token belongs to")
class MeView(ResourceMixin, APIView):
    """The account behind the token."""

    required_action = "api.reference"
    filter_backends: Any = []

    def answer_shape(self) -> type[MeShape]:
        """Return the shape of the answer."""
        return MeShape

    def known_parameters(self) -> tuple[str, ...]:
        """Return no parameter: nothing is filtered here."""
        return ()

    @extend_schema(responses=MeShape)
    def get(self, request: Request) -> Response:
        """Say who asks: the role decides what the other addresses show. Three queries."""
        user, token = signed_in(request._request), token_of(request._request)
        known = {name: getattr(user, name) for name in ("id", "name", "email", "role")}
        known["practitioner"] = Practitioner.objects.filter(user=user).values_list("pk", flat=True).first()
        known["patient"] = Patient.objects.filter(user=user).values_list("pk", flat=True).first()
        known["token"] = {"name": token.name, "expires_at": token.expires_at} if token else None
        return Response(MeShape(known).data)
