"""The diary as measures: what every session says, so that a criterion reads it as it reads any other measure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.findings import MeasureDefinition, Option
from pathways.engine.sentences import noted


@dataclass(frozen=True, slots=True)
class Reading:
    """A value that was found, the day it was measured and the ids it came from."""

    value: Any = None
    on: date | None = None
    used: tuple[str, ...] = ()


def stream_readings(name: str, judged: Sequence[Any], as_of: date) -> list[Reading]:
    """Return what a stream says of judged entries (of the affected side) up to a day, oldest first."""
    return list(_BUILDERS[name]([each for each in judged if each.entry.day <= as_of]))


def worst_pain(each: Any) -> int | None:
    """Highest pain (0-10) during, after and the morning after a session; None when nothing was answered.

    A day of rest and a run that was not begun have one score, the pain of that moment: it counts.
    """
    entry = each.entry
    scores = (entry.during, entry.after, each.next) if entry.is_session else (entry.pre, each.next)
    return max((pain for pain in scores if pain is not None), default=None)


def by_session(judged: Sequence[Any]) -> list[list[Any]]:
    """Entries in order of time; left and right of one session stand together."""
    sessions: dict[float, list[Any]] = {}
    for each in judged:
        sessions.setdefault(each.entry.start.timestamp(), []).append(each)
    return [sessions[moment] for moment in sorted(sessions)]


def _ids(entries: Sequence[Any]) -> tuple[str, ...]:
    return tuple(each.entry.id for each in entries if each.entry.id)


def _pain(judged: Sequence[Any]) -> Iterator[Reading]:
    for each in judged:
        yield Reading(worst_pain(each), each.entry.day, _ids([each]))


def _days(judged: Sequence[Any]) -> Iterator[Reading]:
    days: dict[date, list[Any]] = {}
    for each in judged:
        if not each.masked:
            days.setdefault(each.entry.day, []).append(each)
    for day, entries in sorted(days.items()):
        yield Reading(1, day, _ids(entries))


def _reds(judged: Sequence[Any]) -> Iterator[Reading]:
    for entries in by_session(judged):
        is_red = any(each.light.value == "RED" for each in entries)
        yield Reading(int(is_red), entries[0].entry.day, _ids(entries))


def _runs(judged: Sequence[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Runs that count: their light is settled and no painkiller hides it. Of left and right the worse one counts."""
    for entries in by_session([each for each in judged if each.entry.kind == "run"]):
        worse = min(entries, key=lambda each: _WORST_FIRST.index(each.light.value))
        if worse.counts:
            yield worse, [worse]


def _run_pain(judged: Sequence[Any]) -> Iterator[Reading]:
    for worse, entries in _runs(judged):
        yield Reading(worst_pain(worse), worse.entry.day, _ids(entries))


def _run_light(judged: Sequence[Any]) -> Iterator[Reading]:
    for worse, entries in _runs(judged):
        yield Reading(worse.light.value, worse.entry.day, _ids(entries))


def _run_km(judged: Sequence[Any]) -> Iterator[Reading]:
    for entries in by_session([each for each in judged if each.entry.kind == "run"]):
        yield Reading(entries[0].entry.distance_km, entries[0].entry.day, _ids(entries[:1]))


_WORST_FIRST = ("RED", "AMBER", "UNRESOLVED", "PENDING", "GREEN")
_BUILDERS: Mapping[str, Callable[[Sequence[Any]], Iterator[Reading]]] = {
    "diary_pain": _pain,
    "diary_day": _days,
    "red_session": _reds,
    "run_pain": _run_pain,
    "run_light": _run_light,
    "run_km": _run_km,
}
_LIGHTS = tuple(Option(value, value) for value in _WORST_FIRST)
STREAMS: Mapping[str, MeasureDefinition] = {
    each.key: each
    for each in (
        MeasureDefinition("diary_pain", noted("pijn in het dagboek"), "integer", minimum=0, maximum=10),
        MeasureDefinition("diary_day", noted("dag met een notitie"), "integer", minimum=0),
        MeasureDefinition("red_session", noted("rode sessie"), "integer", minimum=0),
        MeasureDefinition("run_pain", noted("pijn bij een loop"), "integer", minimum=0, maximum=10),
        MeasureDefinition("run_light", noted("kleur van een loop"), "choice", options=_LIGHTS),
        MeasureDefinition("run_km", noted("afstand van een loop"), "decimal", unit="km", minimum=0, maximum=300),
    )
}
