from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="StartShapeRequest")


@_attrs_define
class StartShapeRequest:
    """What starts a plan. `reason` is needed where the rule asks the therapist to confirm (a class of POSSIBLE)."""

    episode: UUID
    pathway: str
    reason: str | Unset = ""
    gait_strategy: str | Unset = "none"
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        episode = str(self.episode)

        pathway = self.pathway

        reason = self.reason

        gait_strategy = self.gait_strategy

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "episode": episode,
                "pathway": pathway,
            }
        )
        if reason is not UNSET:
            field_dict["reason"] = reason
        if gait_strategy is not UNSET:
            field_dict["gait_strategy"] = gait_strategy

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        episode = UUID(d.pop("episode"))

        pathway = d.pop("pathway")

        reason = d.pop("reason", UNSET)

        gait_strategy = d.pop("gait_strategy", UNSET)

        start_shape_request = cls(
            episode=episode,
            pathway=pathway,
            reason=reason,
            gait_strategy=gait_strategy,
        )

        start_shape_request.additional_properties = d
        return start_shape_request

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
