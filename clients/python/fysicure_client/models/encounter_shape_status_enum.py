from typing import Literal

EncounterShapeStatusEnum = Literal["cancelled", "finished", "in-progress"]

ENCOUNTER_SHAPE_STATUS_ENUM_VALUES: set[EncounterShapeStatusEnum] = {
    "cancelled",
    "finished",
    "in-progress",
}


def check_encounter_shape_status_enum(value: str) -> EncounterShapeStatusEnum:
    if value in ENCOUNTER_SHAPE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENCOUNTER_SHAPE_STATUS_ENUM_VALUES!r}")
