from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ObservationShape")


@_attrs_define
class ObservationShape:
    """One value of one measure. `replaces` is the observation that this one corrects."""

    id: UUID
    patient: UUID
    episode: UUID
    encounter: None | UUID
    measure: str
    side: str
    value: Any
    number: None | str
    unit: str
    effective_at: datetime.datetime
    replaces: None | UUID
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        patient = str(self.patient)

        episode = str(self.episode)

        encounter: None | str
        if isinstance(self.encounter, UUID):
            encounter = str(self.encounter)
        else:
            encounter = self.encounter

        measure = self.measure

        side = self.side

        value = self.value

        number: None | str
        number = self.number

        unit = self.unit

        effective_at = self.effective_at.isoformat()

        replaces: None | str
        if isinstance(self.replaces, UUID):
            replaces = str(self.replaces)
        else:
            replaces = self.replaces

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "patient": patient,
                "episode": episode,
                "encounter": encounter,
                "measure": measure,
                "side": side,
                "value": value,
                "number": number,
                "unit": unit,
                "effective_at": effective_at,
                "replaces": replaces,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        patient = UUID(d.pop("patient"))

        episode = UUID(d.pop("episode"))

        def _parse_encounter(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                encounter_type_0 = UUID(data)

                return encounter_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        encounter = _parse_encounter(d.pop("encounter"))

        measure = d.pop("measure")

        side = d.pop("side")

        value = d.pop("value")

        def _parse_number(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        number = _parse_number(d.pop("number"))

        unit = d.pop("unit")

        effective_at = datetime.datetime.fromisoformat(d.pop("effective_at"))

        def _parse_replaces(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                replaces_type_0 = UUID(data)

                return replaces_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        replaces = _parse_replaces(d.pop("replaces"))

        observation_shape = cls(
            id=id,
            patient=patient,
            episode=episode,
            encounter=encounter,
            measure=measure,
            side=side,
            value=value,
            number=number,
            unit=unit,
            effective_at=effective_at,
            replaces=replaces,
        )

        observation_shape.additional_properties = d
        return observation_shape

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
