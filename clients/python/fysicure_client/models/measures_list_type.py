from typing import Literal

MeasuresListType = Literal["boolean", "choice", "date", "decimal", "integer", "list", "multiple", "test", "text"]

MEASURES_LIST_TYPE_VALUES: set[MeasuresListType] = {
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


def check_measures_list_type(value: str) -> MeasuresListType:
    if value in MEASURES_LIST_TYPE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {MEASURES_LIST_TYPE_VALUES!r}")
