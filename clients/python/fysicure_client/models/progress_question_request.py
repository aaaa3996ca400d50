from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.progress_question_side_enum import (
    ProgressQuestionSideEnum,
    check_progress_question_side_enum,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.entry_shape_request import EntryShapeRequest
    from ..models.measurement_shape_request import MeasurementShapeRequest


T = TypeVar("T", bound="ProgressQuestionRequest")


@_attrs_define
class ProgressQuestionRequest:
    """Where a plan stands, as far as the rules need it."""

    phase: str
    course: str
    side: ProgressQuestionSideEnum
    """ * `L` - L
    * `R` - R
    * `both` - both """
    as_of: datetime.date
    started_on: datetime.date
    phase_started_on: datetime.date | None | Unset = UNSET
    gait_strategy: None | str | Unset = UNSET
    rtr_step_done: int | None | Unset = 0
    weekly_km_usual: float | None | Unset = UNSET
    weekly_km: list[float] | Unset = UNSET
    """ complete weeks, oldest first """
    longest_run_30d_km: float | None | Unset = UNSET
    measurements: list[MeasurementShapeRequest] | Unset = UNSET
    diary: list[EntryShapeRequest] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        phase = self.phase

        course = self.course

        side: str = self.side

        as_of = self.as_of.isoformat()

        started_on = self.started_on.isoformat()

        phase_started_on: None | str | Unset
        if isinstance(self.phase_started_on, Unset):
            phase_started_on = UNSET
        elif isinstance(self.phase_started_on, datetime.date):
            phase_started_on = self.phase_started_on.isoformat()
        else:
            phase_started_on = self.phase_started_on

        gait_strategy: None | str | Unset
        if isinstance(self.gait_strategy, Unset):
            gait_strategy = UNSET
        else:
            gait_strategy = self.gait_strategy

        rtr_step_done: int | None | Unset
        if isinstance(self.rtr_step_done, Unset):
            rtr_step_done = UNSET
        else:
            rtr_step_done = self.rtr_step_done

        weekly_km_usual: float | None | Unset
        if isinstance(self.weekly_km_usual, Unset):
            weekly_km_usual = UNSET
        else:
            weekly_km_usual = self.weekly_km_usual

        weekly_km: list[float] | Unset = UNSET
        if not isinstance(self.weekly_km, Unset):
            weekly_km = self.weekly_km

        longest_run_30d_km: float | None | Unset
        if isinstance(self.longest_run_30d_km, Unset):
            longest_run_30d_km = UNSET
        else:
            longest_run_30d_km = self.longest_run_30d_km

        measurements: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.measurements, Unset):
            measurements = []
            for measurements_item_data in self.measurements:
                measurements_item = measurements_item_data.to_dict()
                measurements.append(measurements_item)

        diary: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.diary, Unset):
            diary = []
            for diary_item_data in self.diary:
                diary_item = diary_item_data.to_dict()
                diary.append(diary_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "phase": phase,
                "course": course,
                "side": side,
                "as_of": as_of,
                "started_on": started_on,
            }
        )
        if phase_started_on is not UNSET:
            field_dict["phase_started_on"] = phase_started_on
        if gait_strategy is not UNSET:
            field_dict["gait_strategy"] = gait_strategy
        if rtr_step_done is not UNSET:
            field_dict["rtr_step_done"] = rtr_step_done
        if weekly_km_usual is not UNSET:
            field_dict["weekly_km_usual"] = weekly_km_usual
        if weekly_km is not UNSET:
            field_dict["weekly_km"] = weekly_km
        if longest_run_30d_km is not UNSET:
            field_dict["longest_run_30d_km"] = longest_run_30d_km
        if measurements is not UNSET:
            field_dict["measurements"] = measurements
        if diary is not UNSET:
            field_dict["diary"] = diary

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_shape_request import EntryShapeRequest  # noqa: PLC0415
        from ..models.measurement_shape_request import MeasurementShapeRequest  # noqa: PLC0415

        d = dict(src_dict)
        phase = d.pop("phase")

        course = d.pop("course")

        side = check_progress_question_side_enum(d.pop("side"))

        as_of = datetime.date.fromisoformat(d.pop("as_of"))

        started_on = datetime.date.fromisoformat(d.pop("started_on"))

        def _parse_phase_started_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                phase_started_on_type_0 = datetime.date.fromisoformat(data)

                return phase_started_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        phase_started_on = _parse_phase_started_on(d.pop("phase_started_on", UNSET))

        def _parse_gait_strategy(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        gait_strategy = _parse_gait_strategy(d.pop("gait_strategy", UNSET))

        def _parse_rtr_step_done(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        rtr_step_done = _parse_rtr_step_done(d.pop("rtr_step_done", UNSET))

        def _parse_weekly_km_usual(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        weekly_km_usual = _parse_weekly_km_usual(d.pop("weekly_km_usual", UNSET))

        weekly_km = cast(list[float], d.pop("weekly_km", UNSET))

        def _parse_longest_run_30d_km(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        longest_run_30d_km = _parse_longest_run_30d_km(d.pop("longest_run_30d_km", UNSET))

        _measurements = d.pop("measurements", UNSET)
        measurements: list[MeasurementShapeRequest] | Unset = UNSET
        if _measurements is not UNSET:
            measurements = []
            for measurements_item_data in _measurements:
                measurements_item = MeasurementShapeRequest.from_dict(measurements_item_data)

                measurements.append(measurements_item)

        _diary = d.pop("diary", UNSET)
        diary: list[EntryShapeRequest] | Unset = UNSET
        if _diary is not UNSET:
            diary = []
            for diary_item_data in _diary:
                diary_item = EntryShapeRequest.from_dict(diary_item_data)

                diary.append(diary_item)

        progress_question_request = cls(
            phase=phase,
            course=course,
            side=side,
            as_of=as_of,
            started_on=started_on,
            phase_started_on=phase_started_on,
            gait_strategy=gait_strategy,
            rtr_step_done=rtr_step_done,
            weekly_km_usual=weekly_km_usual,
            weekly_km=weekly_km,
            longest_run_30d_km=longest_run_30d_km,
            measurements=measurements,
            diary=diary,
        )

        progress_question_request.additional_properties = d
        return progress_question_request

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
