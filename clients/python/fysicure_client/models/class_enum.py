from typing import Literal

ClassEnum = Literal["BLOCKED", "INCOMPLETE", "LIKELY", "POSSIBLE", "UNLIKELY"]

CLASS_ENUM_VALUES: set[ClassEnum] = {
    "BLOCKED",
    "INCOMPLETE",
    "LIKELY",
    "POSSIBLE",
    "UNLIKELY",
}


def check_class_enum(value: str) -> ClassEnum:
    if value in CLASS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CLASS_ENUM_VALUES!r}")
