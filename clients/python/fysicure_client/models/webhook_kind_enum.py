from typing import Literal

WebhookKindEnum = Literal[
    "appointment.cancelled",
    "appointment.created",
    "appointment.removed",
    "appointment.updated",
    "diary.logged",
    "diary.updated",
    "episode.created",
    "episode.removed",
    "episode.updated",
    "patient.created",
    "patient.removed",
    "patient.updated",
    "ping",
    "plan.created",
    "plan.decided",
    "plan.updated",
]

WEBHOOK_KIND_ENUM_VALUES: set[WebhookKindEnum] = {
    "appointment.cancelled",
    "appointment.created",
    "appointment.removed",
    "appointment.updated",
    "diary.logged",
    "diary.updated",
    "episode.created",
    "episode.removed",
    "episode.updated",
    "patient.created",
    "patient.removed",
    "patient.updated",
    "ping",
    "plan.created",
    "plan.decided",
    "plan.updated",
}


def check_webhook_kind_enum(value: str) -> WebhookKindEnum:
    if value in WEBHOOK_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_KIND_ENUM_VALUES!r}")
