from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.webhook_delivery_status_enum import (
    WebhookDeliveryStatusEnum,
    check_webhook_delivery_status_enum,
)
from ..models.webhook_kind_enum import WebhookKindEnum, check_webhook_kind_enum

if TYPE_CHECKING:
    from ..models.attempt_shape import AttemptShape


T = TypeVar("T", bound="DeliveryShape")


@_attrs_define
class DeliveryShape:
    """One event on its way to one webhook. `message` is the `webhook-id` that the receiver saw."""

    id: UUID
    message: UUID
    sequence: int
    type_: WebhookKindEnum
    """ * `appointment.created` - an appointment was booked
    * `appointment.updated` - an appointment changed
    * `appointment.cancelled` - an appointment was cancelled
    * `appointment.removed` - an appointment was removed
    * `patient.created` - a patient was registered
    * `patient.updated` - details of a patient changed
    * `patient.removed` - a patient was removed, after an erasure for example
    * `episode.created` - an episode of care began
    * `episode.updated` - an episode of care changed
    * `episode.removed` - an episode of care was removed
    * `plan.created` - a plan began
    * `plan.updated` - a plan changed
    * `plan.decided` - a therapist decided about a plan
    * `diary.logged` - a patient wrote in the diary
    * `diary.updated` - a patient changed an entry of the diary
    * `ping` - test event """
    object_id: UUID
    occurred_at: datetime.datetime
    status: WebhookDeliveryStatusEnum
    """ * `waiting` - on its way
    * `delivered` - delivered
    * `gave-up` - given up
    * `skipped` - skipped """
    attempts: int
    next_attempt_at: datetime.datetime | None
    """ Null when nothing is to come. """
    tries: list[AttemptShape]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        message = str(self.message)

        sequence = self.sequence

        type_: str = self.type_

        object_id = str(self.object_id)

        occurred_at = self.occurred_at.isoformat()

        status: str = self.status

        attempts = self.attempts

        next_attempt_at: None | str
        if isinstance(self.next_attempt_at, datetime.datetime):
            next_attempt_at = self.next_attempt_at.isoformat()
        else:
            next_attempt_at = self.next_attempt_at

        tries = []
        for tries_item_data in self.tries:
            tries_item = tries_item_data.to_dict()
            tries.append(tries_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "message": message,
                "sequence": sequence,
                "type": type_,
                "object_id": object_id,
                "occurred_at": occurred_at,
                "status": status,
                "attempts": attempts,
                "next_attempt_at": next_attempt_at,
                "tries": tries,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.attempt_shape import AttemptShape  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        message = UUID(d.pop("message"))

        sequence = d.pop("sequence")

        type_ = check_webhook_kind_enum(d.pop("type"))

        object_id = UUID(d.pop("object_id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        status = check_webhook_delivery_status_enum(d.pop("status"))

        attempts = d.pop("attempts")

        def _parse_next_attempt_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_attempt_at_type_0 = datetime.datetime.fromisoformat(data)

                return next_attempt_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        next_attempt_at = _parse_next_attempt_at(d.pop("next_attempt_at"))

        tries = []
        _tries = d.pop("tries")
        for tries_item_data in _tries:
            tries_item = AttemptShape.from_dict(tries_item_data)

            tries.append(tries_item)

        delivery_shape = cls(
            id=id,
            message=message,
            sequence=sequence,
            type_=type_,
            object_id=object_id,
            occurred_at=occurred_at,
            status=status,
            attempts=attempts,
            next_attempt_at=next_attempt_at,
            tries=tries,
        )

        delivery_shape.additional_properties = d
        return delivery_shape

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
