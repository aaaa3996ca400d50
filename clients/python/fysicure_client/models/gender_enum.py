from typing import Literal

GenderEnum = Literal["female", "male", "other", "unknown"]

GENDER_ENUM_VALUES: set[GenderEnum] = {
    "female",
    "male",
    "other",
    "unknown",
}


def check_gender_enum(value: str) -> GenderEnum:
    if value in GENDER_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {GENDER_ENUM_VALUES!r}")
