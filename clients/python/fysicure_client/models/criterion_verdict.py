from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.criterion_verdict_status_enum import (
    CriterionVerdictStatusEnum,
    check_criterion_verdict_status_enum,
)

T = TypeVar("T", bound="CriterionVerdict")


@_attrs_define
class CriterionVerdict:
    key: str
    status: CriterionVerdictStatusEnum
    """ * `met` - met
    * `not_met` - not_met
    * `unknown` - unknown """
    value: Any
    why: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        status: str = self.status

        value = self.value

        why = self.why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "status": status,
                "value": value,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        status = check_criterion_verdict_status_enum(d.pop("status"))

        value = d.pop("value")

        why = d.pop("why")

        criterion_verdict = cls(
            key=key,
            status=status,
            value=value,
            why=why,
        )

        criterion_verdict.additional_properties = d
        return criterion_verdict

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
