from typing import Literal

PhaseShapeStatusEnum = Literal["active", "completed", "planned"]

PHASE_SHAPE_STATUS_ENUM_VALUES: set[PhaseShapeStatusEnum] = {
    "active",
    "completed",
    "planned",
}


def check_phase_shape_status_enum(value: str) -> PhaseShapeStatusEnum:
    if value in PHASE_SHAPE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PHASE_SHAPE_STATUS_ENUM_VALUES!r}")
