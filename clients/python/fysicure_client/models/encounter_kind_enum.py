from typing import Literal

EncounterKindEnum = Literal["gait_analysis", "intake", "phone", "retest", "self_report", "session"]

ENCOUNTER_KIND_ENUM_VALUES: set[EncounterKindEnum] = {
    "gait_analysis",
    "intake",
    "phone",
    "retest",
    "self_report",
    "session",
}


def check_encounter_kind_enum(value: str) -> EncounterKindEnum:
    if value in ENCOUNTER_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENCOUNTER_KIND_ENUM_VALUES!r}")
