"""The care pathways of the practice, over HTTP: which there are, and which text counts now."""

from typing import Any

from django.db.models import Max, Q
from rest_framework import mixins, serializers, viewsets

from accounts.api_resource import ResourceMixin, operations
from accounts.api_rows import ListMixin
from accounts.etags import ETagMixin
from pathways.models import Pathway, PathwayVersion


class PathwayShape(serializers.ModelSerializer[Pathway]):
    """A care pathway. `version` is the number of the published text that new plans begin with, null without one."""

    key = serializers.CharField(source="slug")
    version = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Pathway
        fields = ("key", "title", "version")
        read_only_fields = fields


@operations("pathways", "Practice", list="Care pathways, by title", retrieve="One care pathway")
class PathwayViewSet(ETagMixin, ResourceMixin, ListMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Pathway]):
    """Care pathways. The whole text of one is its PlanDefinition, over FHIR."""

    required_action = "api.reference"
    published = Q(versions__status=PathwayVersion.Status.PUBLISHED)
    queryset: Any = Pathway.objects.annotate(version=Max("versions__number", filter=published)).order_by(
        "title", "slug"
    )
    serializer_class = PathwayShape
    ordering_fields = {"key": "slug", "title": "title"}
    lookup_value_regex = r"[-\w]+"
