from typing import Literal

PlanShapeStatusEnum = Literal["active", "completed", "on-hold", "revoked"]

PLAN_SHAPE_STATUS_ENUM_VALUES: set[PlanShapeStatusEnum] = {
    "active",
    "completed",
    "on-hold",
    "revoked",
}


def check_plan_shape_status_enum(value: str) -> PlanShapeStatusEnum:
    if value in PLAN_SHAPE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_SHAPE_STATUS_ENUM_VALUES!r}")
