from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.blank_enum import BlankEnum, check_blank_enum
from ..models.webhook_error_enum import WebhookErrorEnum, check_webhook_error_enum

T = TypeVar("T", bound="TestShape")


@_attrs_define
class TestShape:
    """How the other side took a test event."""

    delivered: bool
    status_code: int | None
    """ Null when nobody answered. """
    error: BlankEnum | WebhookErrorEnum
    duration_ms: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        delivered = self.delivered

        status_code: int | None
        status_code = self.status_code

        error: str
        if isinstance(self.error, str):
            error = self.error
        else:
            error = self.error

        duration_ms = self.duration_ms

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "delivered": delivered,
                "status_code": status_code,
                "error": error,
                "duration_ms": duration_ms,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        delivered = d.pop("delivered")

        def _parse_status_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        status_code = _parse_status_code(d.pop("status_code"))

        def _parse_error(data: object) -> BlankEnum | WebhookErrorEnum:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                error_type_0 = check_webhook_error_enum(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            error_type_1 = check_blank_enum(data)

            return error_type_1

        error = _parse_error(d.pop("error"))

        duration_ms = d.pop("duration_ms")

        test_shape = cls(
            delivered=delivered,
            status_code=status_code,
            error=error,
            duration_ms=duration_ms,
        )

        test_shape.additional_properties = d
        return test_shape

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
