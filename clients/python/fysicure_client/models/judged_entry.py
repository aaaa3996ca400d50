from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.judged_entry_light_enum import (
    JudgedEntryLightEnum,
    check_judged_entry_light_enum,
)

T = TypeVar("T", bound="JudgedEntry")


@_attrs_define
class JudgedEntry:
    light: JudgedEntryLightEnum
    """ * `GREEN` - GREEN
    * `AMBER` - AMBER
    * `RED` - RED
    * `PENDING` - PENDING
    * `UNRESOLVED` - UNRESOLVED """
    peak: int | None
    rise: int | None
    masked: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        light: str = self.light

        peak: int | None
        peak = self.peak

        rise: int | None
        rise = self.rise

        masked = self.masked

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "light": light,
                "peak": peak,
                "rise": rise,
                "masked": masked,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        light = check_judged_entry_light_enum(d.pop("light"))

        def _parse_peak(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        peak = _parse_peak(d.pop("peak"))

        def _parse_rise(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        rise = _parse_rise(d.pop("rise"))

        masked = d.pop("masked")

        judged_entry = cls(
            light=light,
            peak=peak,
            rise=rise,
            masked=masked,
        )

        judged_entry.additional_properties = d
        return judged_entry

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
