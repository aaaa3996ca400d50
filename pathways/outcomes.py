"""What patients answer on questionnaires: kept with its score, an observation like any other, and what is due."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import InvalidInput
from accounts.locking import locked
from accounts.models import User
from pathways.definitions import definition_of
from pathways.engine.instruments import ACTIVITIES, SINGLE, InstrumentDefinition
from pathways.engine.outcomes import (
    Activity,
    Fault,
    Scored,
    activities_of,
    faults_of,
    is_total,
    item_keys,
    score_of,
)
from pathways.exceptions import OutcomeRefused
from pathways.instruments import DUTCH, Sheet, sheet_of, sheets_from, sheets_of
from pathways.models import CarePlan, Instrument, OutcomeResponse, PlanPause
from pathways.one_plan import PlanFacts
from pathways.pauses import paused_days
from patients.intake import contact_of_day
from patients.models import Encounter, EpisodeOfCare, Measure, Observation

# An answer given this long before its week counts for that week.
EARLY = datetime.timedelta(days=3)
Source = OutcomeResponse.Source


@dataclass(frozen=True)
class Due:
    """A questionnaire that the pathway asks for and that was not answered since: for which week, and from which day."""

    sheet: Sheet
    week: int
    due_on: datetime.date

    @property
    def definition(self) -> InstrumentDefinition:
        """The questionnaire."""
        return self.sheet.definition

    @property
    def for_patient(self) -> bool:
        """Whether the patient can fill it in at home."""
        return self.sheet.for_patient


def record_outcome(
    plan_or_episode: CarePlan | EpisodeOfCare,
    instrument: Instrument | str,
    answers: Mapping[str, Any],
    *,
    source: str,
    client_key: str,
    by: User,
    now: datetime.datetime,
) -> OutcomeResponse:
    """Keep answers with their score, and the score as an observation of its measure; whole or not at all.

    `answers`: {"value": 3} for one question ({"value.L": …, "value.R": …} on two sides), {"1": 4, …} for a sum,
    {"activities": [{"name", "score"}]} for PSFS, {"total": 63} for a total from paper. What was not answered is left
    out: the score is None then, and no observation is made. The same `client_key` again returns what was kept.
    Raises InvalidInput naming each answer that cannot be taken, OutcomeRefused when it may not be asked now.
    """
    plan = plan_or_episode if isinstance(plan_or_episode, CarePlan) else None
    episode_id = plan.episode_id if plan is not None else plan_or_episode.pk
    key = instrument.pk if isinstance(instrument, Instrument) else instrument
    with transaction.atomic():
        episode = locked(EpisodeOfCare.objects.select_related("patient"), episode_id)
        kept: OutcomeResponse | None = _kept(episode, client_key)
        if kept is not None:
            return kept
        sheet = sheet_of(plan or episode, key, language=episode.patient.language)
        given = _given(answers)
        _refuse(sheet, plan, given, source, now)
        scored = _checked_score(sheet, given)
        observed = _observe(sheet, episode, given, scored, source=source, by=by, now=now)
        response: OutcomeResponse = OutcomeResponse.objects.create(
            patient_id=episode.patient_id,
            episode=episode,
            plan=plan,
            instrument_id=key,
            text=None if is_total(given) else sheet.text,
            answers=given,
            score=scored.score,
            observation=_of_score(sheet.definition, observed, scored),
            source=source,
            client_key=client_key,
            answered_at=now,
            entered_by=by,
        )
        return response


def outcomes_due(plan: CarePlan, *, now: datetime.datetime, pauses: Iterable[PlanPause] | None = None) -> list[Due]:
    """Return the questionnaires that the pathway asks for by this week of the plan and that nobody answered since.

    Days on which the plan stood still do not count. A value typed at a retest counts as an answer; so does an answer
    up to three days early. PSFS is also due until its activities are named: a mean without names cannot be repeated.
    Six queries; one less for each of the plan's patient and `pauses` that is already known.
    """
    if plan.status != CarePlan.Status.ACTIVE:
        return []
    return due_of(plan, sheets_of(plan), now=now, pauses=pauses)


def due_of(
    plan: CarePlan,
    sheets: Mapping[str, Sheet],
    *,
    now: datetime.datetime,
    pauses: Iterable[PlanPause] | None = None,
) -> list[Due]:
    """Return which of a running plan's questionnaires are due. Two queries."""
    weeks = _weeks_by_measure(plan)
    stood_still = plan.pauses.all() if pauses is None else pauses
    seen = _last_seen(plan, {key for sheet in sheets.values() for key in sheet.definition.measures} & set(weeks))
    return _all_due(plan, sheets, weeks, seen, pauses=stood_still, now=now)


