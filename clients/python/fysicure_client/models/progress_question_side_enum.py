from typing import Literal

ProgressQuestionSideEnum = Literal["both", "L", "R"]

PROGRESS_QUESTION_SIDE_ENUM_VALUES: set[ProgressQuestionSideEnum] = {
    "both",
    "L",
    "R",
}


def check_progress_question_side_enum(value: str) -> ProgressQuestionSideEnum:
    if value in PROGRESS_QUESTION_SIDE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROGRESS_QUESTION_SIDE_ENUM_VALUES!r}")
