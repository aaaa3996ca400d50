"""Worked cases as data: what somebody with these findings, this plan or this diary should get from a pathway.

They stand under ``cases`` in the pathway's own document. A case classifies findings, judges a plan's progress, judges
diary entries, or several of the three. Red flags and findings against the condition that a case does not name are
answered with no; ``null`` means not asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pathways.engine.classification import Classification, classify
from pathways.engine.comparison import exact, in_dutch
from pathways.engine.criteria import Measurement
from pathways.engine.derived import plain
from pathways.engine.findings import parse_findings
from pathways.engine.lights import BRUSSELS, Entry, JudgedEntry, judge
from pathways.engine.model import Definition
from pathways.engine.progress import PlanState, Progress, assess
from pathways.engine.sentences import EXPECTED, NO_SESSION, NOT_IN_PATHWAY, OF_SESSION, noted

Row = Mapping[str, Any]
SESSION_MINUTES = 30
ENTRY_FIELDS = ("kind", "side", "pre", "during", "after", "next", "limp", "painkiller_24h", "aborted", "rf_any", "step",
                "distance_km")  # fmt: skip
STATE_FIELDS = ("gait_strategy", "rtr_step_done", "weekly_km_usual", "longest_run_30d_km", "baseline")


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: a short story, and for each part (None: not in this case) what is given and what is expected."""

    id: str
    vignette: str
    classify: Row | None = None
    progress: Row | None = None
    light: Row | None = None


def cases_of(document: Row) -> tuple[Case, ...]:
    """Return the worked cases of a pathway document, in its order; none when it has no ``cases``."""
    return tuple(
        Case(row["id"], row["vignette"], row.get("classify"), row.get("progress"), row.get("light"))
        for row in document.get("cases", ())
    )


def run_case(definition: Definition, case: Case) -> list[str]:
    """Return what comes out otherwise than the case expects, as Dutch sentences; none when all is as expected."""
    differences: list[str] = []
    if case.classify is not None:
        differences += _classify(definition, case.classify)
    if case.progress is not None:
        differences += _progress(definition, case.progress)
    if case.light is not None:
        differences += _light(definition, case.light)
    return differences


def findings_given(definition: Definition, given: Row) -> dict[str, Any]:
    """Return the findings of the ``classify`` part of a case: a red flag or contra finding it does not name is a no."""
    rules = definition.classification
    unnamed = dict.fromkeys([*(flag.key for flag in rules.red_flags), *(rule.key for rule in rules.contra)], False)
    return {**unnamed, **given["findings"]}


def state_of(definition: Definition, given: Row) -> tuple[PlanState, dict[str, str]]:
    """Return the plan of the ``progress`` part of a case on its day, and Dutch errors by measure."""
    as_of, started_on = _day(given["as_of"]), _day(given["started_on"])
    side: str = given["side"]
    measurements, errors = _measurements(definition, given.get("measurements", ()), side, as_of)
    state = PlanState(
        phase=given["phase"],
        course=given["course"],
        side=side,
        as_of=as_of,
        started_on=started_on,
        phase_started_on=_day(given.get("phase_started_on") or started_on),
        weekly_km=tuple(given.get("weekly_km", ())),
        measurements=measurements,
        diary=entries_of(given.get("diary", ()), side=side),
        **{name: given[name] for name in STATE_FIELDS if name in given},
    )
    return state, errors


def entries_of(rows: Iterable[Row], *, side: str | None = None) -> list[Entry]:
    """Return diary entries as a case writes them: ``start`` in Brussels time; ``end`` half an hour later by default."""
    entries: list[Entry] = []
    for row in rows:
        start = _moment(row["start"])
        end = _moment(row["end"]) if row.get("end") else start + timedelta(minutes=SESSION_MINUTES)
        entries.append(Entry(start, end, **{"side": side, **{key: row[key] for key in ENTRY_FIELDS if key in row}}))
    return entries


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)


def _classify(definition: Definition, given: Row) -> list[str]:
    as_of, side = _day(given["as_of"]), given["side"]
    findings, errors = parse_findings(
        definition.measures,
        findings_given(definition, given),
        side,
        consistency=definition.questionnaire.consistency,
        as_of=as_of,
    )
    if errors:
        return [f"{key}: {why}" for key, why in errors.items()]
    found = classify(definition, side=side, age=given["age"], as_of=as_of, findings=findings)
    return list(_classified(found, given["expect"]))


