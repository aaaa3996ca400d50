from typing import Literal

WaitingListListUrgency = Literal["asap", "routine", "urgent"]

WAITING_LIST_LIST_URGENCY_VALUES: set[WaitingListListUrgency] = {
    "asap",
    "routine",
    "urgent",
}


def check_waiting_list_list_urgency(value: str) -> WaitingListListUrgency:
    if value in WAITING_LIST_LIST_URGENCY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAITING_LIST_LIST_URGENCY_VALUES!r}")
