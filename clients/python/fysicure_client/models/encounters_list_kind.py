from typing import Literal

EncountersListKind = Literal["gait_analysis", "intake", "phone", "retest", "self_report", "session"]

ENCOUNTERS_LIST_KIND_VALUES: set[EncountersListKind] = {
    "gait_analysis",
    "intake",
    "phone",
    "retest",
    "self_report",
    "session",
}


def check_encounters_list_kind(value: str) -> EncountersListKind:
    if value in ENCOUNTERS_LIST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENCOUNTERS_LIST_KIND_VALUES!r}")
