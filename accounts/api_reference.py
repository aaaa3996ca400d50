"""Who works in the practice, over HTTP: what a program needs before it can book anything."""

from typing import Any

from rest_framework import mixins, serializers, viewsets

from accounts.api_resource import ResourceMixin, operations
from accounts.api_rows import ListMixin
from accounts.etags import ETagMixin
from accounts.models import Practitioner


class PractitionerShape(serializers.ModelSerializer[Practitioner]):
    """A physiotherapist. `nihdi_number` is the RIZIV number, 11 digits or empty."""

    class Meta:
        model = Practitioner
        fields = ("id", "name", "nihdi_number", "is_active")
        read_only_fields = fields


@operations("practitioners", "Practice", list="Physiotherapists, by name", retrieve="One physiotherapist")
class PractitionerViewSet(
    ETagMixin, ResourceMixin, ListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Practitioner]
):
    """The physiotherapists of the practice, also those who left: visits of then keep naming them."""

    required_action = "api.reference"
    queryset: Any = Practitioner.objects.order_by("name", "id")
    serializer_class = PractitionerShape
    filterset_fields = ("is_active",)
    ordering_fields = ("name",)
    lookup_value_converter = "uuid"
