"""Exercises for one patient: what was prescribed when stays in the record, a change is a new line with its reason."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.models import User
from pathways.decision_log import held, note_decision
from pathways.definitions import definition_of
from pathways.exceptions import PlanRefused
from pathways.models import CarePlan, Decision, ExercisePrescription, Phase
from patients.content_words import spoken

LIMITS = {"dosage": 120, "per_week": 20, "progression": 200, "reason": 300}


@transaction.atomic
def adjust_dosage(
    prescription: ExercisePrescription,
    *,
    dosage: str,
    per_week: str,
    progression: str,
    reason: str,
    by: User,
    now: datetime.datetime,
    also_later: bool = False,
) -> ExercisePrescription:
    """Prescribe the same exercise in another dosage; `also_later` takes the later phases along.

    Raises InvalidInput for a missing reason or dosage, or when nothing changes; PlanRefused for an ended plan or an
    exercise that was already changed. Undone by adjusting back.
    """
    plan, row = _current(prescription)
    given = _checked(reason=reason, dosage=dosage, per_week=per_week, progression=progression)
    if all(getattr(row, name) == given[name] for name in ("dosage", "per_week", "progression")):
        raise InvalidInput(_("Nothing changes."), errors={"dosage": [_("This is the dosage as it is.")]})
    made = _replace(row, row.exercise_id, given, now)
    others = _later(row) if also_later else []
    for other in others:
        _replace(other, other.exercise_id, given, now)
    _note(plan, "dosage", (row, made), others, reason=given["reason"], by=by, now=now)
    return made


@transaction.atomic
def swap_exercise(
    prescription: ExercisePrescription,
    exercise: str,
    *,
    dosage: str,
    per_week: str,
    reason: str,
    by: User,
    now: datetime.datetime,
    progression: str = "",
    also_later: bool = False,
) -> ExercisePrescription:
    """Prescribe another exercise (its code) of the pathway in place of this one.

    A later phase that already has the new exercise only loses the old one. Raises as `adjust_dosage`.
    """
    plan, row = _current(prescription)
    given = _checked(reason=reason, dosage=dosage, per_week=per_week, progression=progression)
    _refuse_exercise(plan, row.phase, exercise)
    made = _replace(row, exercise, given, now)
    others = _later(row) if also_later else []
    for other in others:
        if _prescribed(other.phase).filter(exercise_id=exercise).exists():
            _end(other, given["reason"], now)
        else:
            _replace(other, exercise, given, now)
    _note(plan, "swap", (row, made), others, reason=given["reason"], by=by, now=now)
    return made


@transaction.atomic
def add_exercise(
    plan: CarePlan,
    exercise: str,
    *,
    dosage: str,
    per_week: str,
    reason: str,
    by: User,
    now: datetime.datetime,
    progression: str = "",
    phase: str | None = None,
    also_later: bool = False,
) -> ExercisePrescription:
    """Add an exercise (its code) of the pathway to the running phase, or to a later one. Raises as `adjust_dosage`."""
    plan = _running(plan)
    given = _checked(reason=reason, dosage=dosage, per_week=per_week, progression=progression)
    wanted = {"key": phase} if phase else {"status": Phase.Status.ACTIVE}
    to = plan.phases.filter(**wanted).first()
    if to is None or to.status == Phase.Status.COMPLETED:
        why = _("Choose this phase or a later one.")
        raise InvalidInput(_("Some values cannot be taken."), errors={"phase": [why]})
    _refuse_exercise(plan, to, exercise)
    made = _add(to, exercise, given, now)
    later = plan.phases.filter(ordinal__gt=to.ordinal) if also_later else ()
    lacking = [each for each in later if not _prescribed(each).filter(exercise_id=exercise).exists()]
    others = [_add(each, exercise, given, now) for each in lacking]
    _note(plan, "add", (None, made), others, reason=given["reason"], by=by, now=now)
    return made


@transaction.atomic
def stop_exercise(
    prescription: ExercisePrescription, *, reason: str, by: User, now: datetime.datetime, also_later: bool = False
) -> ExercisePrescription:
    """Stop an exercise; what was prescribed until today stays in the record. Raises as `adjust_dosage`."""
    plan, row = _current(prescription)
    why = _checked(reason=reason)["reason"]
    others = _later(row) if also_later else []
    for each in (row, *others):
        _end(each, why, now)
    _note(plan, "stop", (row, None), others, reason=why, by=by, now=now)
    return row


@transaction.atomic
def start_again(prescription: ExercisePrescription, *, by: User, now: datetime.datetime) -> ExercisePrescription:
    """Undo `stop_exercise`: prescribe the exercise again as it was, in each phase where it was stopped at once.

    A new line: that it was stopped stays in the record. Twice changes nothing. Raises PlanRefused for an ended plan,
    for a phase that is over, and when the phase holds the exercise again another way.
    """
    plan = _running(prescription.plan)
    row = ExercisePrescription.objects.select_related("phase", "exercise").get(pk=prescription.pk)
    again = row if row.ended_on is None else row.replaced_by.filter(ended_on__isnull=True).first()
    if again is not None and again.exercise_id == row.exercise_id:
        return again  # the same button, pressed twice
    if row.phase.status == Phase.Status.COMPLETED or row.replaced_by.exists() or _is_held(row):
        raise PlanRefused(_("This exercise was changed meanwhile. Look at the plan again."))
    made = _copy(row, now)
    others = [_copy(each, now) for each in _stopped_with(row) if not _is_held(each)]
    _note(plan, "add", (None, made), others, reason=_("The stop of this exercise is undone."), by=by, now=now)
    return made


def _stopped_with(row: ExercisePrescription) -> list[ExercisePrescription]:
    """The same exercise in later phases, stopped on the same day for the same reason."""
    rows = ExercisePrescription.objects.filter(plan_id=row.plan_id, exercise_id=row.exercise_id)
    rows = rows.filter(ended_on=row.ended_on, change_reason=row.change_reason, replaced_by__isnull=True)
    return list(rows.filter(phase__ordinal__gt=row.phase.ordinal).select_related("phase").order_by("phase__ordinal"))


def _is_held(row: ExercisePrescription) -> bool:
    """Whether the phase of a line holds its exercise now."""
    return bool(_prescribed(row.phase).filter(exercise_id=row.exercise_id).exists())


def _copy(row: ExercisePrescription, now: datetime.datetime) -> ExercisePrescription:
    values = {name: getattr(row, name) for name in ("dosage", "per_week", "progression")}
    return _add(row.phase, row.exercise_id, values, now, replaces=row)


def exercise_choices(plan: CarePlan, phase: Phase) -> list[tuple[str, str]]:
    """Return the exercises of the pathway that the phase does not hold now, as choices (code, name). One query."""
    taken = set(_prescribed(phase).values_list("exercise_id", flat=True))
    exercises = definition_of(plan.pathway_version).exercises
    return [(code, spoken(row.name)) for code, row in exercises.items() if code not in taken]


def _running(plan: CarePlan) -> CarePlan:
    locked = held(plan)
    if locked.status not in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}:
        raise PlanRefused(_("This plan has ended."))
    return locked


def _current(prescription: ExercisePrescription) -> tuple[CarePlan, ExercisePrescription]:
    plan = _running(prescription.plan)
    row = ExercisePrescription.objects.select_related("phase", "exercise").get(pk=prescription.pk)
    if row.ended_on is not None:
        raise PlanRefused(_("This exercise was changed meanwhile. Look at the plan again."))
    return plan, row


def _checked(**given: str) -> dict[str, str]:
    values = {name: value.strip() for name, value in given.items()}
    errors = {
        name: [_("This is too long: %(most)s characters at most.") % {"most": LIMITS[name]}]
        for name, value in values.items()
        if len(value) > LIMITS[name]
    }
    if not values["reason"]:
        errors["reason"] = [_("Write down why.")]
    if not values.get("dosage", "x"):
        errors["dosage"] = [_("Write down the dosage.")]
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)
    return values


def _refuse_exercise(plan: CarePlan, phase: Phase, exercise: str) -> None:
    why = ""
    if exercise not in definition_of(plan.pathway_version).exercises:
        why = _("Choose an exercise of the pathway.")
    elif _prescribed(phase).filter(exercise_id=exercise).exists():
        why = _("This phase already has this exercise.")
    if why:
        raise InvalidInput(_("Some values cannot be taken."), errors={"exercise": [why]})


def _prescribed(phase: Phase) -> Any:
    return phase.exercise_prescriptions.filter(ended_on__isnull=True)


def _later(row: ExercisePrescription) -> list[ExercisePrescription]:
    """The same exercise as it stands in later phases."""
    rows = ExercisePrescription.objects.filter(plan_id=row.plan_id, exercise_id=row.exercise_id, ended_on__isnull=True)
    return list(rows.filter(phase__ordinal__gt=row.phase.ordinal).select_related("phase").order_by("phase__ordinal"))


def _end(row: ExercisePrescription, reason: str, now: datetime.datetime) -> None:
    row.ended_on, row.change_reason = timezone.localtime(now).date(), reason
    row.save(update_fields=["ended_on", "change_reason"])


def _replace(
    row: ExercisePrescription, exercise: str, given: dict[str, str], now: datetime.datetime
) -> ExercisePrescription:
    _end(row, given["reason"], now)
    return _add(row.phase, exercise, given, now, replaces=row)


def _add(
    phase: Phase,
    exercise: str,
    given: dict[str, str],
    now: datetime.datetime,
    replaces: ExercisePrescription | None = None,
) -> ExercisePrescription:
    last = phase.exercise_prescriptions.order_by("-ordinal").values_list("ordinal", flat=True).first()
    row: ExercisePrescription = ExercisePrescription.objects.create(
        plan_id=phase.plan_id,
        phase=phase,
        exercise_id=exercise,
        ordinal=replaces.ordinal if replaces else (last or 0) + 1,
        dosage=given["dosage"],
        per_week=given["per_week"],
        progression=given["progression"],
        is_optional=replaces.is_optional if replaces else False,
        document={"since": timezone.localtime(now).date().isoformat()},
        replaces=replaces,
    )
    return row


def _note(
    plan: CarePlan,
    change: str,
    lines: tuple[ExercisePrescription | None, ExercisePrescription | None],
    others: Iterable[ExercisePrescription],
    *,
    reason: str,
    by: User,
    now: datetime.datetime,
) -> None:
    before, after = lines
    evidence = {
        "change": change,
        "before": _line(before),
        "after": _line(after),
        "also": [row.phase.key for row in others],
    }
    phase = next(row.phase.key for row in lines if row is not None)
    note_decision(plan, Decision.Kind.ADJUST, reason=reason, by=by, now=now, evidence=evidence, phase=phase)


def _line(row: ExercisePrescription | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "id": row.pk,
        "exercise": row.exercise_id,
        "name": row.exercise.name,
        "dosage": row.dosage,
        "per_week": row.per_week,
        "progression": row.progression,
    }
