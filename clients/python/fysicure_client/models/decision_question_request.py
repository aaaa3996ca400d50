from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.decision_enum import DecisionEnum, check_decision_enum
from ..models.reason_code_enum import ReasonCodeEnum, check_reason_code_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="DecisionQuestionRequest")


@_attrs_define
class DecisionQuestionRequest:
    """A decision about a plan. `expected_phase` guards against deciding twice, or about a phase that was left."""

    decision: DecisionEnum
    """ * `advance` - advance
    * `hold` - hold
    * `step_back` - step_back """
    reason: str | Unset = ""
    reason_code: ReasonCodeEnum | Unset = "other"
    """ * `clinical_picture` - clinical_picture
    * `measurement` - measurement
    * `not_applicable` - not_applicable
    * `patient_wish` - patient_wish
    * `load` - load
    * `comorbidity` - comorbidity
    * `other` - other """
    expected_phase: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        decision: str = self.decision

        reason = self.reason

        reason_code: str | Unset = UNSET
        if not isinstance(self.reason_code, Unset):
            reason_code = self.reason_code

        expected_phase: None | str | Unset
        if isinstance(self.expected_phase, Unset):
            expected_phase = UNSET
        else:
            expected_phase = self.expected_phase

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "decision": decision,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if reason_code is not UNSET:
            field_dict["reason_code"] = reason_code
        if expected_phase is not UNSET:
            field_dict["expected_phase"] = expected_phase

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        decision = check_decision_enum(d.pop("decision"))

        reason = d.pop("reason", UNSET)

        _reason_code = d.pop("reason_code", UNSET)
        reason_code: ReasonCodeEnum | Unset
        if isinstance(_reason_code, Unset):
            reason_code = UNSET
        else:
            reason_code = check_reason_code_enum(_reason_code)

        def _parse_expected_phase(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        expected_phase = _parse_expected_phase(d.pop("expected_phase", UNSET))

        decision_question_request = cls(
            decision=decision,
            reason=reason,
            reason_code=reason_code,
            expected_phase=expected_phase,
        )

        decision_question_request.additional_properties = d
        return decision_question_request

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
