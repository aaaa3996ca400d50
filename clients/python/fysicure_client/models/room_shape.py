from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.room_shape_kind_enum import RoomShapeKindEnum, check_room_shape_kind_enum

T = TypeVar("T", bound="RoomShape")


@_attrs_define
class RoomShape:
    """A room in which one patient at a time is treated."""

    id: int
    name: str
    kind: RoomShapeKindEnum
    """ * `treatment` - treatment room
    * `gait` - room with treadmill
    * `exercise` - exercise room """
    is_active: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        name = self.name

        kind: str = self.kind

        is_active = self.is_active

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "kind": kind,
                "is_active": is_active,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        name = d.pop("name")

        kind = check_room_shape_kind_enum(d.pop("kind"))

        is_active = d.pop("is_active")

        room_shape = cls(
            id=id,
            name=name,
            kind=kind,
            is_active=is_active,
        )

        room_shape.additional_properties = d
        return room_shape

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
