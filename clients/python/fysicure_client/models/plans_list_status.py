from typing import Literal

PlansListStatus = Literal["active", "completed", "on-hold", "revoked"]

PLANS_LIST_STATUS_VALUES: set[PlansListStatus] = {
    "active",
    "completed",
    "on-hold",
    "revoked",
}


def check_plans_list_status(value: str) -> PlansListStatus:
    if value in PLANS_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLANS_LIST_STATUS_VALUES!r}")
