from typing import Literal

BandEnum = Literal["later", "overdue", "this_week"]

BAND_ENUM_VALUES: set[BandEnum] = {
    "later",
    "overdue",
    "this_week",
}


def check_band_enum(value: str) -> BandEnum:
    if value in BAND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BAND_ENUM_VALUES!r}")