def due_from(facts: PlanFacts, *, now: datetime.datetime) -> list[Due]:
    """Return what `outcomes_due` does for a plan that was read with its questionnaires and its patient. No query."""
    plan = facts.plan
    if plan.status != CarePlan.Status.ACTIVE:
        return []
    language = plan.patient.language or DUTCH
    sheets = sheets_from(plan, facts.instruments, facts.texts, facts.responses, language=language)
    return _all_due(plan, sheets, _weeks_by_measure(plan), facts.last_seen, pauses=facts.pauses, now=now)


def _all_due(
    plan: CarePlan,
    sheets: Mapping[str, Sheet],
    weeks: Mapping[str, set[int]],
    seen: Mapping[str, datetime.date],
    *,
    pauses: Iterable[PlanPause],
    now: datetime.datetime,
) -> list[Due]:
    today = timezone.localtime(now).date()
    start = plan.started_on + datetime.timedelta(days=paused_days(pauses, plan.started_on, today))
    found = [_due(sheet, weeks, seen, start, today) for sheet in sheets.values()]
    return sorted((due for due in found if due is not None), key=lambda due: (due.due_on, due.definition.key))


def _weeks_by_measure(plan: CarePlan) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row in definition_of(plan.pathway_version).remeasure:
        for key in row.measures if row.weeks else ():
            found.setdefault(key, set()).update(row.weeks)
    return found


def _last_seen(plan: CarePlan, keys: Iterable[str]) -> dict[str, datetime.date]:
    rows = Observation.objects.current().filter(episode_id=plan.episode_id, measure_id__in=list(keys))
    latest = rows.order_by().values_list("measure_id").annotate(Max("effective_at"))
    return {key: timezone.localtime(moment).date() for key, moment in latest}


def _due(
    sheet: Sheet,
    weeks: Mapping[str, set[int]],
    seen: Mapping[str, datetime.date],
    start: datetime.date,
    today: datetime.date,
) -> Due | None:
    definition = sheet.definition
    asked = [key for key in definition.measures if key in weeks]
    if not asked:
        return None
    moments = {week: start + datetime.timedelta(weeks=week) for key in asked for week in weeks[key]}
    must_name = definition.scoring == ACTIVITIES and definition.measure in asked and not sheet.activities
    if must_name:
        moments[0] = start
    week = max((week for week, day in moments.items() if day <= today), default=None)
    if week is None:
        return None
    answers = [seen[key] for key in asked if key in seen]
    answers += [timezone.localtime(row.answered_at).date() for row in sheet.responses]
    last = max(answers, default=None)
    is_answered = last is not None and (week == 0 or last >= moments[week] - EARLY)
    if is_answered and not must_name:
        return None
    return Due(sheet, week, moments[week])


def _kept(episode: EpisodeOfCare, client_key: str) -> OutcomeResponse | None:
    if not client_key.strip():
        raise InvalidInput(_("Some answers cannot be taken."), errors={"client_key": _("A key is missing.")})
    found: OutcomeResponse | None = OutcomeResponse.objects.filter(
        patient_id=episode.patient_id, client_key=client_key
    ).first()
    return found


