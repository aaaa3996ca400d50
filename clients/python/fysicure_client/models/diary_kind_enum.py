from typing import Literal

DiaryKindEnum = Literal["exercise", "other", "rest", "run"]

DIARY_KIND_ENUM_VALUES: set[DiaryKindEnum] = {
    "exercise",
    "other",
    "rest",
    "run",
}


def check_diary_kind_enum(value: str) -> DiaryKindEnum:
    if value in DIARY_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DIARY_KIND_ENUM_VALUES!r}")
