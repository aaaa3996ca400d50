from typing import Literal

EpisodesListStatus = Literal["active", "cancelled", "finished", "onhold", "planned"]

EPISODES_LIST_STATUS_VALUES: set[EpisodesListStatus] = {
    "active",
    "cancelled",
    "finished",
    "onhold",
    "planned",
}


def check_episodes_list_status(value: str) -> EpisodesListStatus:
    if value in EPISODES_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EPISODES_LIST_STATUS_VALUES!r}")
