from typing import Literal

DiaryListKind = Literal["exercise", "other", "rest", "run"]

DIARY_LIST_KIND_VALUES: set[DiaryListKind] = {
    "exercise",
    "other",
    "rest",
    "run",
}


def check_diary_list_kind(value: str) -> DiaryListKind:
    if value in DIARY_LIST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {DIARY_LIST_KIND_VALUES!r}")
