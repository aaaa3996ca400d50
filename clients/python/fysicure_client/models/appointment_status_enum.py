from typing import Literal

AppointmentStatusEnum = Literal["arrived", "booked", "cancelled", "fulfilled", "noshow", "pending"]

APPOINTMENT_STATUS_ENUM_VALUES: set[AppointmentStatusEnum] = {
    "arrived",
    "booked",
    "cancelled",
    "fulfilled",
    "noshow",
    "pending",
}


def check_appointment_status_enum(value: str) -> AppointmentStatusEnum:
    if value in APPOINTMENT_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPOINTMENT_STATUS_ENUM_VALUES!r}")
