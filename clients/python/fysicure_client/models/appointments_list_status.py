from typing import Literal

AppointmentsListStatus = Literal["arrived", "booked", "cancelled", "fulfilled", "noshow", "pending"]

APPOINTMENTS_LIST_STATUS_VALUES: set[AppointmentsListStatus] = {
    "arrived",
    "booked",
    "cancelled",
    "fulfilled",
    "noshow",
    "pending",
}


def check_appointments_list_status(value: str) -> AppointmentsListStatus:
    if value in APPOINTMENTS_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {APPOINTMENTS_LIST_STATUS_VALUES!r}")
