from typing import Literal

EpisodeShapeStatusEnum = Literal["active", "cancelled", "finished", "onhold", "planned"]

EPISODE_SHAPE_STATUS_ENUM_VALUES: set[EpisodeShapeStatusEnum] = {
    "active",
    "cancelled",
    "finished",
    "onhold",
    "planned",
}


def check_episode_shape_status_enum(value: str) -> EpisodeShapeStatusEnum:
    if value in EPISODE_SHAPE_STATUS_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EPISODE_SHAPE_STATUS_ENUM_VALUES!r}")
