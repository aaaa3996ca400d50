from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bookable_kind_enum import BookableKindEnum, check_bookable_kind_enum
from ..models.priority_enum import PriorityEnum, check_priority_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="JoinShapeRequest")


@_attrs_define
class JoinShapeRequest:
    """What a patient waits for. `weekdays`: 1 (Monday) to 7; `not_before` and `not_after` in Brussels time."""

    patient: UUID
    earliest: datetime.date
    type_: BookableKindEnum | Unset = "session"
    """ * `intake` - intake
    * `session` - session
    * `gait_analysis` - gait analysis
    * `retest` - retest
    * `phone` - phone call """
    minutes: int | Unset = 30
    practitioners: list[UUID] | Unset = UNSET
    weekdays: list[int] | Unset = UNSET
    not_before: None | str | Unset = UNSET
    not_after: None | str | Unset = UNSET
    latest: datetime.date | None | Unset = UNSET
    priority: PriorityEnum | Unset = "routine"
    """ * `routine` - ordinary
    * `urgent` - soon
    * `asap` - as soon as possible """
    note: str | Unset = ""
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        patient = str(self.patient)

        earliest = self.earliest.isoformat()

        type_: str | Unset = UNSET
        if not isinstance(self.type_, Unset):
            type_ = self.type_

        minutes = self.minutes

        practitioners: list[str] | Unset = UNSET
        if not isinstance(self.practitioners, Unset):
            practitioners = []
            for practitioners_item_data in self.practitioners:
                practitioners_item = str(practitioners_item_data)
                practitioners.append(practitioners_item)

        weekdays: list[int] | Unset = UNSET
        if not isinstance(self.weekdays, Unset):
            weekdays = self.weekdays

        not_before: None | str | Unset
        if isinstance(self.not_before, Unset):
            not_before = UNSET
        else:
            not_before = self.not_before

        not_after: None | str | Unset
        if isinstance(self.not_after, Unset):
            not_after = UNSET
        else:
            not_after = self.not_after

        latest: None | str | Unset
        if isinstance(self.latest, Unset):
            latest = UNSET
        elif isinstance(self.latest, datetime.date):
            latest = self.latest.isoformat()
        else:
            latest = self.latest

        priority: str | Unset = UNSET
        if not isinstance(self.priority, Unset):
            priority = self.priority

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "patient": patient,
                "earliest": earliest,
            }
        )
        if type_ is not UNSET:
            field_dict["type"] = type_
        if minutes is not UNSET:
            field_dict["minutes"] = minutes
        if practitioners is not UNSET:
            field_dict["practitioners"] = practitioners
        if weekdays is not UNSET:
            field_dict["weekdays"] = weekdays
        if not_before is not UNSET:
            field_dict["not_before"] = not_before
        if not_after is not UNSET:
            field_dict["not_after"] = not_after
        if latest is not UNSET:
            field_dict["latest"] = latest
        if priority is not UNSET:
            field_dict["priority"] = priority
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        patient = UUID(d.pop("patient"))

        earliest = datetime.date.fromisoformat(d.pop("earliest"))

        _type_ = d.pop("type", UNSET)
        type_: BookableKindEnum | Unset
        if isinstance(_type_, Unset):
            type_ = UNSET
        else:
            type_ = check_bookable_kind_enum(_type_)

        minutes = d.pop("minutes", UNSET)

        _practitioners = d.pop("practitioners", UNSET)
        practitioners: list[UUID] | Unset = UNSET
        if _practitioners is not UNSET:
            practitioners = []
            for practitioners_item_data in _practitioners:
                practitioners_item = UUID(practitioners_item_data)

                practitioners.append(practitioners_item)

        weekdays = cast(list[int], d.pop("weekdays", UNSET))

        def _parse_not_before(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        not_before = _parse_not_before(d.pop("not_before", UNSET))

        def _parse_not_after(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        not_after = _parse_not_after(d.pop("not_after", UNSET))

        def _parse_latest(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                latest_type_0 = datetime.date.fromisoformat(data)

                return latest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        latest = _parse_latest(d.pop("latest", UNSET))

        _priority = d.pop("priority", UNSET)
        priority: PriorityEnum | Unset
        if isinstance(_priority, Unset):
            priority = UNSET
        else:
            priority = check_priority_enum(_priority)

        note = d.pop("note", UNSET)

        join_shape_request = cls(
            patient=patient,
            earliest=earliest,
            type_=type_,
            minutes=minutes,
            practitioners=practitioners,
            weekdays=weekdays,
            not_before=not_before,
            not_after=not_after,
            latest=latest,
            priority=priority,
            note=note,
        )

        join_shape_request.additional_properties = d
        return join_shape_request

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
