from typing import Literal

RoleEnum = Literal["admin", "patient", "receptionist", "therapist"]

ROLE_ENUM_VALUES: set[RoleEnum] = {
    "admin",
    "patient",
    "receptionist",
    "therapist",
}


def check_role_enum(value: str) -> RoleEnum:
    if value in ROLE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROLE_ENUM_VALUES!r}")
