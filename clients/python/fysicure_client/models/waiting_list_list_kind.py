from typing import Literal

WaitingListListKind = Literal["gait_analysis", "intake", "phone", "retest", "self_report", "session"]

WAITING_LIST_LIST_KIND_VALUES: set[WaitingListListKind] = {
    "gait_analysis",
    "intake",
    "phone",
    "retest",
    "self_report",
    "session",
}


def check_waiting_list_list_kind(value: str) -> WaitingListListKind:
    if value in WAITING_LIST_LIST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAITING_LIST_LIST_KIND_VALUES!r}")
