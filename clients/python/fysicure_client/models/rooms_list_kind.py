from typing import Literal

RoomsListKind = Literal["exercise", "gait", "treatment"]

ROOMS_LIST_KIND_VALUES: set[RoomsListKind] = {
    "exercise",
    "gait",
    "treatment",
}


def check_rooms_list_kind(value: str) -> RoomsListKind:
    if value in ROOMS_LIST_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROOMS_LIST_KIND_VALUES!r}")
