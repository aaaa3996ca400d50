from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.phase_shape_status_enum import (
    PhaseShapeStatusEnum,
    check_phase_shape_status_enum,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PhaseShape")


@_attrs_define
class PhaseShape:
    """A stage of a plan."""

    key: str
    title: str
    status: PhaseShapeStatusEnum | Unset = UNSET
    """ * `planned` - to come
    * `active` - now
    * `completed` - done """
    weeks_min: int | None | Unset = UNSET
    weeks_max: int | None | Unset = UNSET
    started_on: datetime.date | None | Unset = UNSET
    completed_on: datetime.date | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        title = self.title

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        weeks_min: int | None | Unset
        if isinstance(self.weeks_min, Unset):
            weeks_min = UNSET
        else:
            weeks_min = self.weeks_min

        weeks_max: int | None | Unset
        if isinstance(self.weeks_max, Unset):
            weeks_max = UNSET
        else:
            weeks_max = self.weeks_max

        started_on: None | str | Unset
        if isinstance(self.started_on, Unset):
            started_on = UNSET
        elif isinstance(self.started_on, datetime.date):
            started_on = self.started_on.isoformat()
        else:
            started_on = self.started_on

        completed_on: None | str | Unset
        if isinstance(self.completed_on, Unset):
            completed_on = UNSET
        elif isinstance(self.completed_on, datetime.date):
            completed_on = self.completed_on.isoformat()
        else:
            completed_on = self.completed_on

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "title": title,
            }
        )
        if status is not UNSET:
            field_dict["status"] = status
        if weeks_min is not UNSET:
            field_dict["weeks_min"] = weeks_min
        if weeks_max is not UNSET:
            field_dict["weeks_max"] = weeks_max
        if started_on is not UNSET:
            field_dict["started_on"] = started_on
        if completed_on is not UNSET:
            field_dict["completed_on"] = completed_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        key = d.pop("key")

        title = d.pop("title")

        _status = d.pop("status", UNSET)
        status: PhaseShapeStatusEnum | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_phase_shape_status_enum(_status)

        def _parse_weeks_min(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        weeks_min = _parse_weeks_min(d.pop("weeks_min", UNSET))

        def _parse_weeks_max(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        weeks_max = _parse_weeks_max(d.pop("weeks_max", UNSET))

        def _parse_started_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_on_type_0 = datetime.date.fromisoformat(data)

                return started_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        started_on = _parse_started_on(d.pop("started_on", UNSET))

        def _parse_completed_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                completed_on_type_0 = datetime.date.fromisoformat(data)

                return completed_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        completed_on = _parse_completed_on(d.pop("completed_on", UNSET))

        phase_shape = cls(
            key=key,
            title=title,
            status=status,
            weeks_min=weeks_min,
            weeks_max=weeks_max,
            started_on=started_on,
            completed_on=completed_on,
        )

        phase_shape.additional_properties = d
        return phase_shape

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
