from typing import Literal

ClashEnum = Literal["hours", "patient", "room", "therapist"]

CLASH_ENUM_VALUES: set[ClashEnum] = {
    "hours",
    "patient",
    "room",
    "therapist",
}


def check_clash_enum(value: str) -> ClashEnum:
    if value in CLASH_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLASH_ENUM_VALUES!r}")
