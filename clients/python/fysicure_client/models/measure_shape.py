from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.measure_type_enum import MeasureTypeEnum, check_measure_type_enum

T = TypeVar("T", bound="MeasureShape")


@_attrs_define
class MeasureShape:
    """A measure. `minimum` and `maximum` bound the values that are taken, in `unit`."""

    key: str
    label: str
    type_: MeasureTypeEnum
    """ * `integer` - whole number
    * `decimal` - number
    * `boolean` - yes or no
    * `test` - test, negative or positive
    * `choice` - choice
    * `multiple` - several choices
    * `date` - date
    * `text` - text
    * `list` - list """
    unit: str
    minimum: float | None
    maximum: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        label = self.label

        type_: str = self.type_

        unit = self.unit

        minimum: float | None
        minimum = self.minimum

        maximum: float | None
        maximum = self.maximum

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "label": label,
                "type": type_,
                "unit": unit,
                "minimum": minimum,
                "maximum": maximum,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        label = d.pop("label")

        type_ = check_measure_type_enum(d.pop("type"))

        unit = d.pop("unit")

        def _parse_minimum(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        minimum = _parse_minimum(d.pop("minimum"))

        def _parse_maximum(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        maximum = _parse_maximum(d.pop("maximum"))

        measure_shape = cls(
            key=key,
            label=label,
            type_=type_,
            unit=unit,
            minimum=minimum,
            maximum=maximum,
        )

        measure_shape.additional_properties = d
        return measure_shape

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
