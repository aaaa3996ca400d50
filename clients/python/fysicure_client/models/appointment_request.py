from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bookable_kind_enum import BookableKindEnum, check_bookable_kind_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="AppointmentRequest")


@_attrs_define
class AppointmentRequest:
    """A visit: ids, moments with offset, kind and status."""

    patient: UUID
    practitioner: UUID
    start: datetime.datetime
    minutes: int
    type_: BookableKindEnum | Unset = "session"
    """ * `intake` - intake
    * `session` - session
    * `gait_analysis` - gait analysis
    * `retest` - retest
    * `phone` - phone call """
    override_reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        patient = str(self.patient)

        practitioner = str(self.practitioner)

        start = self.start.isoformat()

        minutes = self.minutes

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_

        override_reason = self.override_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "patient": patient,
                "practitioner": practitioner,
                "start": start,
                "minutes": minutes,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if override_reason is not UNSET:
            field_dict["override_reason"] = override_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        patient = UUID(d.pop("patient"))

        practitioner = UUID(d.pop("practitioner"))

        start = datetime.datetime.fromisoformat(d.pop("start"))

        minutes = d.pop("minutes")

        _type_ = d.pop("type", UNSET)
        type_: BookableKindEnum | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_bookable_kind_enum(_type_)

        override_reason = d.pop("override_reason", UNSET)

        appointment_request = cls(
            patient=patient,
            practitioner=practitioner,
            start=start,
            minutes=minutes,
            type_=type_,
            override_reason=override_reason,
        )

        appointment_request.additional_properties = d
        return appointment_request

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
