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

from accounts.models import User
from accounts.read_cursor import read_cursor
from pathways.definitions import definition_of
from pathways.engine.criteria import Measurement
from pathways.engine.instruments import InstrumentDefinition, parse_instrument
from pathways.measures_needed import history_needed, measures_needed
from pathways.models import (
    CarePlan,
    CheckIn,
    Decision,
    EducationItem,
    Exercise,
    ExercisePrescription,
    FollowUp,
    Goal,
    InstrumentText,
    OutcomeResponse,
    Phase,
    PlanPause,
    Task,
)
from scheduling.models import Appointment

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
# Of who did something a page shows the name; of a visit when it is and whether it stands.
_DECISIONS = """
SELECT json_agg(json_build_array(row, maker) ORDER BY row.made_at DESC, row.id DESC)
FROM pathways_decision row
JOIN LATERAL (SELECT id, name, email FROM accounts_user WHERE id = row.made_by_id) maker ON true
WHERE row.plan_id = %(plan)s
"""
_TO_EXPLAIN = """
SELECT json_agg(json_build_array(row, giver) ORDER BY row.id)
FROM pathways_educationitem row
LEFT JOIN LATERAL (SELECT id, name, email FROM accounts_user WHERE id = row.given_by_id) giver ON true
WHERE row.plan_id = %(plan)s
"""
_FOLLOW_UPS = """
SELECT json_agg(json_build_array(row, visit) ORDER BY row.window_end, row.id)
FROM pathways_followup row
LEFT JOIN LATERAL (
    SELECT id, start, "end", status FROM scheduling_appointment WHERE id = row.appointment_id
) visit ON true
WHERE row.plan_id = %(plan)s AND NOT row.is_dropped
"""
_EXERCISES = """
SELECT json_agg(json_build_object('code', code, 'name', name))
FROM pathways_exercise
WHERE code IN (SELECT exercise_id FROM pathways_exerciseprescription WHERE plan_id = %(plan)s)
"""
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
    "decisions": _DECISIONS,
    "to_explain": _TO_EXPLAIN,
    "follow_ups": _FOLLOW_UPS,
    "exercises": _EXERCISES,
    "goals": "SELECT json_agg(row ORDER BY id) FROM pathways_goal row WHERE plan_id = %(plan)s",
    "tasks": (
        "SELECT json_agg(row ORDER BY due_at, id) FROM pathways_task row "
        "WHERE plan_id = %(plan)s AND status = 'requested'"
    ),
    "check_ins": "SELECT json_agg(row ORDER BY due_on, id) FROM pathways_checkin row WHERE plan_id = %(plan)s",
}
# What each page asks: to judge a plan, to show all of it to the patient, to know which questionnaires are due, and to
# show all of it to the therapist.
JUDGED = ("phases", "prescribed", "pauses", "moves", "measurements")
WHOLE = (*JUDGED, "education")
WITH_QUESTIONNAIRES = (*JUDGED, "instruments", "texts", "responses", "last_seen")
FOR_THERAPIST = (*JUDGED, "decisions", "to_explain", "follow_ups", "exercises", "goals", "tasks", "check_ins")


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """One plan as the database holds it on one moment; parts that were not asked for are empty.

    `prescribed` holds stopped lines too; `moves` are the phases that it came into, with when; `last_seen` says when a
    measure that the pathway repeats was last taken; `responses` are oldest first, `texts` and `decisions` newest first.
    `to_explain` knows who gave it, `follow_ups` (not those that were dropped) their visit, `tasks` are the open ones.
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
    decisions: Sequence[Decision] = ()
    to_explain: Sequence[EducationItem] = ()
    follow_ups: Sequence[FollowUp] = ()
    goals: Sequence[Goal] = ()
    tasks: Sequence[Task] = ()
    check_ins: Sequence[CheckIn] = ()

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
        prescribed=_prescribed(found["prescribed"], found.get("exercises")),
        pauses=_rows(PlanPause, found["pauses"]),
        moves=[(phase, _moment(at)) for phase, at in found["moves"] or ()],
        measurements=_measurements(found["measurements"] or ()),
        education=_rows(EducationItem, found.get("education")),
        instruments={key: _instrument(key, text) for key, text in found.get("instruments") or ()},
        texts=_rows(InstrumentText, found.get("texts")),
        responses=_rows(OutcomeResponse, found.get("responses")),
        last_seen={key: _day(at) for key, at in (found.get("last_seen") or {}).items()},
        decisions=_pairs(Decision, found.get("decisions"), made_by=User),
        to_explain=_pairs(EducationItem, found.get("to_explain"), given_by=User),
        follow_ups=_pairs(FollowUp, found.get("follow_ups"), appointment=Appointment),
        goals=_rows(Goal, found.get("goals")),
        tasks=_rows(Task, found.get("tasks")),
        check_ins=_rows(CheckIn, found.get("check_ins")),
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
    """Objects as the ORM would have read them; columns that were not asked for are deferred."""
    return [_object(model, row) for row in found or ()]


def _object[Row: Model](model: type[Row], row: Mapping[str, Any]) -> Row:
    fields = [each for each in model._meta.concrete_fields if each.column in row]
    names = [each.attname for each in fields]
    return model.from_db(router.db_for_read(model), names, [each.to_python(row[str(each.column)]) for each in fields])


def _pairs[Row: Model](model: type[Row], found: Any, **related: type[Model]) -> list[Row]:
    """Objects that carry the one that a foreign key of theirs names, when it names one."""
    ((name, other),) = related.items()
    rows = []
    for given, beside in found or ():
        row = _object(model, given)
        setattr(row, name, None if beside is None else _object(other, beside))
        rows.append(row)
    return rows


def _prescribed(found: Any, exercises: Any) -> list[ExercisePrescription]:
    """The prescriptions, with their exercises when these were asked for."""
    known = {each.pk: each for each in _rows(Exercise, exercises)}
    rows = _rows(ExercisePrescription, found)
    for row in rows:
        if row.exercise_id in known:
            row.exercise = known[row.exercise_id]
    return rows


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
