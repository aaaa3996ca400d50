"""32 clients want one moment: exactly one gets it, the others are told that it is taken, and the table agrees."""

import datetime
from collections import Counter
from dataclasses import dataclass

import psycopg

from benchmarks.client import together
from benchmarks.measures import Place
from benchmarks.pages import book_at

AT_ONCE, HALF = 32, datetime.timedelta(minutes=15)
_OVERLAPS = """
SELECT count(*) FROM scheduling_appointment one JOIN scheduling_appointment other
ON one.practitioner_id = other.practitioner_id AND one.id < other.id
AND one.start < other."end" AND other.start < one."end"
WHERE one.status <> 'cancelled' AND other.status <> 'cancelled' AND one.start > now() + interval '35 days'
"""


@dataclass(frozen=True)
class Race:
    """What 32 at once came to: the answers by status, rounds without exactly one winner, overlaps in the table."""

    rounds: int
    statuses: Counter[int]
    unfair: int
    overlaps: int
    p50: float
    p95: float

    @property
    def is_won_once(self) -> bool:
        """Whether each round had one winner and only polite losers, and nothing overlaps."""
        return not self.unfair and not self.overlaps and set(self.statuses) <= {201, 409}


async def race(place: Place, *, rounds: int, half_overlapping: bool) -> Race:
    """Let 32 clients book one moment (or every second one a moment that half overlaps it), so many rounds."""
    statuses: Counter[int] = Counter()
    unfair, seconds = 0, []
    for number in range(rounds):
        start = datetime.datetime.fromisoformat(f"{place.facts['coming_days'][-1 - number]}T09:00")
        asked = [
            book_at(place.facts, str(start + (HALF if half_overlapping and each % 2 else 0 * HALF)), 0, each)
            for each in range(AT_ONCE)
        ]
        answers = await together(place.node.port, asked)
        statuses.update(answer.status for answer in answers)
        unfair += sum(answer.status == 201 for answer in answers) != 1
        seconds += [answer.seconds for answer in answers]
    with psycopg.connect(place.owner, autocommit=True) as connection:
        row = connection.execute(_OVERLAPS).fetchone()
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM scheduling_appointment WHERE start > now() + interval '35 days'")
    ordered = sorted(seconds)
    p50, p95 = (ordered[int(share * len(ordered))] * 1000 for share in (0.5, 0.95))
    return Race(rounds, statuses, unfair, row[0] if row else -1, p50, p95)
