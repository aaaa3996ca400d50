from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.class_enum import ClassEnum, check_class_enum

if TYPE_CHECKING:
    from ..models.classification_answer_criteria import ClassificationAnswerCriteria
    from ..models.classification_answer_derived import ClassificationAnswerDerived
    from ..models.raised_red_flag import RaisedRedFlag
    from ..models.rule_reference import RuleReference


T = TypeVar("T", bound="ClassificationAnswer")


@_attrs_define
class ClassificationAnswer:
    references: list[RuleReference]
    red_flags: list[RaisedRedFlag]
    class_: ClassEnum
    """ * `LIKELY` - LIKELY
    * `POSSIBLE` - POSSIBLE
    * `UNLIKELY` - UNLIKELY
    * `INCOMPLETE` - INCOMPLETE
    * `BLOCKED` - BLOCKED """
    criteria: ClassificationAnswerCriteria
    contra: list[str]
    missing: list[str]
    course: None | str
    duration_weeks: int | None
    differentials: list[str]
    start_step: None | str
    derived: ClassificationAnswerDerived
    visits_weeks: list[int]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        references = []
        for references_item_data in self.references:
            references_item = references_item_data.to_dict()
            references.append(references_item)

        red_flags = []
        for red_flags_item_data in self.red_flags:
            red_flags_item = red_flags_item_data.to_dict()
            red_flags.append(red_flags_item)

        class_: str = self.class_

        criteria = self.criteria.to_dict()

        contra = self.contra

        missing = self.missing

        course: None | str
        course = self.course

        duration_weeks: int | None
        duration_weeks = self.duration_weeks

        differentials = self.differentials

        start_step: None | str
        start_step = self.start_step

        derived = self.derived.to_dict()

        visits_weeks = self.visits_weeks

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "references": references,
                "red_flags": red_flags,
                "class": class_,
                "criteria": criteria,
                "contra": contra,
                "missing": missing,
                "course": course,
                "duration_weeks": duration_weeks,
                "differentials": differentials,
                "start_step": start_step,
                "derived": derived,
                "visits_weeks": visits_weeks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.classification_answer_criteria import ClassificationAnswerCriteria  # noqa: PLC0415
        from ..models.classification_answer_derived import ClassificationAnswerDerived  # noqa: PLC0415
        from ..models.raised_red_flag import RaisedRedFlag  # noqa: PLC0415
        from ..models.rule_reference import RuleReference  # noqa: PLC0415

        d = dict(src_dict)
        references = []
        _references = d.pop("references")
        for references_item_data in _references:
            references_item = RuleReference.from_dict(references_item_data)

            references.append(references_item)

        red_flags = []
        _red_flags = d.pop("red_flags")
        for red_flags_item_data in _red_flags:
            red_flags_item = RaisedRedFlag.from_dict(red_flags_item_data)

            red_flags.append(red_flags_item)

        class_ = check_class_enum(d.pop("class"))

        criteria = ClassificationAnswerCriteria.from_dict(d.pop("criteria"))

        contra = cast(list[str], d.pop("contra"))

        missing = cast(list[str], d.pop("missing"))

        def _parse_course(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        course = _parse_course(d.pop("course"))

        def _parse_duration_weeks(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        duration_weeks = _parse_duration_weeks(d.pop("duration_weeks"))

        differentials = cast(list[str], d.pop("differentials"))

        def _parse_start_step(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        start_step = _parse_start_step(d.pop("start_step"))

        derived = ClassificationAnswerDerived.from_dict(d.pop("derived"))

        visits_weeks = cast(list[int], d.pop("visits_weeks"))

        classification_answer = cls(
            references=references,
            red_flags=red_flags,
            class_=class_,
            criteria=criteria,
            contra=contra,
            missing=missing,
            course=course,
            duration_weeks=duration_weeks,
            differentials=differentials,
            start_step=start_step,
            derived=derived,
            visits_weeks=visits_weeks,
        )

        classification_answer.additional_properties = d
        return classification_answer

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
