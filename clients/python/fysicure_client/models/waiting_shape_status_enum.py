from typing import Literal

WaitingShapeStatusEnum = Literal["booked", "waiting", "withdrawn"]

WAITING_SHAPE_STATUS_ENUM_VALUES: set[WaitingShapeStatusEnum] = {
    "booked",
    "waiting",
    "withdrawn",
}


def check_waiting_shape_status_enum(value: str) -> WaitingShapeStatusEnum:
    if value in WAITING_SHAPE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {WAITING_SHAPE_STATUS_ENUM_VALUES!r}")
