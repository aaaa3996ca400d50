"""What is measured again during a plan: checked by the pathway's own rules, kept as observations of one contact."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import Practitioner, User
from pathways.blocking import block_plan
from pathways.definitions import definition_of
from pathways.engine.derived import plain
from pathways.engine.findings import (
    Findings,
    MeasureDefinition,
    Refused,
    affected_sides,
    check_value,
    parse_findings,
)
from pathways.engine.follow_ups import remeasured_at
from pathways.engine.model import Definition
from pathways.exceptions import PlanEnded
from pathways.models import CarePlan, Task
from pathways.tasks import REFER_WITHIN
from pathways.trials import Trials, judge_trials
from patients.intake import contact_of_day
from patients.models import Encounter, Observation


@dataclass(frozen=True)
class Retest:
    """What was recorded: the contact, its observations, and the keys of red flags that were answered yes."""

    encounter: Encounter
    observations: tuple[Observation, ...]
    red_flags: tuple[str, ...]


def record_retest(
    plan: CarePlan,
    values: Mapping[str, Any],
    *,
    by: User,
    now: datetime.datetime,
    encounter: Encounter | None = None,
) -> Retest:
    """Keep measurements of a plan, in the units and ranges of the pathway's measures.

    `values`: key → scalar (the affected side, or no side) or {"L": …, "R": …}; None = not asked and not kept. A list
    of trials may stand in place of a scalar where a measure takes several: the value is their mean, all are kept.
    Raises InvalidInput naming each key that cannot be taken, and PlanEnded. A red flag answered yes blocks the plan
    and makes a referral task, in the same transaction. Without an `encounter` a finished retest contact is made.
    """
    with transaction.atomic():
        plan = locked(CarePlan.objects.select_related("pathway_version"), plan.pk)
        if plan.status not in {CarePlan.Status.ACTIVE, CarePlan.Status.ON_HOLD}:
            raise PlanEnded(_("This plan has ended."))
        definition = definition_of(plan.pathway_version)
        means, trials, wrong = with_means(definition, values, side=plan.side)
        findings = checked_findings(definition, means, side=plan.side, on=timezone.localtime(now).date(), wrong=wrong)
        encounter = encounter or _encounter(plan, by=by, now=now)
        made = [
            _observation(plan, encounter, definition.measures[key], side, value, by=by, now=now)
            for key, side, value in _kept(findings)
        ]
        for row in made:
            row.component = trials[row.measure_id, row.side].component if (row.measure_id, row.side) in trials else []
        Observation.objects.bulk_create(made)
        raised = tuple(flag.key for flag in definition.classification.red_flags if _is_yes(findings, flag.key))
        if raised:
            _block(plan, definition, encounter, raised, by=by, now=now)
        return Retest(encounter, tuple(made), raised)


def with_means(
    definition: Definition, values: Mapping[str, Any], *, side: str
) -> tuple[dict[str, Any], dict[tuple[str, str], Trials], dict[str, str]]:
    """Put the mean in the place of each list of trials: the values, the trials by (key, side), and what is wrong."""
    means, trials, wrong = dict(values), dict[tuple[str, str], Trials](), dict[str, str]()
    for key, given in values.items():
        measure = definition.measures.get(key)
        if measure is None or measure.trials < 2:  # noqa: PLR2004 one trial is no series
            continue
        sides = given if isinstance(given, Mapping) else dict.fromkeys(affected_sides(side), given)
        if not any(isinstance(each, list | tuple) for each in sides.values()):
            continue
        try:
            found = {each: _judged(measure, typed) for each, typed in sides.items() if isinstance(typed, list | tuple)}
        except Refused as refused:
            wrong[key] = str(refused)
            continue
        means[key] = {**sides, **{each: float(judged.value) for each, judged in found.items()}}
        trials |= {(key, each): judged for each, judged in found.items()}
    return means, trials, wrong


def _judged(measure: MeasureDefinition, typed: Sequence[Any]) -> Trials:
    values = [check_value(measure, each) for each in typed]
    if not values or None in values:
        raise Refused(_("A trial is missing."))
    return judge_trials([Decimal(str(value)) for value in values], planned=measure.trials)


def checked_findings(
    definition: Definition,
    values: Mapping[str, Any],
    *,
    side: str,
    on: datetime.date,
    wrong: Mapping[str, str] | None = None,
) -> Findings:
    """Return the values that were given, checked. Raises InvalidInput naming each key that cannot be taken.

    `wrong`: keys that were refused before, with the reason.
    """
    refused = dict(wrong or {})
    given = {key: value for key, value in values.items() if key not in refused and not _is_empty(value)}
    findings, errors = parse_findings(
        definition.measures, given, side, consistency=definition.questionnaire.consistency, as_of=on
    )
    errors |= refused
    if not given and not errors:
        errors = {"": _("Nothing was filled in.")}
    if errors:
        raise InvalidInput(_("Some values cannot be taken."), errors=errors)
    return findings


def measures_due(definition: Definition, *, week: int, moment: str | None = None) -> tuple[MeasureDefinition, ...]:
    """Return what the pathway measures again in a week of the plan (0 = start) or at a moment such as "P3.exit".

    A week between two visits takes what the nearest visit before it calls for.
    """
    weeks = sorted({number for row in definition.remeasure for number in row.weeks})
    nearest = max((number for number in weeks if number <= week), default=0)
    keys = remeasured_at(definition, nearest, moment)
    return tuple(definition.measures[key] for key in keys if key in definition.measures)


def _is_empty(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(each is None or each == "" for each in value.values())
    return value is None or value in ("", [])


def _kept(findings: Findings) -> Iterator[tuple[str, str, Any]]:
    for key, answers in findings.values.items():
        for side, value in answers.items():
            if value is not None:
                yield key, side or "", value


def _is_yes(findings: Findings, key: str) -> bool:
    return any(value is True for value in findings.values.get(key, {}).values())


def _encounter(plan: CarePlan, *, by: User, now: datetime.datetime) -> Encounter:
    visits = [Encounter.Kind.SESSION, Encounter.Kind.RETEST, Encounter.Kind.GAIT_ANALYSIS]
    held = contact_of_day(plan.episode, visits, now=now)
    if held is not None:
        return held
    practitioner = Practitioner.objects.filter(user=by).first()
    return Encounter.objects.create(
        patient_id=plan.patient_id,
        episode_id=plan.episode_id,
        kind=Encounter.Kind.RETEST,
        status=Encounter.Status.FINISHED,
        practitioner_id=practitioner.pk if practitioner else plan.practitioner_id,
        started_at=now,
        ended_at=now,
    )


def _observation(
    plan: CarePlan,
    encounter: Encounter,
    measure: MeasureDefinition,
    side: str,
    value: Any,
    *,
    by: User,
    now: datetime.datetime,
) -> Observation:
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Observation(
        patient_id=plan.patient_id,
        episode_id=plan.episode_id,
        encounter=encounter,
        measure_id=measure.key,
        side=side,
        value=_as_json(value),
        number=Decimal(str(value)) if is_number else None,
        unit=measure.unit,
        effective_at=now,
        entered_by=by,
    )


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else plain(value)


def _block(
    plan: CarePlan,
    definition: Definition,
    encounter: Encounter,
    raised: tuple[str, ...],
    *,
    by: User,
    now: datetime.datetime,
) -> None:
    flags = [flag for flag in definition.classification.red_flags if flag.key in raised]
    for flag in flags:
        with override(settings.LANGUAGE_CODE):
            description = _("Red flag at the retest: %(flag)s. %(action)s") % {
                "flag": flag.label,
                "action": flag.action,
            }
        Task.objects.get_or_create(
            source_key=f"retest-flag:{encounter.pk}:{flag.key}",
            defaults={
                "patient_id": plan.patient_id,
                "episode_id": plan.episode_id,
                "plan": plan,
                "kind": Task.Kind.REFERRAL,
                "urgency": flag.urgency,
                "description": description[:300],
                "due_at": now + REFER_WITHIN[Task.Urgency(flag.urgency)],
                "created_at": now,
            },
        )
    if plan.hold_reason != CarePlan.HoldReason.BLOCKED:
        with override(settings.LANGUAGE_CODE):
            reason = _("Red flag at the retest.")
        block_plan(plan, reason=reason, by=by, now=now)