def _given(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without what was left open, as JSON keeps them."""
    if "activities" in answers:
        rows = [{"name": each.name, "score": each.score} for each in activities_of(answers)]
        return {"activities": rows}
    return {key: value for key, value in answers.items() if value is not None and value != ""}


def refusal_of(sheet: Sheet, plan: CarePlan | None, *, now: datetime.datetime) -> str:
    """Say why a questionnaire may not be asked now; "" when it may."""
    if sheet.definition.is_change and (plan is None or timezone.localtime(now).date() <= plan.started_on):
        return _("There is nothing to compare with at the start: ask this later.")
    return ""


def _refuse(sheet: Sheet, plan: CarePlan | None, given: Mapping[str, Any], source: str, now: datetime.datetime) -> None:
    """Raise OutcomeRefused when this questionnaire may not be asked now, or not in this way."""
    definition, refusal = sheet.definition, refusal_of(sheet, plan, now=now)
    if refusal:
        raise OutcomeRefused(refusal)
    if source == Source.PORTAL and (is_total(given) or not definition.for_patients):
        raise OutcomeRefused(_("This questionnaire is filled in with the physiotherapist."))
    if not is_total(given) and not sheet.can_be_filled_in:
        raise OutcomeRefused(
            _("The text of this questionnaire is not here. Only its total can be typed, from a questionnaire on paper.")
        )


def _checked_score(sheet: Sheet, given: Mapping[str, Any]) -> Scored:
    definition, baseline = sheet.definition, sheet.baseline or None
    faults = faults_of(definition, given, sides=sheet.sides, baseline=baseline)
    if faults:
        errors = {key: fault_sentence(definition, fault) for key, fault in faults.items()}
        raise InvalidInput(_("Some answers cannot be taken."), errors=errors)
    scored = score_of(definition, given, sides=sheet.sides, baseline=baseline)
    if not scored.answered and not any(each.score is not None for each in activities_of(given)):
        raise InvalidInput(_("Some answers cannot be taken."), errors={"": _("Nothing was filled in.")})
    return scored


def fault_sentence(definition: InstrumentDefinition, fault: Fault) -> str:
    """Say why an answer cannot be taken."""
    low, high = definition.range if definition.scoring not in {ACTIVITIES, SINGLE} else definition.item_range
    return {
        Fault.UNKNOWN: _("This question is not in the questionnaire."),
        Fault.NOT_WHOLE: _("Give a whole number."),
        Fault.OUT_OF_RANGE: _("Give a number from %(low)s to %(high)s.") % {"low": low, "high": high},
        Fault.NO_NAME: _("Write which activity this is."),
        Fault.NO_SCORE: _("Give this activity a number."),
        Fault.TWICE: _("This activity is already in the list."),
        Fault.TOO_LONG: _("Say it in fewer words."),
        Fault.TOO_MANY: _("Name fewer activities."),
    }[fault]


def _observe(
    sheet: Sheet,
    episode: EpisodeOfCare,
    given: Mapping[str, Any],
    scored: Scored,
    *,
    source: str,
    by: User,
    now: datetime.datetime,
) -> list[Observation]:
    values = _values(sheet, given, scored)
    if not values:
        return []
    units = dict(Measure.objects.filter(pk__in={key for key, _side, _value in values}).values_list("pk", "unit"))
    visit = _visit(episode, now) if source == Source.VISIT else None
    return Observation.objects.bulk_create(
        Observation(
            patient_id=episode.patient_id,
            episode=episode,
            encounter=visit,
            measure_id=key,
            side=side,
            value=int(value) if value == value.to_integral_value() else float(value),
            number=value,
            unit=units.get(key, ""),
            effective_at=now,
            entered_by=by,
        )
        for key, side, value in values
    )


def _values(sheet: Sheet, given: Mapping[str, Any], scored: Scored) -> list[tuple[str, str, Decimal]]:
    """What the answers say of which measure, on which side; an incomplete questionnaire gives its total no value."""
    definition = sheet.definition
    if definition.scoring == SINGLE and not is_total(given):
        keys = zip(item_keys(definition, sheet.sides), sheet.sides, strict=True)
        return [(definition.measure, side, Decimal(given[key])) for key, side in keys if key in given]
    found = [] if scored.score is None else [(definition.measure, "", scored.score)]
    scores = {each.key: each.score for each in activities_of(given)}
    for asked in _measured(sheet):
        score = scores.get(asked.key)
        if score is not None:
            found.append((asked.measure, "", Decimal(score)))
    return found


def _measured(sheet: Sheet) -> list[Activity]:
    return [each for each in sheet.activities if each.measure]


def _visit(episode: EpisodeOfCare, now: datetime.datetime) -> Encounter | None:
    kinds = [Encounter.Kind.SESSION, Encounter.Kind.RETEST, Encounter.Kind.GAIT_ANALYSIS]
    return contact_of_day(episode, kinds, now=now)


def _of_score(definition: InstrumentDefinition, observed: list[Observation], scored: Scored) -> Observation | None:
    """The observation that carries the score: on two sides that of the worse one."""
    same = [row for row in observed if row.measure_id == definition.measure and row.number == scored.score]
    return same[0] if scored.score is not None and same else None
