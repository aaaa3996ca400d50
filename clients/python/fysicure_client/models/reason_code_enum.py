from typing import Literal

ReasonCodeEnum = Literal[
    "clinical_picture", "comorbidity", "load", "measurement", "not_applicable", "other", "patient_wish"
]

REASON_CODE_ENUM_VALUES: set[ReasonCodeEnum] = {
    "clinical_picture",
    "comorbidity",
    "load",
    "measurement",
    "not_applicable",
    "other",
    "patient_wish",
}


def check_reason_code_enum(value: str) -> ReasonCodeEnum:
    if value in REASON_CODE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REASON_CODE_ENUM_VALUES!r}")
