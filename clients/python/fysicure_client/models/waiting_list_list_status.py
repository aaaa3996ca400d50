from typing import Literal

WaitingListListStatus = Literal["booked", "waiting", "withdrawn"]

WAITING_LIST_LIST_STATUS_VALUES: set[WaitingListListStatus] = {
    "booked",
    "waiting",
    "withdrawn",
}


def check_waiting_list_list_status(value: str) -> WaitingListListStatus:
    if value in WAITING_LIST_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAITING_LIST_LIST_STATUS_VALUES!r}")
