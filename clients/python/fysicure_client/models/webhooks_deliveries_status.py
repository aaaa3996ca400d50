from typing import Literal

WebhooksDeliveriesStatus = Literal["delivered", "gave-up", "skipped", "waiting"]

WEBHOOKS_DELIVERIES_STATUS_VALUES: set[WebhooksDeliveriesStatus] = {
    "delivered",
    "gave-up",
    "skipped",
    "waiting",
}


def check_webhooks_deliveries_status(value: str) -> WebhooksDeliveriesStatus:
    if value in WEBHOOKS_DELIVERIES_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WEBHOOKS_DELIVERIES_STATUS_VALUES!r}")
