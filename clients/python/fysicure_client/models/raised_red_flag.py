from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.urgency_enum import UrgencyEnum, check_urgency_enum

T = TypeVar("T", bound="RaisedRedFlag")


@_attrs_define
class RaisedRedFlag:
    key: str
    urgency: UrgencyEnum
    """ * `EMERGENCY` - EMERGENCY
    * `URGENT` - URGENT
    * `SOON` - SOON """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        urgency: str = self.urgency

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "urgency": urgency,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        urgency = check_urgency_enum(d.pop("urgency"))

        raised_red_flag = cls(
            key=key,
            urgency=urgency,
        )

        raised_red_flag.additional_properties = d
        return raised_red_flag

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
