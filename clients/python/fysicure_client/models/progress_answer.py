from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.proposal_enum import ProposalEnum, check_proposal_enum

if TYPE_CHECKING:
    from ..models.criterion_verdict import CriterionVerdict


T = TypeVar("T", bound="ProgressAnswer")


@_attrs_define
class ProgressAnswer:
    criteria: list[CriterionVerdict]
    proposal: ProposalEnum
    """ * `advance` - advance
    * `stay` - stay
    * `step_back` - step_back
    * `review` - review
    * `blocked` - blocked """
    to_phase: None | str
    step: None | str
    next_max_km: float | None
    next_run_max_km: float | None
    overdue: bool
    why: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        criteria = []
        for criteria_item_data in self.criteria:
            criteria_item = criteria_item_data.to_dict()
            criteria.append(criteria_item)

        proposal: str = self.proposal

        to_phase: None | str
        to_phase = self.to_phase

        step: None | str
        step = self.step

        next_max_km: float | None
        next_max_km = self.next_max_km

        next_run_max_km: float | None
        next_run_max_km = self.next_run_max_km

        overdue = self.overdue

        why = self.why

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "criteria": criteria,
                "proposal": proposal,
                "to_phase": to_phase,
                "step": step,
                "next_max_km": next_max_km,
                "next_run_max_km": next_run_max_km,
                "overdue": overdue,
                "why": why,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.criterion_verdict import CriterionVerdict  # noqa: PLC0415

        d = dict(src_dict)
        criteria = []
        _criteria = d.pop("criteria")
        for criteria_item_data in _criteria:
            criteria_item = CriterionVerdict.from_dict(criteria_item_data)

            criteria.append(criteria_item)

        proposal = check_proposal_enum(d.pop("proposal"))

        def _parse_to_phase(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        to_phase = _parse_to_phase(d.pop("to_phase"))

        def _parse_step(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        step = _parse_step(d.pop("step"))

        def _parse_next_max_km(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        next_max_km = _parse_next_max_km(d.pop("next_max_km"))

        def _parse_next_run_max_km(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        next_run_max_km = _parse_next_run_max_km(d.pop("next_run_max_km"))

        overdue = d.pop("overdue")

        why = cast(list[str], d.pop("why"))

        progress_answer = cls(
            criteria=criteria,
            proposal=proposal,
            to_phase=to_phase,
            step=step,
            next_max_km=next_max_km,
            next_run_max_km=next_run_max_km,
            overdue=overdue,
            why=why,
        )

        progress_answer.additional_properties = d
        return progress_answer

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
