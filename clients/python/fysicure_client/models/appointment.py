from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.appointment_status_enum import (
    AppointmentStatusEnum,
    check_appointment_status_enum,
)
from ..models.bookable_kind_enum import BookableKindEnum, check_bookable_kind_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="Appointment")


@_attrs_define
class Appointment:
    """A visit: ids, moments with offset, kind and status."""

    id: UUID
    patient: UUID
    practitioner: UUID
    room: int | None
    start: datetime.datetime
    end: datetime.datetime
    minutes: int
    status: AppointmentStatusEnum
    """ * `pending` - to be confirmed
    * `booked` - booked
    * `arrived` - arrived
    * `fulfilled` - done
    * `cancelled` - cancelled
    * `noshow` - did not come """
    type_: BookableKindEnum | Unset = "session"
    """ * `intake` - intake
    * `session` - session
    * `gait_analysis` - gait analysis
    * `retest` - retest
    * `phone` - phone call """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        practitioner = str(self.practitioner)

        room: int | None
        room = self.room

        start = self.start.isoformat()

        end = self.end.isoformat()

        minutes = self.minutes

        status: str = self.status

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "practitioner": practitioner,
                "room": room,
                "start": start,
                "end": end,
                "minutes": minutes,
                "status": status,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        practitioner = UUID(d.pop("practitioner"))

        def _parse_room(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        room = _parse_room(d.pop("room"))

        start = datetime.datetime.fromisoformat(d.pop("start"))

        end = datetime.datetime.fromisoformat(d.pop("end"))

        minutes = d.pop("minutes")

        status = check_appointment_status_enum(d.pop("status"))

        _type_ = d.pop("type", UNSET)
        type_: BookableKindEnum | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_bookable_kind_enum(_type_)

        appointment = cls(
            id=id,
            patient=patient,
            practitioner=practitioner,
            room=room,
            start=start,
            end=end,
            minutes=minutes,
            status=status,
            type_=type_,
        )

        appointment.additional_properties = d
        return appointment

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
