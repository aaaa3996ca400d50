from typing import Literal

WebhookErrorEnum = Literal[
    "address-not-allowed",
    "broken-off",
    "gone",
    "no-connection",
    "no-http",
    "no-such-host",
    "redirect",
    "refused",
    "secret-unreadable",
    "server-error",
    "timeout",
    "tls",
    "too-busy",
]

WEBHOOK_ERROR_ENUM_VALUES: set[WebhookErrorEnum] = {
    "address-not-allowed",
    "broken-off",
    "gone",
    "no-connection",
    "no-http",
    "no-such-host",
    "redirect",
    "refused",
    "secret-unreadable",
    "server-error",
    "timeout",
    "tls",
    "too-busy",
}


def check_webhook_error_enum(value: str) -> WebhookErrorEnum:
    if value in WEBHOOK_ERROR_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOK_ERROR_ENUM_VALUES!r}")
