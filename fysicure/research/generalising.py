"""Making patients alike: coarser values step by step, until nobody stands alone. Pure Python, no database.

k-anonymity as in Sweeney, "k-anonymity: a model for protecting privacy", International Journal of Uncertainty,
Fuzziness and Knowledge-Based Systems 10(5), 2002, 557-570. Counted are patients, not rows: who has several plans is
held against others by all of them together (a trail), because their rows carry one pseudonym.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

LEAST_K, USUAL_K, MOST_K = 3, 5, 50
# At most this share of the plans may be left out because they are rare; more means that coarser values are needed.
MOST_SUPPRESSED = 0.10
OLDEST = 80

# What somebody outside may know of a patient: the columns that must be shared by k patients, in this order.
QUASI_IDENTIFIERS = ("age_band", "sex", "postal_area", "start_period", "pathway", "pathway_version", "side")
type Alike = tuple[str | int | None, ...]


class Facts(NamedTuple):
    """What an outsider may know of one plan, as fine as it is ever told. Age in years on the day of its start."""

    age: int
    sex: str | None
    postal: str | None
    year: int
    quarter: int
    pathway: str
    version: int
    side: str


@dataclass(frozen=True, slots=True)
class Level:
    """How coarse the values are. `age`: years in a band, `postal`: digits; None or 0 or False: the column is empty."""

    age: int | None = 10
    sex: bool = True
    postal: int = 2
    period: str | None = "quarter"
    version: bool = True
    side: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return it for the report."""
        return asdict(self)


# The steps in their order, finest first: what tells least about outcomes is given up before what tells more.
LEVELS = (
    Level(),
    Level(version=False),
    Level(version=False, postal=1),
    Level(version=False, postal=1, period="year"),
    Level(version=False, postal=1, period="year", age=20),
    Level(version=False, postal=0, period="year", age=20),
    Level(version=False, postal=0, period="year", age=20, side=False),
    Level(version=False, postal=0, period=None, age=20, side=False),
    Level(version=False, postal=0, period=None, age=None, side=False),
    Level(version=False, postal=0, period=None, age=None, side=False, sex=False),
)


def age_band(age: int, years: int | None) -> str | None:
    """Return the band of an age, "20-29"; everybody of 80 and older is "80+". None when ages are not told."""
    if years is None:
        return None
    if age >= OLDEST:
        return f"{OLDEST}+"
    low = max(age, 0) // years * years
    return f"{low}-{low + years - 1}"


def alike(facts: Facts, level: Level) -> Alike:
    """Return the values of QUASI_IDENTIFIERS that the file tells of a plan."""
    period = {"quarter": f"{facts.year}-Q{facts.quarter}", "year": str(facts.year), None: None}[level.period]
    return (
        age_band(facts.age, level.age),
        facts.sex if level.sex else None,
        facts.postal[: level.postal] if facts.postal and level.postal else None,
        period,
        facts.pathway,
        facts.version if level.version else None,
        facts.side if level.side else None,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """The finest level at which the rest is alike: how many plans stay of each patient (by place), and the classes.

    `classes` are numbers of patients with the same trail, smallest first; `suppressed` counts plans left out as rare.
    """

    level: Level
    step: int
    kept: tuple[int, ...]
    suppressed: int
    classes: tuple[int, ...]

    @property
    def plans(self) -> int:
        """How many plans stay."""
        return sum(self.kept)

    @property
    def patients(self) -> int:
        """How many patients stay."""
        return sum(1 for count in self.kept if count)


def choose(patients: Sequence[Sequence[Facts]], *, k: int) -> Choice | None:
    """Return how far the values must be coarsened; None when even the last step leaves out too much.

    `patients` holds the plans of each, the earliest first. Raises ValueError for a k below 3.
    """
    if k < LEAST_K:
        raise ValueError(k)
    total = sum(map(len, patients))
    for step, level in enumerate(LEVELS):
        kept, classes = prune(trails(patients, level), k=k)
        suppressed = total - sum(kept)
        if classes and suppressed <= MOST_SUPPRESSED * total:
            return Choice(level, step, tuple(kept), suppressed, classes)
    return None


def trails(patients: Iterable[Sequence[Facts]], level: Level) -> list[tuple[Alike, ...]]:
    """Return what the file would tell of each patient, plan after plan."""
    known: dict[Facts, Alike] = {}
    found = []
    for plans in patients:
        trail = []
        for facts in plans:
            told = known.get(facts)
            if told is None:
                told = known[facts] = alike(facts, level)
            trail.append(told)
        found.append(tuple(trail))
    return found


def prune(whole: Sequence[tuple[Alike, ...]], *, k: int) -> tuple[list[int], tuple[int, ...]]:
    """Return how many plans of each trail may stay so that k patients share each, and how many share them.

    The longest first: who is rare loses the last plan and is held against those with one plan less, and so on. A trail
    that is shared is never shortened, so each is shared by at least k of those who stay.
    """
    groups: dict[tuple[Alike, ...], list[int]] = defaultdict(list)
    for place, trail in enumerate(whole):
        groups[trail].append(place)
    kept, classes = [0] * len(whole), []
    for length in range(max(map(len, whole), default=0), 0, -1):
        for trail in [each for each in groups if len(each) == length]:
            places = groups[trail]
            if len(places) < k:
                groups[trail[:-1]].extend(places)
                continue
            classes.append(len(places))
            for place in places:
                kept[place] = length
    return kept, tuple(sorted(classes))


def rarest(patients: Iterable[Sequence[Facts]], *, k: int) -> dict[str, int]:
    """Return the pathways that fewer than k patients followed, with how many did: what no coarser value helps."""
    followed: dict[str, int] = Counter(name for plans in patients for name in {facts.pathway for facts in plans})
    return {name: count for name, count in sorted(followed.items()) if count < k}


def class_sizes(rows: Iterable[tuple[str, Alike]]) -> list[int]:
    """Return how many pseudonyms share each trail, smallest first; rows (pseudonym, what is told) in order of plan."""
    told: Mapping[str, list[Alike]] = defaultdict(list)
    for pseudonym, values in rows:
        told[pseudonym].append(values)
    counts = Counter(tuple(trail) for trail in told.values())
    return sorted(counts.values())
