from typing import Literal

EntryShapeKindEnum = Literal["exercise", "other", "rest", "run"]

ENTRY_SHAPE_KIND_ENUM_VALUES: set[EntryShapeKindEnum] = {
    "exercise",
    "other",
    "rest",
    "run",
}


def check_entry_shape_kind_enum(value: str) -> EntryShapeKindEnum:
    if value in ENTRY_SHAPE_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ENTRY_SHAPE_KIND_ENUM_VALUES!r}")
