from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.encounter_kind_enum import EncounterKindEnum, check_encounter_kind_enum
from ..models.priority_enum import PriorityEnum, check_priority_enum
from ..models.waiting_shape_status_enum import (
    WaitingShapeStatusEnum,
    check_waiting_shape_status_enum,
)

T = TypeVar("T", bound="WaitingShape")


@_attrs_define
class WaitingShape:
    """Who waits for a visit of which kind, and what suits. What is empty suits in any way."""

    id: UUID
    patient: UUID
    episode: None | UUID
    type_: EncounterKindEnum
    """ * `intake` - intake
    * `session` - session
    * `gait_analysis` - gait analysis
    * `retest` - retest
    * `phone` - phone call
    * `self_report` - patient's own report """
    minutes: int
    practitioners: list[UUID]
    weekdays: list[int]
    not_before: None | str
    not_after: None | str
    earliest: datetime.date
    latest: datetime.date | None
    priority: PriorityEnum
    """ * `routine` - ordinary
    * `urgent` - soon
    * `asap` - as soon as possible """
    note: str
    status: WaitingShapeStatusEnum
    """ * `waiting` - waiting
    * `booked` - booked
    * `withdrawn` - withdrawn """
    appointment: None | UUID
    created_at: datetime.datetime
    closed_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        episode: None | str
        if isinstance(self.episode, UUID):
            episode = str(self.episode)
        else:
            episode = self.episode

        type_: str = self.type_

        minutes = self.minutes

        practitioners = []
        for practitioners_item_data in self.practitioners:
            practitioners_item = str(practitioners_item_data)
            practitioners.append(practitioners_item)

        weekdays = self.weekdays

        not_before: None | str
        not_before = self.not_before

        not_after: None | str
        not_after = self.not_after

        earliest = self.earliest.isoformat()

        latest: None | str
        if isinstance(self.latest, datetime.date):
            latest = self.latest.isoformat()
        else:
            latest = self.latest

        priority: str = self.priority

        note = self.note

        status: str = self.status

        appointment: None | str
        if isinstance(self.appointment, UUID):
            appointment = str(self.appointment)
        else:
            appointment = self.appointment

        created_at = self.created_at.isoformat()

        closed_at: None | str
        if isinstance(self.closed_at, datetime.datetime):
            closed_at = self.closed_at.isoformat()
        else:
            closed_at = self.closed_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "episode": episode,
                "type": type_,
                "minutes": minutes,
                "practitioners": practitioners,
                "weekdays": weekdays,
                "not_before": not_before,
                "not_after": not_after,
                "earliest": earliest,
                "latest": latest,
                "priority": priority,
                "note": note,
                "status": status,
                "appointment": appointment,
                "created_at": created_at,
                "closed_at": closed_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        def _parse_episode(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                episode_type_0 = UUID(data)

                return episode_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        episode = _parse_episode(d.pop("episode"))

        type_ = check_encounter_kind_enum(d.pop("type"))

        minutes = d.pop("minutes")

        practitioners = []
        _practitioners = d.pop("practitioners")
        for practitioners_item_data in _practitioners:
            practitioners_item = UUID(practitioners_item_data)

            practitioners.append(practitioners_item)

        weekdays = cast(list[int], d.pop("weekdays"))

        def _parse_not_before(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        not_before = _parse_not_before(d.pop("not_before"))

        def _parse_not_after(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        not_after = _parse_not_after(d.pop("not_after"))

        earliest = datetime.date.fromisoformat(d.pop("earliest"))

        def _parse_latest(data: object) -> datetime.date | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                latest_type_0 = datetime.date.fromisoformat(data)

                return latest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None, data)

        latest = _parse_latest(d.pop("latest"))

        priority = check_priority_enum(d.pop("priority"))

        note = d.pop("note")

        status = check_waiting_shape_status_enum(d.pop("status"))

        def _parse_appointment(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                appointment_type_0 = UUID(data)

                return appointment_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        appointment = _parse_appointment(d.pop("appointment"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_closed_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                closed_at_type_0 = datetime.datetime.fromisoformat(data)

                return closed_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        closed_at = _parse_closed_at(d.pop("closed_at"))

        waiting_shape = cls(
            id=id,
            patient=patient,
            episode=episode,
            type_=type_,
            minutes=minutes,
            practitioners=practitioners,
            weekdays=weekdays,
            not_before=not_before,
            not_after=not_after,
            earliest=earliest,
            latest=latest,
            priority=priority,
            note=note,
            status=status,
            appointment=appointment,
            created_at=created_at,
            closed_at=closed_at,
        )

        waiting_shape.additional_properties = d
        return waiting_shape

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
