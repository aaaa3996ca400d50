from typing import Literal

LightAnswerDaysAdditionalProperty = Literal["AMBER", "GREEN", "PENDING", "RED", "UNRESOLVED"]

LIGHT_ANSWER_DAYS_ADDITIONAL_PROPERTY_VALUES: set[LightAnswerDaysAdditionalProperty] = {
    "AMBER",
    "GREEN",
    "PENDING",
    "RED",
    "UNRESOLVED",
}


def check_light_answer_days_additional_property(value: str) -> LightAnswerDaysAdditionalProperty:
    if value in LIGHT_ANSWER_DAYS_ADDITIONAL_PROPERTY_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {LIGHT_ANSWER_DAYS_ADDITIONAL_PROPERTY_VALUES!r}")
