"""What a pathway says of the time after its end."""

from dataclasses import dataclass

from pathways.engine.source import Source


@dataclass(frozen=True, slots=True)
class RestartRow:
    """Where to begin again when the complaint is back and nothing was measured yet: worst pain (0-10) up to a score."""

    phase: str
    worst_pain_at_most: int | None


@dataclass(frozen=True, slots=True)
class AfterCare:
    """Weeks after the end in which to ask how it goes, where a plan begins again, and what that rests on."""

    check_in_weeks: tuple[int, ...]
    restart: tuple[RestartRow, ...]
    restart_course: str
    source: Source
