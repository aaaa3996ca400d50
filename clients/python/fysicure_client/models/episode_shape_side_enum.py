from typing import Literal

EpisodeShapeSideEnum = Literal["both", "L", "R"]

EPISODE_SHAPE_SIDE_ENUM_VALUES: set[EpisodeShapeSideEnum] = {
    "both",
    "L",
    "R",
}


def check_episode_shape_side_enum(value: str) -> EpisodeShapeSideEnum:
    if value in EPISODE_SHAPE_SIDE_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EPISODE_SHAPE_SIDE_ENUM_VALUES!r}")
