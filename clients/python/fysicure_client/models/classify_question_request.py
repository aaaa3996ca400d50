from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.one_side_enum import OneSideEnum, check_one_side_enum
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.classify_question_request_findings import (
        ClassifyQuestionRequestFindings,
    )


T = TypeVar("T", bound="ClassifyQuestionRequest")


@_attrs_define
class ClassifyQuestionRequest:
    """Findings: key → scalar (the affected side, or no side) or {"L": …, "R": …}; null = not asked."""

    side: OneSideEnum
    """ * `L` - L
    * `R` - R """
    findings: ClassifyQuestionRequestFindings
    age: int | None | Unset = UNSET
    as_of: datetime.date | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        side: str = self.side

        findings = self.findings.to_dict()

        age: int | None | Unset
        if isinstance(self.age, Unset):
            age = UNSET
        else:
            age = self.age

        as_of: str | Unset = UNSET
        if not isinstance(self.as_of, Unset):
            as_of = self.as_of.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "side": side,
                "findings": findings,
            }
        )
        if age is not UNSET:
            field_dict["age"] = age
        if as_of is not UNSET:
            field_dict["as_of"] = as_of

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.classify_question_request_findings import (
            ClassifyQuestionRequestFindings,  # noqa: PLC0415
        )

        d = dict(src_dict)
        side = check_one_side_enum(d.pop("side"))

        findings = ClassifyQuestionRequestFindings.from_dict(d.pop("findings"))

        def _parse_age(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        age = _parse_age(d.pop("age", UNSET))

        _as_of = d.pop("as_of", UNSET)
        as_of: datetime.date | Unset
        if isinstance(_as_of, Unset):
            as_of = UNSET
        else:
            as_of = datetime.date.fromisoformat(_as_of)

        classify_question_request = cls(
            side=side,
            findings=findings,
            age=age,
            as_of=as_of,
        )

        classify_question_request.additional_properties = d
        return classify_question_request

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
