"""What can be measured, over HTTP: the words behind the keys of observations."""

from typing import Any

from rest_framework import mixins, serializers, viewsets

from accounts.api_resource import ResourceMixin, operations
from accounts.api_rows import ListMixin
from accounts.etags import ETagMixin
from patients.models import Measure


class MeasureShape(serializers.ModelSerializer[Measure]):
    """A measure. `minimum` and `maximum` bound the values that are taken, in `unit`."""

    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)

    class Meta:
        model = Measure
        fields = ("key", "label", "type", "unit", "minimum", "maximum")
        read_only_fields = fields


@operations("measures", "Practice", list="Measures, by key", retrieve="One measure")
class MeasureViewSet(ETagMixin, ResourceMixin, ListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Measure]):
    """What the practice measures."""

    required_action = "api.reference"
    queryset: Any = Measure.objects.defer("definition").order_by("key")
    serializer_class = MeasureShape
    filterset_fields = ("type",)
    ordering_fields = ("key", "label", "type")
    lookup_value_regex = r"[^/]+"
