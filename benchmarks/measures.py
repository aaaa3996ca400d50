"""Time pages by turns with the minimal views that show the same rows, on a small and on a large practice."""

import random
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psutil
import psycopg

from benchmarks.client import Asked, Connection, Timed, hammer, steadily
from benchmarks.nodes import Node, cpu_of
from benchmarks.pages import Page, unit

MOST_WRITES, SATURATION, FULL_SHARE, FULL_SECONDS = 150, 4, 0.8, 3.0
WARM = 8


@dataclass(frozen=True)
class Place:
    """A practice with the nodes that serve it, and what is asked about it. `owner` may delete what was written."""

    node: Node
    minimal: Node
    database: psutil.Process
    facts: Mapping[str, Any]
    session: str
    owner: str


@dataclass
class Measured:
    """What was measured of one page; times in milliseconds, one figure a round."""

    page: Page
    queries: int = 0
    size: int = 0
    solo: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    unit_solo: list[float] = field(default_factory=list)
    unit_cpu: list[float] = field(default_factory=list)
    rows_cpu: list[float] = field(default_factory=list)
    small: list[float] = field(default_factory=list)
    large: list[float] = field(default_factory=list)
    database_share: list[float] = field(default_factory=list)
    rate: float = 0.0
    p50: float = 0.0
    p95: float = 0.0
    bad: dict[str, int] = field(default_factory=dict)

    @property
    def solo_ratio(self) -> float:
        """Solo median against that of the minimal view: the middle of the rounds."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.solo, self.unit_solo, strict=True))

    @property
    def cpu_ratio(self) -> float:
        """CPU of a request (node and database) against that of the minimal view: the middle of the rounds."""
        return statistics.median(ours / theirs for ours, theirs in zip(self.cpu, self.unit_cpu, strict=True))

    @property
    def rows_ratio(self) -> float | None:
        """CPU of a request against that of the minimal view which writes as many rows; None when nothing is written."""
        pairs = list(zip(self.cpu, self.rows_cpu, strict=True)) if self.rows_cpu else []
        return statistics.median(ours / theirs for ours, theirs in pairs) if pairs else None

    @property
    def growth(self) -> float | None:
        """Solo median on the large practice against that on the small one, by turns; None when not asked."""
        pairs = list(zip(self.large, self.small, strict=True))
        return statistics.median(large / small for large, small in pairs) if pairs else None


async def measure(
    pages: Sequence[Page], large: Place, small: Place | None, *, rounds: int, seconds: float
) -> list[Measured]:
    """Measure pages: first once each with queries counted, then by turns with their units, round after round."""
    found = [Measured(page) for page in pages]
    chance = random.Random(3)  # noqa: S311
    for each in found:
        await _first(each, large, chance)
    for turn in range(rounds):
        for each in found:
            await _turn(each, large, small, chance, seconds, is_first=not turn)
    for each in found:
        await _full(each, large, chance)
    return found


async def _first(each: Measured, place: Place, chance: random.Random) -> None:
    """Count queries and bytes of one answer, after one that warmed up."""
    connection = Connection(place.node.port)
    for _turn in range(2):
        asked = each.page.make(place.facts, chance)
        counted = Asked(asked.path, asked.method, (*asked.headers, ("X-Count", "1")), asked.body)
        answer = await connection.ask(counted)
    connection.close()
    each.queries, each.size = int(answer.header("X-Queries") or -1), len(answer.body)
    if answer.status not in each.page.good:
        each.bad[f"{answer.status} {answer.body[:300]!r}"] = 1
    _undo(each.page, place)


async def _turn(
    each: Measured, large: Place, small: Place | None, chance: random.Random, seconds: float, *, is_first: bool
) -> None:
    def make(place: Place) -> Callable[[], Asked]:
        return lambda: each.page.make(place.facts, chance)

    def plain(name: str = each.page.unit) -> Asked:
        return unit(name, large.facts, chance, large.session)

    most = MOST_WRITES if each.page.after else 1 << 60
    good = each.page.good
    if is_first:
        await hammer(large.minimal.port, plain, frozenset({200, 201}), seconds=5, most=WARM)
        await hammer(large.node.port, make(large), good, seconds=5, most=WARM)
    theirs, their_cpu, _share = await _alone(
        large, large.minimal, plain, frozenset({200, 201, 409}), seconds=seconds, most=most
    )
    ours, our_cpu, share = await _alone(large, large.node, make(large), good, seconds=seconds, most=most)
    if each.page.rows:
        most_like, rows_cpu, _share = await _alone(
            large, large.minimal, lambda: plain(each.page.rows), frozenset({201, 409}), seconds=seconds, most=most
        )
        each.rows_cpu.append(rows_cpu)
        _note_bad(each, (most_like,))
    each.unit_solo.append(theirs.quantile(0.5))
    each.unit_cpu.append(their_cpu)
    each.solo.append(ours.quantile(0.5))
    each.cpu.append(our_cpu)
    each.database_share.append(share)
    _note_bad(each, (ours, theirs))
    if small is not None and each.page.growth is not None:
        if is_first:
            await hammer(small.node.port, make(small), good, seconds=5, most=WARM)
        little, _cpu, _share = await _alone(small, small.node, make(small), good, seconds=seconds, most=most)
        _note_bad(each, (little,))
        each.small.append(little.quantile(0.5))
        each.large.append(ours.quantile(0.5))
        _undo(each.page, small)
    _undo(each.page, large)


async def _alone(
    place: Place, node: Node, make: Callable[[], Asked], good: frozenset[int], *, seconds: float, most: int
) -> tuple[Timed, float, float]:
    """Ask one at a time; return the times, the CPU of a request in ms, and the database's part of that in ms."""
    node_before, database_before = node.cpu(), cpu_of(place.database)
    timed = await hammer(node.port, make, good, seconds=seconds, most=most)
    many = max(1, len(timed.seconds)) / 1000
    database = (cpu_of(place.database) - database_before) / many
    return timed, (node.cpu() - node_before) / many + database, database


async def _full(each: Measured, place: Place, chance: random.Random) -> None:
    """Find how many a second the node can do, then ask 80 % of that steadily."""

    def make() -> Asked:
        return each.page.make(place.facts, chance)

    most = MOST_WRITES if each.page.after else 1 << 60
    full = await hammer(place.node.port, make, each.page.good, seconds=1.5, at_once=SATURATION, most=most)
    each.rate = full.rate
    _undo(each.page, place)
    calm = await steadily(place.node.port, make, each.page.good, seconds=FULL_SECONDS, rate=full.rate * FULL_SHARE)
    each.p50, each.p95 = calm.quantile(0.5), calm.quantile(0.95)
    _note_bad(each, (full, calm))
    _undo(each.page, place)


def _note_bad(each: Measured, several: Iterable[Timed]) -> None:
    for timed in several:
        for status, many in timed.bad.items():
            each.bad[status] = each.bad.get(status, 0) + many


def _undo(page: Page, place: Place) -> None:
    """Take away what the measurement wrote, so that the next one finds what this one found."""
    if page.after:
        with psycopg.connect(place.owner, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(page.after)
