"""Free moments over HTTP."""

import datetime
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_resource import ResourceMixin
from accounts.models import Practitioner
from patients.models import Encounter
from scheduling.api_shapes import BOOKABLE, BrusselsField
from scheduling.availability import Preferred
from scheduling.slots import FreeMoment, free_moments

LONGEST_DAYS = 62


class SeveralField(serializers.ListField):
    """Values that are given several times, or once with commas between them."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value([part for each in data for part in str(each).split(",") if part])


class SlotQuerySerializer(serializers.Serializer[Any]):
    """What is asked: from when to when, how long, with whom (default: everybody), on which days and at what hours.

    The whole visit lies between `not_before` and `not_after` (Brussels time) on one of the weekdays (1 = Monday).
    """

    practitioner = SeveralField(child=serializers.UUIDField(), required=False, allow_empty=False, max_length=100)
    weekday = SeveralField(child=serializers.IntegerField(min_value=1, max_value=7), required=False, allow_empty=False)
    not_before = serializers.TimeField(required=False)
    not_after = serializers.TimeField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=240, default=30)
    type = serializers.ChoiceField(choices=BOOKABLE, default=Encounter.Kind.SESSION.value)

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": BrusselsField(), "to": BrusselsField()}


@cache
def _asked() -> SlotQuerySerializer:
    """The shape of what is asked, made once: it keeps nothing of a request."""
    return SlotQuerySerializer()


class SlotSerializer(serializers.Serializer[FreeMoment]):
    """A visit that could be booked."""

    practitioner = serializers.UUIDField(source="practitioner.pk")
    room = serializers.SerializerMethodField()
    start = BrusselsField()
    end = BrusselsField()

    def get_room(self, moment: FreeMoment) -> int | None:
        return moment.room.pk if moment.room else None


class SlotsView(ResourceMixin, APIView):
    """Free moments, the earliest first, at most 62 days at once."""

    required_action = "api.slots"
    filter_backends: Any = []

    def answer_shape(self) -> type[SlotSerializer]:
        """Return the shape of a row."""
        return SlotSerializer

    def known_parameters(self) -> Iterable[str]:
        """Return what may be asked."""
        return tuple(_asked().fields)

    @extend_schema(
        operation_id="slots_list",
        tags=["Agenda"],
        summary="Free moments",
        parameters=[SlotQuerySerializer],
        responses=SlotSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the visits of `minutes` that could be booked in [from, to)."""
        given = _asked().run_validation(request.query_params)
        if given["to"] - given["from"] > datetime.timedelta(days=LONGEST_DAYS):
            raise serializers.ValidationError({"to": [_("Ask for at most %(days)d days.") % {"days": LONGEST_DAYS}]})
        people = Practitioner.objects.filter(is_active=True).order_by()
        if "practitioner" in given:
            people = people.filter(pk__in=given["practitioner"])
        found = free_moments(
            practitioners=people,
            start=given["from"],
            end=given["to"],
            minutes=given["minutes"],
            type=given["type"],
            now=timezone.now(),
            preferred=Preferred(given.get("weekday", ()), given.get("not_before"), given.get("not_after")),
        )
        return Response([_row(moment) for moment in found])


def _row(moment: FreeMoment) -> dict[str, Any]:
    """Return what SlotSerializer says of a moment, which is in Brussels time: a week has more than a hundred."""
    return {
        "practitioner": str(moment.practitioner.pk),
        "room": moment.room.pk if moment.room else None,
        "start": moment.start.isoformat(),
        "end": moment.end.isoformat(),
    }
