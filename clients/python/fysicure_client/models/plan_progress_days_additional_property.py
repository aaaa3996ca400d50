from typing import Literal

PlanProgressDaysAdditionalProperty = Literal["AMBER", "GREEN", "PENDING", "RED", "UNRESOLVED"]

PLAN_PROGRESS_DAYS_ADDITIONAL_PROPERTY_VALUES: set[PlanProgressDaysAdditionalProperty] = {
    "AMBER",
    "GREEN",
    "PENDING",
    "RED",
    "UNRESOLVED",
}


def check_plan_progress_days_additional_property(value: str) -> PlanProgressDaysAdditionalProperty:
    if value in PLAN_PROGRESS_DAYS_ADDITIONAL_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PLAN_PROGRESS_DAYS_ADDITIONAL_PROPERTY_VALUES!r}")
