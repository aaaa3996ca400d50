from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.band_enum import BandEnum, check_band_enum

T = TypeVar("T", bound="FollowUpShape")


@_attrs_define
class FollowUpShape:
    """A visit to book: for whom, when, how long, with whom by preference, and how urgent it is to book it."""

    id: UUID
    patient: UUID
    plan: UUID
    week: int
    window_start: datetime.date
    window_end: datetime.date
    minutes: int
    type_: str
    practitioner: UUID
    band: BandEnum
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        plan = str(self.plan)

        week = self.week

        window_start = self.window_start.isoformat()

        window_end = self.window_end.isoformat()

        minutes = self.minutes

        type_ = self.type_

        practitioner = str(self.practitioner)

        band: str = self.band

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "plan": plan,
                "week": week,
                "window_start": window_start,
                "window_end": window_end,
                "minutes": minutes,
                "type": type_,
                "practitioner": practitioner,
                "band": band,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        plan = UUID(d.pop("plan"))

        week = d.pop("week")

        window_start = datetime.date.fromisoformat(d.pop("window_start"))

        window_end = datetime.date.fromisoformat(d.pop("window_end"))

        minutes = d.pop("minutes")

        type_ = d.pop("type")

        practitioner = UUID(d.pop("practitioner"))

        band = check_band_enum(d.pop("band"))

        follow_up_shape = cls(
            id=id,
            patient=patient,
            plan=plan,
            week=week,
            window_start=window_start,
            window_end=window_end,
            minutes=minutes,
            type_=type_,
            practitioner=practitioner,
            band=band,
        )

        follow_up_shape.additional_properties = d
        return follow_up_shape

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
