from typing import Literal

OneSideEnum = Literal["L", "R"]

ONE_SIDE_ENUM_VALUES: set[OneSideEnum] = {
    "L",
    "R",
}


def check_one_side_enum(value: str) -> OneSideEnum:
    if value in ONE_SIDE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ONE_SIDE_ENUM_VALUES!r}")
