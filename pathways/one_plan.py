"""All that the database says of one plan but its diary, in one statement: for pages that show a single plan.

Lists of plans are read by `pathways.progress.assess_plans`, a table at a time. Of one plan a dozen tables hold a few
rows each, so that asking costs more than answering: here PostgreSQL gives them all as one JSON value.
"""

import datetime
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from django.db import router
from django.db.models import Model
from django.utils import timezone

from accounts.read_cursor import read_cursor
from pathways.definitions import definition_of
from pathways.engine.criteria import Measurement
from pathways.engine.instruments import InstrumentDefinition, parse_instrument
from pathways.measures_needed import history_needed, measures_needed
from pathways.models import (
    CarePlan,
    EducationItem,
    ExercisePrescription,
    InstrumentText,
    OutcomeResponse,
    Phase,
    PlanPause,
)

_CURRENT = "NOT EXISTS (SELECT FROM patients_observation later WHERE later.replaces_id = seen.id)"
# First and latest value of each measure and side, and those in the window of a rule that looks at several.
_MEASUREMENTS = f"""
SELECT json_agg(json_build_array(id, measure_id, side, value, effective_at, nth, nth_last) ORDER BY effective_at, id)
FROM (SELECT seen.*, row_number() OVER (PARTITION BY measure_id, side ORDER BY effective_at, id) AS nth,
             row_number() OVER (PARTITION BY measure_id, side ORDER BY effective_at DESC, id DESC) AS nth_last
      FROM patients_observation seen
      WHERE episode_id = %(episode)s AND measure_id = ANY(%(measures)s::text[]) AND effective_at <= %(now)s
            AND {_CURRENT}) AS seen
WHERE nth = 1 OR nth_last = 1 OR EXISTS (
    SELECT FROM unnest(%(histories)s::text[], %(since)s::timestamptz[]) AS history (measure, since)
    WHERE history.measure = seen.measure_id AND (since IS NULL OR effective_at >= since))
"""  # noqa: S608 - two texts of this module
_LAST_SEEN = f"""
SELECT json_object_agg(measure_id, at)
FROM (SELECT measure_id, max(effective_at) AS at FROM patients_observation seen
      WHERE episode_id = %(episode)s AND measure_id = ANY(%(remeasured)s::text[]) AND {_CURRENT} GROUP BY 1) AS latest
"""  # noqa: S608
_PARTS = {
    "phases": "SELECT json_agg(row ORDER BY ordinal) FROM pathways_phase row WHERE plan_id = %(plan)s",
    "prescribed": (
        "SELECT json_agg(row ORDER BY ordinal, id) FROM pathways_exerciseprescription row WHERE plan_id = %(plan)s"
    ),
    "pauses": "SELECT json_agg(row ORDER BY started_on, id) FROM pathways_planpause row WHERE plan_id = %(plan)s",
    "moves": (
        "SELECT json_agg(json_build_array(to_phase, made_at) ORDER BY made_at) FROM pathways_decision "
        "WHERE plan_id = %(plan)s AND kind IN ('start', 'advance') AND made_at <= %(now)s"
    ),
    "measurements": _MEASUREMENTS,
    "education": (
        "SELECT json_agg(row ORDER BY id) FROM pathways_educationitem row "
        "WHERE plan_id = %(plan)s AND given_at IS NOT NULL"
    ),
    "instruments": "SELECT json_agg(json_build_array(key, document::text) ORDER BY key) FROM pathways_instrument",
    "texts": "SELECT json_agg(row ORDER BY version DESC) FROM pathways_instrumenttext row",
    "responses": (
        "SELECT json_agg(row ORDER BY answered_at, id) FROM pathways_outcomeresponse row WHERE episode_id = %(episode)s"
    ),
    "last_seen": _LAST_SEEN,
}
# What each page asks: to judge a plan, to show all of it, to know which questionnaires are due.
JUDGED = ("phases", "prescribed", "pauses", "moves", "measurements")
WHOLE = (*JUDGED, "education")
WITH_QUESTIONNAIRES = (*JUDGED, "instruments", "texts", "responses", "last_seen")


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One plan as the database holds it on one moment; parts that were not asked for are empty.

    `prescribed` holds stopped lines too; `moves` are the phases that it came into, with when; `last_seen` says when a
    measure that the pathway repeats was last taken; `responses` are oldest first, `texts` newest first.
    """

    plan: CarePlan
    phases: list[Phase]
    prescribed: list[ExercisePrescription]
    pauses: list[PlanPause]
    moves: list[tuple[str, datetime.datetime]]
    measurements: list[Measurement]
    education: Sequence[EducationItem] = ()
    instruments: Mapping[str, InstrumentDefinition] = field(default_factory=dict)
    texts: Sequence[InstrumentText] = ()
    responses: Sequence[OutcomeResponse] = ()
    last_seen: Mapping[str, datetime.date] = field(default_factory=dict)

    @property
    def prescribed_now(self) -> list[ExercisePrescription]:
        """The exercises of the active phase, those that were stopped too."""
        active = {phase.pk for phase in self.phases if phase.status == Phase.Status.ACTIVE}
        return [row for row in self.prescribed if row.phase_id in active]

    @property
    def running_lines(self) -> list[ExercisePrescription]:
        """The exercises that were not stopped, in the order of the plan."""
        return [row for row in self.prescribed if row.ended_on is None]


def facts_of_plan(plan: CarePlan, *, now: datetime.datetime, parts: Sequence[str] = JUDGED) -> PlanFacts:
    """Return the named parts of what is known of a plan. One query, one more to read a pathway for the first time."""
    with read_cursor(CarePlan) as cursor:
        cursor.execute(_statement(tuple(parts)), _parameters(plan, now))
        found: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return PlanFacts(
        plan=plan,
        phases=_rows(Phase, found["phases"]),
        prescribed=_rows(ExercisePrescription, found["prescribed"]),
        pauses=_rows(PlanPause, found["pauses"]),
        moves=[(phase, _moment(at)) for phase, at in found["moves"] or ()],
        measurements=_measurements(found["measurements"] or ()),
        education=_rows(EducationItem, found.get("education")),
        instruments={key: _instrument(key, text) for key, text in found.get("instruments") or ()},
        texts=_rows(InstrumentText, found.get("texts")),
        responses=_rows(OutcomeResponse, found.get("responses")),
        last_seen={key: _day(at) for key, at in (found.get("last_seen") or {}).items()},
    )


@cache
def _statement(parts: tuple[str, ...]) -> str:
    pairs = ", ".join(f"'{name}', ({_PARTS[name]})" for name in parts)
    return f"SELECT json_build_object({pairs})::text"  # noqa: S608


def _parameters(plan: CarePlan, now: datetime.datetime) -> dict[str, Any]:
    definition = definition_of(plan.pathway_version)
    histories = history_needed(definition)
    since = [None if days is None else now - datetime.timedelta(days=days) for days in histories.values()]
    return {
        "plan": plan.pk,
        "episode": plan.episode_id,
        "now": now,
        "measures": sorted(measures_needed(definition)),
        "histories": list(histories),
        "since": since,
        "remeasured": sorted({key for row in definition.remeasure for key in row.measures}),
    }


def _rows[Row: Model](model: type[Row], found: Collection[Mapping[str, Any]] | None) -> list[Row]:
    """Objects as the ORM would have read them."""
    fields = model._meta.concrete_fields
    names, alias = [each.attname for each in fields], router.db_for_read(model)
    return [
        model.from_db(alias, names, [each.to_python(row[str(each.column)]) for each in fields]) for row in found or ()
    ]


def _measurements(rows: Sequence[tuple[str, str, str, Any, str, int, int]]) -> list[Measurement]:
    """The first of each measure and side, then the latest, then what lies between."""
    first = sorted((row for row in rows if row[5] == 1), key=lambda row: row[1:3])
    latest = sorted((row for row in rows if row[6] == 1), key=lambda row: row[1:3])
    found = {row[0]: row for row in (*first, *latest, *rows)}
    return [
        Measurement(key, {side: value} if side else value, _day(at), pk)
        for pk, key, side, value, at, _nth, _nth_last in found.values()
    ]


@lru_cache(maxsize=128)
def _instrument(key: str, text: str) -> InstrumentDefinition:
    """Read a questionnaire once for each text that it ever had."""
    return parse_instrument(key, json.loads(text))


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


def _day(text: str) -> datetime.date:
    return timezone.localtime(_moment(text)).date()
