from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="PrescriptionShape")


@_attrs_define
class PrescriptionShape:
    """A doctor's order. `diagnosis` is there only for those who treat and for the patient."""

    id: UUID
    patient: UUID
    episode: UUID
    prescriber: UUID
    prescriber_name: str
    prescribed_on: datetime.date
    sessions_ordered: int | None
    sessions_used: int
    sessions_left: int | None
    """ Null when the doctor named no number. """
    start_before: datetime.date
    """ Last day on which the first session still counts: two months after the order. """
    diagnosis: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        episode = str(self.episode)

        prescriber = str(self.prescriber)

        prescriber_name = self.prescriber_name

        prescribed_on = self.prescribed_on.isoformat()

        sessions_ordered: int | None
        sessions_ordered = self.sessions_ordered

        sessions_used = self.sessions_used

        sessions_left: int | None
        sessions_left = self.sessions_left

        start_before = self.start_before.isoformat()

        diagnosis = self.diagnosis

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "episode": episode,
                "prescriber": prescriber,
                "prescriber_name": prescriber_name,
                "prescribed_on": prescribed_on,
                "sessions_ordered": sessions_ordered,
                "sessions_used": sessions_used,
                "sessions_left": sessions_left,
                "start_before": start_before,
            }
        )
        if diagnosis is not UNSET:
            field_dict["diagnosis"] = diagnosis

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        episode = UUID(d.pop("episode"))

        prescriber = UUID(d.pop("prescriber"))

        prescriber_name = d.pop("prescriber_name")

        prescribed_on = datetime.date.fromisoformat(d.pop("prescribed_on"))

        def _parse_sessions_ordered(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sessions_ordered = _parse_sessions_ordered(d.pop("sessions_ordered"))

        sessions_used = d.pop("sessions_used")

        def _parse_sessions_left(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        sessions_left = _parse_sessions_left(d.pop("sessions_left"))

        start_before = datetime.date.fromisoformat(d.pop("start_before"))

        diagnosis = d.pop("diagnosis", UNSET)

        prescription_shape = cls(
            id=id,
            patient=patient,
            episode=episode,
            prescriber=prescriber,
            prescriber_name=prescriber_name,
            prescribed_on=prescribed_on,
            sessions_ordered=sessions_ordered,
            sessions_used=sessions_used,
            sessions_left=sessions_left,
            start_before=start_before,
            diagnosis=diagnosis,
        )

        prescription_shape.additional_properties = d
        return prescription_shape

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
