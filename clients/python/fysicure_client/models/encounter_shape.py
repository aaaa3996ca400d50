from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.encounter_kind_enum import EncounterKindEnum, check_encounter_kind_enum
from ..models.encounter_shape_status_enum import (
    EncounterShapeStatusEnum,
    check_encounter_shape_status_enum,
)

T = TypeVar("T", bound="EncounterShape")


@_attrs_define
class EncounterShape:
    """A contact with its note."""

    id: UUID
    patient: UUID
    episode: UUID
    kind: EncounterKindEnum
    """ * `intake` - intake
    * `session` - session
    * `gait_analysis` - gait analysis
    * `retest` - retest
    * `phone` - phone call
    * `self_report` - patient's own report """
    status: EncounterShapeStatusEnum
    """ * `in-progress` - in progress
    * `finished` - finished
    * `cancelled` - cancelled """
    practitioner: None | UUID
    prescription: None | UUID
    started_at: datetime.datetime
    ended_at: datetime.datetime | None
    note: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        episode = str(self.episode)

        kind: str = self.kind

        status: str = self.status

        practitioner: None | str
        if isinstance(self.practitioner, UUID):
            practitioner = str(self.practitioner)
        else:
            practitioner = self.practitioner

        prescription: None | str
        if isinstance(self.prescription, UUID):
            prescription = str(self.prescription)
        else:
            prescription = self.prescription

        started_at = self.started_at.isoformat()

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "episode": episode,
                "kind": kind,
                "status": status,
                "practitioner": practitioner,
                "prescription": prescription,
                "started_at": started_at,
                "ended_at": ended_at,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        episode = UUID(d.pop("episode"))

        kind = check_encounter_kind_enum(d.pop("kind"))

        status = check_encounter_shape_status_enum(d.pop("status"))

        def _parse_practitioner(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                practitioner_type_0 = UUID(data)

                return practitioner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        practitioner = _parse_practitioner(d.pop("practitioner"))

        def _parse_prescription(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                prescription_type_0 = UUID(data)

                return prescription_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        prescription = _parse_prescription(d.pop("prescription"))

        started_at = datetime.datetime.fromisoformat(d.pop("started_at"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        note = d.pop("note")

        encounter_shape = cls(
            id=id,
            patient=patient,
            episode=episode,
            kind=kind,
            status=status,
            practitioner=practitioner,
            prescription=prescription,
            started_at=started_at,
            ended_at=ended_at,
            note=note,
        )

        encounter_shape.additional_properties = d
        return encounter_shape

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
