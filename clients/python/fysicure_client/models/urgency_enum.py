from typing import Literal

UrgencyEnum = Literal["EMERGENCY", "SOON", "URGENT"]

URGENCY_ENUM_VALUES: set[UrgencyEnum] = {
    "EMERGENCY",
    "SOON",
    "URGENT",
}


def check_urgency_enum(value: str) -> UrgencyEnum:
    if value in URGENCY_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {URGENCY_ENUM_VALUES!r}")
