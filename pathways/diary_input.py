"""What a diary entry may say: whole pain scores, sane times, known steps and exercises (section 7)."""

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from pathways.engine.model import Definition
from pathways.models import CarePlan, DiaryEntry

RATINGS = ("pre", "during", "after", "next")
FLAGS = ("limp", "painkiller_24h", "aborted", "rf_any")
DISTANCES = ("distance_km", "onset_km")
BACK_DATED = datetime.timedelta(days=7)
LONGEST = datetime.timedelta(hours=24)
LONGEST_NOTE = 500
NEAR = datetime.timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Report:
    """What was typed about one session. Pain is NPRS 0-10, None when not given; distances in km; times aware."""

    kind: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    side: str | None = None
    pre: int | None = None
    during: int | None = None
    after: int | None = None
    next: int | None = None
    limp: bool = False
    painkiller_24h: bool = False
    aborted: bool = False
    rf_any: bool = False
    distance_km: Any = None
    onset_km: Any = None
    exercises_done: tuple[str, ...] = ()
    note: str = ""
    step: str = ""

    def values(self) -> dict[str, Any]:
        """The columns of a diary row."""
        return {**dataclasses.asdict(self), "exercises_done": list(self.exercises_done)}


def checked(
    report: Report,
    plan: CarePlan,
    definition: Definition,
    *,
    now: datetime.datetime,
    logged_at: datetime.datetime | None = None,
) -> Report:
    """Return the report with its side filled in and its distances as decimals. Raises InvalidInput naming each field.

    The seven days of back-dating count from when the entry was first logged (`logged_at`, now for a new one).
    """
    side = report.side or (plan.side if plan.side in {"L", "R"} else None)
    errors: dict[str, str] = {}
    if report.kind not in DiaryEntry.Kind.values:
        errors["kind"] = _("This kind of entry does not exist.")
    if side not in {"L", "R"}:
        errors["side"] = _("Choose the left or the right side.")
    errors |= _time_errors(report, now, logged_at or now) | _rating_errors(report) | _flag_errors(report)
    if not errors:
        errors |= _meaning_errors(report, definition, now)
    distances, distance_errors = _distances(report)
    errors |= distance_errors | _list_errors(report, plan, definition)
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)
    return dataclasses.replace(
        report,
        side=side,
        note=report.note.strip(),
        distance_km=distances["distance_km"],
        onset_km=distances["onset_km"],
    )


def is_near(report: Report, now: datetime.datetime) -> bool:
    """Whether the times of a report that was not checked yet are near enough to now to look around them."""
    times = (report.started_at, report.ended_at)
    return all(_is_aware(each) and abs(each - now) < NEAR for each in times)


def rating_error(value: Any) -> str | None:
    """Return why a value is no pain score, or None. 0 is valid, None means not given, decimals are refused."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10):
        return None
    return _("Pain is a whole number from 0 to 10.")


def _rating_errors(report: Report) -> dict[str, str]:
    found = {name: rating_error(getattr(report, name)) for name in RATINGS}
    return {name: error for name, error in found.items() if error}


def _flag_errors(report: Report) -> dict[str, str]:
    return {name: _("Answer yes or no.") for name in FLAGS if not isinstance(getattr(report, name), bool)}


def _time_errors(report: Report, now: datetime.datetime, logged_at: datetime.datetime) -> dict[str, str]:
    start, end = report.started_at, report.ended_at
    if not _is_aware(start) or not _is_aware(end):
        return {"started_at": _("Enter a day and a time.")}
    if start > now:
        return {"started_at": _("This lies in the future.")}
    if start < logged_at - BACK_DATED:
        return {"started_at": _("You can go back 7 days at most.")}
    wrong_ends = (
        (end < start, _("The end must come after the start.")),
        (end > now, _("The end lies in the future.")),
        (end - start > LONGEST, _("A session takes 24 hours at most.")),
    )
    return next(({"ended_at": sentence} for is_wrong, sentence in wrong_ends if is_wrong), {})


def _is_aware(moment: Any) -> bool:
    return isinstance(moment, datetime.datetime) and moment.tzinfo is not None


def _meaning_errors(report: Report, definition: Definition, now: datetime.datetime) -> dict[str, str]:
    """What the values say together."""
    rules = definition.lights
    known = [getattr(report, name) for name in ("pre", "during", "after")]
    if all(value is None for value in known) and not (report.rf_any or report.limp or report.aborted):
        return {"pre": _("Give your pain from 0 to 10.")}
    if report.kind == DiaryEntry.Kind.REST and (report.during is not None or report.after is not None):
        return {"during": _("A rest day has one pain score.")}
    hours = datetime.timedelta(hours=rules.next_from_hours)
    if report.next is not None and now - report.ended_at < hours:
        return {
            "next": _("The morning after is %(hours)s hours after the end, or later.")
            % {"hours": rules.next_from_hours}
        }
    return {}


def _distances(report: Report) -> tuple[dict[str, Decimal | None], dict[str, str]]:
    values: dict[str, Decimal | None] = {}
    errors: dict[str, str] = {}
    for name in DISTANCES:
        try:
            values[name] = _kilometres(getattr(report, name))
        except (InvalidOperation, ValueError):
            errors[name] = _("A distance lies between 0 and 300 km.")
    total, onset = values.get("distance_km"), values.get("onset_km")
    if total is not None and onset is not None and onset > total:
        errors["onset_km"] = _("This is further than the whole distance.")
    return values, errors


def _kilometres(value: Any) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError(value)
    distance = Decimal(str(value))
    if not distance.is_finite() or not 0 <= distance <= 300:
        raise ValueError(value)
    return distance.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _list_errors(report: Report, plan: CarePlan, definition: Definition) -> dict[str, str]:
    errors: dict[str, str] = {}
    steps = definition.running.steps if definition.running else ()
    if report.step and report.step not in {step.key for step in steps}:
        errors["step"] = _("This running step does not exist.")
    if len(report.note) > LONGEST_NOTE:
        errors["note"] = _("A note has 500 characters at most.")
    on = timezone.localtime(report.started_at).date()
    unknown = set(report.exercises_done) - known_exercises(plan, on) if report.exercises_done else set()
    if unknown:
        errors["exercises_done"] = _("This exercise is not in your plan.")
    return errors


def known_exercises(plan: CarePlan, on: datetime.date) -> set[str]:
    """The codes of all exercises that the plan prescribed on a day, in any phase."""
    counted = Q(ended_on__isnull=True) | Q(ended_on__gte=on)
    return set(plan.exercise_prescriptions.filter(counted).values_list("exercise_id", flat=True))


def merged(row: Mapping[str, Any], report: Report) -> dict[str, Any]:
    """What two reports of one session say together: the worse pain, every sign, the widest times."""
    values = report.values()
    out: dict[str, Any] = {name: _worse(row[name], values[name]) for name in (*RATINGS, "distance_km")}
    out |= {name: row[name] or values[name] for name in (*FLAGS, "step")}
    onsets = [each for each in (row["onset_km"], values["onset_km"]) if each is not None]
    out["onset_km"] = min(onsets, default=None)
    out["started_at"] = min(row["started_at"], values["started_at"])
    out["ended_at"] = max(row["ended_at"], values["ended_at"])
    out["exercises_done"] = sorted({*row["exercises_done"], *values["exercises_done"]})
    notes = [note for note in (row["note"], values["note"]) if note]
    out["note"] = "\n".join(dict.fromkeys(notes))[:LONGEST_NOTE]
    return out


def _worse(one: Any, other: Any) -> Any:
    return max((value for value in (one, other) if value is not None), default=None)
