"""What a rule rests on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """What a rule rests on: references, or a choice this practice made itself."""

    references: tuple[str, ...] = ()
    practice_choice: bool = False
