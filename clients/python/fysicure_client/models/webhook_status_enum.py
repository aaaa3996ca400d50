from typing import Literal

WebhookStatusEnum = Literal["active", "error", "off"]

WEBHOOK_STATUS_ENUM_VALUES: set[WebhookStatusEnum] = {
    "active",
    "error",
    "off",
}


def check_webhook_status_enum(value: str) -> WebhookStatusEnum:
    if value in WEBHOOK_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_STATUS_ENUM_VALUES!r}")
