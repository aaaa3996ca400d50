from typing import Literal

JudgedEntryLightEnum = Literal["AMBER", "GREEN", "PENDING", "RED", "UNRESOLVED"]

JUDGED_ENTRY_LIGHT_ENUM_VALUES: set[JudgedEntryLightEnum] = {
    "AMBER",
    "GREEN",
    "PENDING",
    "RED",
    "UNRESOLVED",
}


def check_judged_entry_light_enum(value: str) -> JudgedEntryLightEnum:
    if value in JUDGED_ENTRY_LIGHT_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JUDGED_ENTRY_LIGHT_ENUM_VALUES!r}")
