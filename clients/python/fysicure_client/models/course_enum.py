from typing import Literal

CourseEnum = Literal["acute", "long_standing"]

COURSE_ENUM_VALUES: set[CourseEnum] = {
    "acute",
    "long_standing",
}


def check_course_enum(value: str) -> CourseEnum:
    if value in COURSE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {COURSE_ENUM_VALUES!r}")
