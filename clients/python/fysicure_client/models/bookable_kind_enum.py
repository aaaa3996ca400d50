from typing import Literal

BookableKindEnum = Literal["gait_analysis", "intake", "phone", "retest", "session"]

BOOKABLE_KIND_ENUM_VALUES: set[BookableKindEnum] = {
    "gait_analysis",
    "intake",
    "phone",
    "retest",
    "session",
}


def check_bookable_kind_enum(value: str) -> BookableKindEnum:
    if value in BOOKABLE_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BOOKABLE_KIND_ENUM_VALUES!r}")
