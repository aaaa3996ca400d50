"""What a dosage asks, read from how therapists write it: "3 x 12 per kant", "10 x 10 s", "20-40 min"."""

import re
from dataclasses import dataclass

_RANGE = r"(\d+)(?:\s*(?:-|–|à|tot|to)\s*(\d+))?"
_TIMES = r"\s*(?:x|×|\*)\s*"
_SECONDS = r"(?:seconden|secondes|seconds|seconde|second|sec|s)\b|\""
_MINUTES = r"(?:minuten|minutes|minuut|minute|min)\b|'"
_UNIT = rf"\s*(?:(?P<s>{_SECONDS})|(?P<m>{_MINUTES}))"
# The first that fits decides; what comes after "later" is for another day.
_SETS_REPS_HOLD = re.compile(rf"(\d+){_TIMES}{_RANGE}{_TIMES}{_RANGE}{_UNIT}", re.IGNORECASE)
_SETS_HOLD = re.compile(rf"(\d+){_TIMES}{_RANGE}{_UNIT}", re.IGNORECASE)
_SETS_REPS = re.compile(rf"(\d+){_TIMES}{_RANGE}", re.IGNORECASE)
_ONE_HOLD = re.compile(rf"{_RANGE}{_UNIT}", re.IGNORECASE)
# "3 x 10, 5 s vasthouden": the hold stands apart from the repetitions.
_HELD = re.compile(rf"{_RANGE}\s*(?:{_SECONDS})", re.IGNORECASE)
_LATER = re.compile(r"\b(later|daarna|puis|ensuite|then)\b", re.IGNORECASE)
_EACH_SIDE = re.compile(
    r"\b(?:per (?:kant|zijde|been|côté|jambe|side|leg)|(?:elke|iedere|chaque|each) (?:kant|zijde|côté|jambe|side|leg))",
    re.IGNORECASE,
)
# A hold of more than ten minutes is no hold but a walk or a ride: nobody wants a timer in sets for it.
LONGEST_HOLD = 600


@dataclass(frozen=True, slots=True)
class Dosage:
    """How often and how long. Ranges are (least, most); seconds is None where no time is held, and so is minutes.

    `repetitions` counts holds of one set, or movements where nothing is held. `each_side`: all of it left and right.
    """

    sets: int = 1
    repetitions: tuple[int, int] = (1, 1)
    seconds: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None
    each_side: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether a clock helps: something is held for seconds, or for a minute or two."""
        return self.seconds is not None

    @property
    def for_clock(self) -> str:
        """What the clock of the page asks: sets, holds in a set, least and most seconds, sides."""
        least, most = self.seconds or (0, 0)
        return f"{self.sets} {self.repetitions[0]} {least} {most} {2 if self.each_side else 1}"


def read_dosage(text: str) -> Dosage | None:
    """Return what a dosage says, or None where it says no number that a clock could follow.

    "N x S s" is N sets of one hold; "N x M x S s" is N sets of M holds. One long time ("20-40 min") has minutes and no
    seconds: it is walked or cycled, not held.
    """
    now = _LATER.split(text, maxsplit=1)[0]
    found = _three(now) or _two(now) or _counted(now) or _one(now)
    if found is None:
        return None
    sets, repetitions, seconds, minutes = found
    if sets < 1 or repetitions[0] < 1 or (seconds is not None and not 1 <= seconds[0] <= LONGEST_HOLD):
        return None
    return Dosage(sets, repetitions, seconds, minutes, bool(_EACH_SIDE.search(now)))


Pair = tuple[int, int]
Parts = tuple[int, Pair, Pair | None, Pair | None]


def _three(text: str) -> Parts | None:
    match = _SETS_REPS_HOLD.search(text)
    if match is None:
        return None
    sets, low, high, least, most = match.groups()[:5]
    return int(sets), _pair(low, high), _in_seconds(match, least, most), None


def _two(text: str) -> Parts | None:
    match = _SETS_HOLD.search(text)
    if match is None:
        return None
    sets, least, most = match.groups()[:3]
    return int(sets), (1, 1), _in_seconds(match, least, most), None


def _counted(text: str) -> Parts | None:
    match = _SETS_REPS.search(text)
    if match is None:
        return None
    sets, low, high = match.groups()
    held = _HELD.search(text, match.end())
    return int(sets), _pair(low, high), _pair(*held.groups()) if held else None, None


def _one(text: str) -> Parts | None:
    match = _ONE_HOLD.search(text)
    if match is None:
        return None
    least, most = match.groups()[:2]
    if match["s"]:
        return 1, (1, 1), _pair(least, most), None
    return 1, (1, 1), None, _pair(least, most)


def _in_seconds(match: re.Match[str], least: str, most: str | None) -> Pair:
    low, high = _pair(least, most)
    return (low, high) if match["s"] else (low * 60, high * 60)


def _pair(least: str, most: str | None) -> Pair:
    """A range as it was written; a most that is below the least was a slip."""
    low = int(least)
    return low, max(low, int(most)) if most else low
