from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_event_enum import WebhookEventEnum, check_webhook_event_enum
from ..models.webhook_switch_enum import WebhookSwitchEnum, check_webhook_switch_enum
from ..types import UNSET, Unset

T = TypeVar("T", bound="PatchedEndpointChangeRequest")


@_attrs_define
class PatchedEndpointChangeRequest:
    """What may change of a webhook. Switched off, nothing is kept for it; switched on, what waited is sent."""

    name: str | Unset = UNSET
    url: str | Unset = UNSET
    events: list[WebhookEventEnum] | Unset = UNSET
    status: WebhookSwitchEnum | Unset = UNSET
    """ * `active` - active
    * `off` - off """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        url = self.url

        events: list[str] | Unset = UNSET
        if not isinstance(self.events, Unset):
            events = []
            for events_item_data in self.events:
                events_item: str = events_item_data
                events.append(events_item)

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if url is not UNSET:
            field_dict["url"] = url
        if events is not UNSET:
            field_dict["events"] = events
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name", UNSET)

        url = d.pop("url", UNSET)

        _events = d.pop("events", UNSET)
        events: list[WebhookEventEnum] | Unset = UNSET
        if _events is not UNSET:
            events = []
            for events_item_data in _events:
                events_item = check_webhook_event_enum(events_item_data)

                events.append(events_item)

        _status = d.pop("status", UNSET)
        status: WebhookSwitchEnum | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = check_webhook_switch_enum(_status)

        patched_endpoint_change_request = cls(
            name=name,
            url=url,
            events=events,
            status=status,
        )

        patched_endpoint_change_request.additional_properties = d
        return patched_endpoint_change_request

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
