from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.appointment_status_enum import (
    AppointmentStatusEnum,
    check_appointment_status_enum,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedChangeRequest")


@_attrs_define
class PatchedChangeRequest:
    """What may change of a visit: its time, its therapist, or its status."""

    start: datetime.datetime | Unset = UNSET
    minutes: int | Unset = UNSET
    practitioner: UUID | Unset = UNSET
    status: AppointmentStatusEnum | Unset = UNSET
    """ * `pending` - to be confirmed
    * `booked` - booked
    * `arrived` - arrived
    * `fulfilled` - done
    * `cancelled` - cancelled
    * `noshow` - did not come """
    reason: str | Unset = UNSET
    override_reason: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        start: str | Unset = UNSET
        if not isinstance(self.start, Unset):
            start = self.start.isoformat()

        minutes = self.minutes

        practitioner: str | Unset = UNSET
        if not isinstance(self.practitioner, Unset):
            practitioner = str(self.practitioner)

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        reason = self.reason

        override_reason = self.override_reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if start is not UNSET:
            field_dict["start"] = start
        if minutes is not UNSET:
            field_dict["minutes"] = minutes
        if practitioner is not UNSET:
            field_dict["practitioner"] = practitioner
        if status is not UNSET:
            field_dict["status"] = status
        if reason is not UNSET:
            field_dict["reason"] = reason
        if override_reason is not UNSET:
            field_dict["override_reason"] = override_reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _start = d.pop("start", UNSET)
        start: datetime.datetime | Unset
        if isinstance(_start, Unset):
            start = UNSET
        else:
            start = datetime.datetime.fromisoformat(_start)

        minutes = d.pop("minutes", UNSET)

        _practitioner = d.pop("practitioner", UNSET)
        practitioner: UUID | Unset
        if isinstance(_practitioner, Unset):
            practitioner = UNSET
        else:
            practitioner = UUID(_practitioner)

        _status = d.pop("status", UNSET)
        status: AppointmentStatusEnum | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_appointment_status_enum(_status)

        reason = d.pop("reason", UNSET)

        override_reason = d.pop("override_reason", UNSET)

        patched_change_request = cls(
            start=start,
            minutes=minutes,
            practitioner=practitioner,
            status=status,
            reason=reason,
            override_reason=override_reason,
        )

        patched_change_request.additional_properties = d
        return patched_change_request

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
