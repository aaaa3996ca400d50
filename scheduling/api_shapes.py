"""What visits look like over HTTP."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Func, IntegerField, Model
from django.utils.translation import gettext as _
from rest_framework import serializers

from accounts.exceptions import InvalidInput
from accounts.kept_query import SOMEBODY, KeptObjects
from accounts.models import User
from patients.models import Encounter
from scheduling.free_time import BRUSSELS
from scheduling.models import Appointment

ITS_KEY = UUID(int=2)  # stand-in of kept words: the id of the row that is asked for
BOOKABLE = [(kind.value, kind.label) for kind in Encounter.Kind if kind != Encounter.Kind.SELF_REPORT]


class BrusselsField(serializers.DateTimeField):
    """A moment with its offset, or a date: the midnight in Brussels with which it begins."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=BRUSSELS, **kwargs)

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) == 10:
            value = f"{value}T00:00:00"
        return super().to_internal_value(value)


class AppointmentSerializer(serializers.Serializer[Appointment]):
    """A visit: ids, moments with offset, kind and status."""

    id = serializers.UUIDField(read_only=True)
    patient = serializers.UUIDField(source="patient_id")
    practitioner = serializers.UUIDField(source="practitioner_id")
    room = serializers.IntegerField(source="room_id", read_only=True, allow_null=True)
    start = BrusselsField()
    end = BrusselsField(read_only=True)
    minutes = serializers.IntegerField(min_value=5, max_value=240)
    type = serializers.ChoiceField(choices=BOOKABLE, default=Encounter.Kind.SESSION.value)
    status = serializers.ChoiceField(choices=Appointment.Status.choices, read_only=True)
    override_reason = serializers.CharField(max_length=200, required=False, allow_blank=True, write_only=True)


class AppointmentRow(AppointmentSerializer):
    """A visit in a list, from columns: `LENGTH` stands beside them."""

    minutes = serializers.IntegerField(source="length")


LENGTH = Func(
    F("end") - F("start"), template="extract(epoch FROM %(expressions)s)::int / 60", output_field=IntegerField()
)


class ChangeSerializer(serializers.Serializer[Any]):
    """What may change of a visit: its time, its therapist, or its status."""

    start = BrusselsField(required=False)
    minutes = serializers.IntegerField(min_value=5, max_value=240, required=False)
    practitioner = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=Appointment.Status.choices, required=False)
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True)
    override_reason = serializers.CharField(max_length=200, required=False, allow_blank=True)


def known(rows: Any, name: str, pk: object) -> Any:
    """Return the row with an id; raises InvalidInput that names the field when there is none."""
    try:
        return rows.get(pk=pk)  # without an order, which costs as much to write as the rest of the statement
    except ObjectDoesNotExist as error:
        raise _unknown(name) from error


def known_by_key[Row: Model](rows: KeptObjects[Row], name: str, pk: UUID, *, by: User) -> Row:
    """Do what `known` does with kept words, in which ITS_KEY and SOMEBODY stand for the id and for who asks."""
    for row in rows.ask({ITS_KEY: pk, SOMEBODY: by.pk}):
        return row
    raise _unknown(name)


def known_all(rows: Any, name: str, pks: Collection[UUID]) -> list[Any]:
    """Return the rows with these ids, in their order; raises InvalidInput when one is missing. One query."""
    found = rows.in_bulk(pks)
    if set(pks) - set(found):
        raise _unknown(name)
    return [found[pk] for pk in dict.fromkeys(pks)]


def _unknown(name: str) -> InvalidInput:
    sentence = _("There is none with this id.")
    return InvalidInput(sentence, errors={name: [sentence]})
