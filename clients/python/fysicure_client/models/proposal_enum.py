from typing import Literal

ProposalEnum = Literal["advance", "blocked", "review", "stay", "step_back"]

PROPOSAL_ENUM_VALUES: set[ProposalEnum] = {
    "advance",
    "blocked",
    "review",
    "stay",
    "step_back",
}


def check_proposal_enum(value: str) -> ProposalEnum:
    if value in PROPOSAL_ENUM_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PROPOSAL_ENUM_VALUES!r}")
