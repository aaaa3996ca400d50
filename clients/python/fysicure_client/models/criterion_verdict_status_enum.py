from typing import Literal

CriterionVerdictStatusEnum = Literal["met", "not_met", "unknown"]

CRITERION_VERDICT_STATUS_ENUM_VALUES: set[CriterionVerdictStatusEnum] = {
    "met",
    "not_met",
    "unknown",
}


def check_criterion_verdict_status_enum(value: str) -> CriterionVerdictStatusEnum:
    if value in CRITERION_VERDICT_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CRITERION_VERDICT_STATUS_ENUM_VALUES!r}")
