from typing import Literal

PlanProgressLightEnum = Literal["AMBER", "GREEN", "NONE", "PENDING", "RED", "UNRESOLVED"]

PLAN_PROGRESS_LIGHT_ENUM_VALUES: set[PlanProgressLightEnum] = {
    "AMBER",
    "GREEN",
    "NONE",
    "PENDING",
    "RED",
    "UNRESOLVED",
}


def check_plan_progress_light_enum(value: str) -> PlanProgressLightEnum:
    if value in PLAN_PROGRESS_LIGHT_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_PROGRESS_LIGHT_ENUM_VALUES!r}")
