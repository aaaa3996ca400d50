from typing import Literal

WebhookEventEnum = Literal[
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
    "plan.created",
    "plan.decided",
    "plan.updated",
]

WEBHOOK_EVENT_ENUM_VALUES: set[WebhookEventEnum] = {
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
    "plan.created",
    "plan.decided",
    "plan.updated",
}


def check_webhook_event_enum(value: str) -> WebhookEventEnum:
    if value in WEBHOOK_EVENT_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_EVENT_ENUM_VALUES!r}")
