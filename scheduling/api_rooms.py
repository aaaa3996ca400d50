"""Where the practice treats, over HTTP."""

from typing import Any

from rest_framework import mixins, serializers, viewsets

from accounts.api_resource import ResourceMixin, operations
from accounts.api_rows import ListMixin
from accounts.etags import ETagMixin
from scheduling.models import Room


class RoomShape(serializers.ModelSerializer[Room]):
    """A room in which one patient at a time is treated."""

    class Meta:
        model = Room
        fields = ("id", "name", "kind", "is_active")
        read_only_fields = fields


@operations("rooms", "Practice", list="Rooms, by name", retrieve="One room")
class RoomViewSet(ETagMixin, ResourceMixin, ListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Room]):
    """The rooms of the practice."""

    required_action = "api.reference"
    queryset: Any = Room.objects.order_by("name", "id")
    serializer_class = RoomShape
    filterset_fields = ("kind", "is_active")
    ordering_fields = ("name", "kind")
    lookup_value_converter = "int"
