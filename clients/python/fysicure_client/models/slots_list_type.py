from typing import Literal

SlotsListType = Literal["gait_analysis", "intake", "phone", "retest", "session"]

SLOTS_LIST_TYPE_VALUES: set[SlotsListType] = {
    "gait_analysis",
    "intake",
    "phone",
    "retest",
    "session",
}


def check_slots_list_type(value: str) -> SlotsListType:
    if value in SLOTS_LIST_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SLOTS_LIST_TYPE_VALUES!r}")