def _classified(found: Classification, expect: Row) -> Iterator[str]:
    answers = {"class": found.class_, "course": found.course, "start_step": found.start_step}
    labels = {"class": noted("Klasse"), "course": noted("Verloop"), "start_step": noted("Startstap")}
    yield from _values(expect, answers, labels)
    yield from _mapping(noted("Criterium"), expect.get("criteria", {}), found.criteria)
    yield from _mapping(noted("Berekende waarde"), expect.get("derived", {}), found.derived)
    flags = tuple(key for key, _ in found.red_flags)
    lists = {
        "contra": (noted("Pleit ertegen"), found.contra),
        "missing": (noted("Niet gevraagd"), found.missing),
        "red_flags": (noted("Alarmtekens"), flags),
        "differentials": (noted("Andere verklaringen"), found.differentials),
    }
    for name, (label, keys) in lists.items():
        if name in expect and set(expect[name]) != set(keys):
            yield _sentence(label, sorted(expect[name]), sorted(keys))


def _progress(definition: Definition, given: Row) -> list[str]:
    state, errors = state_of(definition, given)
    if errors:
        return [f"{key}: {why}" for key, why in errors.items()]
    return list(_progressed(assess(definition, state), given["expect"]))


def _measurements(
    definition: Definition, rows: Sequence[Row], side: str, as_of: date
) -> tuple[list[Measurement], dict[str, str]]:
    found: list[Measurement] = []
    errors: dict[str, str] = {}
    for row in rows:
        on = _day(row.get("day") or as_of)
        findings, wrong = parse_findings(definition.measures, {row["key"]: row["value"]}, side, as_of=on)
        errors |= wrong
        values = {name: value for name, value in findings.values.get(row["key"], {}).items() if value is not None}
        if values:
            found.append(Measurement(row["key"], values.get(None, values), on))
    return found, errors


def _progressed(found: Progress, expect: Row) -> Iterator[str]:
    answers = {"proposal": found.proposal.value, "to_phase": found.to_phase, "step": found.step}
    labels = {"proposal": noted("Voorstel"), "to_phase": noted("Naar fase"), "step": noted("Loopstap")}
    yield from _values(expect, answers, labels)
    verdicts = {row.key: row.status.value for row in found.criteria}
    yield from _mapping(noted("Criterium"), expect.get("criteria", {}), verdicts)


def _light(definition: Definition, given: Row) -> list[str]:
    judged = judge(entries_of(given["entries"]), now=_moment(given["now"]), rules=definition.lights)
    return [each for index, row in enumerate(given["expect"]) for each in _lit(index, row, judged)]


def _lit(index: int, expect: Row, judged: Sequence[JudgedEntry]) -> Iterator[str]:
    if index >= len(judged):
        yield NO_SESSION.say(number=index + 1)
        return
    found = judged[index]
    answers = {"light": found.light.value, "peak": found.peak, "rise": found.rise}
    asked = {"light": noted("licht"), "peak": noted("hoogste pijn"), "rise": noted("stijging")}
    labels = {key: OF_SESSION.say(number=index + 1, what=what) for key, what in asked.items()}
    yield from _values(expect, answers, labels)


def _values(expect: Row, answers: Row, labels: Mapping[str, str]) -> Iterator[str]:
    for name, label in labels.items():
        if name in expect and exact(expect[name]) != exact(answers[name]):
            yield _sentence(label, expect[name], answers[name])


def _mapping(label: str, expect: Row, found: Row) -> Iterator[str]:
    for key, wanted in expect.items():
        if key not in found:
            yield NOT_IN_PATHWAY.say(label=f"{label} {key}")
        elif _comparable(wanted) != _comparable(found[key]):
            yield _sentence(f"{label} {key}", wanted, found[key])


def _comparable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _comparable(each) for key, each in value.items()}
    return exact(plain(value))


def _sentence(label: str, wanted: Any, found: Any) -> str:
    return EXPECTED.say(label=label, wanted=_words(wanted), found=_words(found))


def _words(value: Any) -> str:
    return noted("niets") if value in (None, [], ()) else in_dutch(value)
