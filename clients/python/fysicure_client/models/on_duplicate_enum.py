from typing import Literal

OnDuplicateEnum = Literal["ask", "keep", "merge"]

ON_DUPLICATE_ENUM_VALUES: set[OnDuplicateEnum] = {
    "ask",
    "keep",
    "merge",
}


def check_on_duplicate_enum(value: str) -> OnDuplicateEnum:
    if value in ON_DUPLICATE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ON_DUPLICATE_ENUM_VALUES!r}")
