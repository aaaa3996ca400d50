from typing import Literal

WebhookSwitchEnum = Literal["active", "off"]

WEBHOOK_SWITCH_ENUM_VALUES: set[WebhookSwitchEnum] = {
    "active",
    "off",
}


def check_webhook_switch_enum(value: str) -> WebhookSwitchEnum:
    if value in WEBHOOK_SWITCH_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_SWITCH_ENUM_VALUES!r}")
