from typing import Literal

MeasureTypeEnum = Literal["boolean", "choice", "date", "decimal", "integer", "list", "multiple", "test", "text"]

MEASURE_TYPE_ENUM_VALUES: set[MeasureTypeEnum] = {
    "boolean",
    "choice",
    "date",
    "decimal",
    "integer",
    "list",
    "multiple",
    "test",
    "text",
}


def check_measure_type_enum(value: str) -> MeasureTypeEnum:
    if value in MEASURE_TYPE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MEASURE_TYPE_ENUM_VALUES!r}")
