from typing import Literal

RoomShapeKindEnum = Literal["exercise", "gait", "treatment"]

ROOM_SHAPE_KIND_ENUM_VALUES: set[RoomShapeKindEnum] = {
    "exercise",
    "gait",
    "treatment",
}


def check_room_shape_kind_enum(value: str) -> RoomShapeKindEnum:
    if value in ROOM_SHAPE_KIND_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROOM_SHAPE_KIND_ENUM_VALUES!r}")
