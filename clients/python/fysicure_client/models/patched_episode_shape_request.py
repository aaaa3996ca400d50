from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum, check_blank_enum
from ..models.episode_shape_side_enum import (
    EpisodeShapeSideEnum,
    check_episode_shape_side_enum,
)
from ..models.episode_shape_status_enum import (
    EpisodeShapeStatusEnum,
    check_episode_shape_status_enum,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedEpisodeShapeRequest")


@_attrs_define
class PatchedEpisodeShapeRequest:
    """An episode of care. `reason` and `side` are there only for those who treat and for the patient."""

    patient: UUID | Unset = UNSET
    reason: str | Unset = UNSET
    side: BlankEnum | EpisodeShapeSideEnum | Unset = UNSET
    status: EpisodeShapeStatusEnum | Unset = UNSET
    """ * `planned` - planned
    * `active` - in treatment
    * `onhold` - on hold
    * `finished` - finished
    * `cancelled` - cancelled """
    practitioner: None | Unset | UUID = UNSET
    referrer: None | Unset | UUID = UNSET
    started_on: datetime.date | Unset = UNSET
    ended_on: datetime.date | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        patient: str | Unset = UNSET
        if not isinstance(self.patient, Unset):
            patient = str(self.patient)

        reason = self.reason

        side: str | Unset
        if isinstance(self.side, Unset):
            side = UNSET
        elif isinstance(self.side, str):
            side = self.side
        else:
            side = self.side

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        practitioner: None | str | Unset
        if isinstance(self.practitioner, Unset):
            practitioner = UNSET
        elif isinstance(self.practitioner, UUID):
            practitioner = str(self.practitioner)
        else:
            practitioner = self.practitioner

        referrer: None | str | Unset
        if isinstance(self.referrer, Unset):
            referrer = UNSET
        elif isinstance(self.referrer, UUID):
            referrer = str(self.referrer)
        else:
            referrer = self.referrer

        started_on: str | Unset = UNSET
        if not isinstance(self.started_on, Unset):
            started_on = self.started_on.isoformat()

        ended_on: None | str | Unset
        if isinstance(self.ended_on, Unset):
            ended_on = UNSET
        elif isinstance(self.ended_on, datetime.date):
            ended_on = self.ended_on.isoformat()
        else:
            ended_on = self.ended_on

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if patient is not UNSET:
            field_dict["patient"] = patient
        if reason is not UNSET:
            field_dict["reason"] = reason
        if side is not UNSET:
            field_dict["side"] = side
        if status is not UNSET:
            field_dict["status"] = status
        if practitioner is not UNSET:
            field_dict["practitioner"] = practitioner
        if referrer is not UNSET:
            field_dict["referrer"] = referrer
        if started_on is not UNSET:
            field_dict["started_on"] = started_on
        if ended_on is not UNSET:
            field_dict["ended_on"] = ended_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _patient = d.pop("patient", UNSET)
        patient: UUID | Unset
        if isinstance(_patient, Unset):
            patient = UNSET
        else:
            patient = UUID(_patient)

        reason = d.pop("reason", UNSET)

        def _parse_side(data: object) -> BlankEnum | EpisodeShapeSideEnum | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                side_type_0 = check_episode_shape_side_enum(data)

                return side_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            side_type_1 = check_blank_enum(data)

            return side_type_1

        side = _parse_side(d.pop("side", UNSET))

        _status = d.pop("status", UNSET)
        status: EpisodeShapeStatusEnum | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_episode_shape_status_enum(_status)

        def _parse_practitioner(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                practitioner_type_0 = UUID(data)

                return practitioner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        practitioner = _parse_practitioner(d.pop("practitioner", UNSET))

        def _parse_referrer(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                referrer_type_0 = UUID(data)

                return referrer_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        referrer = _parse_referrer(d.pop("referrer", UNSET))

        _started_on = d.pop("started_on", UNSET)
        started_on: datetime.date | Unset
        if isinstance(_started_on, Unset):
            started_on = UNSET
        else:
            started_on = datetime.date.fromisoformat(_started_on)

        def _parse_ended_on(data: object) -> datetime.date | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_on_type_0 = datetime.date.fromisoformat(data)

                return ended_on_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.date | None | Unset, data)

        ended_on = _parse_ended_on(d.pop("ended_on", UNSET))

        patched_episode_shape_request = cls(
            patient=patient,
            reason=reason,
            side=side,
            status=status,
            practitioner=practitioner,
            referrer=referrer,
            started_on=started_on,
            ended_on=ended_on,
        )

        patched_episode_shape_request.additional_properties = d
        return patched_episode_shape_request

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
