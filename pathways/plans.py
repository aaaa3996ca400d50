"""The start of a plan: it starts whole or not at all, for one side or for both."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Practitioner, User
from pathways.definitions import definition_of
from pathways.engine.findings import BOTH
from pathways.engine.follow_ups import remeasured_at, visit_window
from pathways.engine.model import Definition
from pathways.exceptions import PlanRefused
from pathways.models import (
    CarePlan,
    Classification,
    Decision,
    EducationItem,
    ExercisePrescription,
    FollowUp,
    Goal,
    Phase,
    Task,
)
from patients.models import EpisodeOfCare, Observation

Outcome = Classification.Outcome
TREATED = {Outcome.LIKELY, Outcome.POSSIBLE}


@transaction.atomic
def start_plan(
    classification: Classification,
    *,
    by: User,
    now: datetime.datetime,
    practitioner: Practitioner | None = None,
    reason: str = "",
    gait_strategy: str = "none",
    consent: bool = True,
    side: str = "",
) -> CarePlan:
    """Start a plan: pin the pathway version and make phases, exercises, education, goals and follow-ups together.

    `side` "both" makes one plan for both sides when the intake found the complaint on both (`offers_both`); without
    one the plan is for the side of the classification. Raises PlanRefused when the classification does not allow it,
    when consent is missing or when the episode already has a running plan. A class that needs confirmation needs the
    therapist's written reason.
    """
    episode = EpisodeOfCare.objects.select_for_update().get(pk=classification.episode_id)
    refuse_unless_allowed(classification, reason=reason, consent=consent)
    _refuse_side(classification, side, reason)
    if CarePlan.objects.filter(episode=episode).running().exists():
        raise PlanRefused(_("This episode already has a running plan."))
    treating = _treating(practitioner, by, episode)
    definition = definition_of(classification.pathway_version)
    plan = CarePlan.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        pathway_version=classification.pathway_version,
        classification=classification,
        practitioner=treating,
        side=side or classification.side,
        course=classification.result["course"] or definition.courses[0].key,
        started_on=timezone.localtime(now).date(),
        gait_strategy=gait_strategy,
        start_step=classification.result["start_step"] or "",
        weekly_km_usual=_usual_distance(classification),
    )
    fill_plan(plan, definition)
    _note_start(plan, reason=reason, by=by, now=now)
    if episode.status != EpisodeOfCare.Status.ACTIVE:
        episode.status = EpisodeOfCare.Status.ACTIVE
        episode.save(update_fields=["status"])
    return plan


def _treating(practitioner: Practitioner | None, by: User, episode: EpisodeOfCare) -> Practitioner:
    """Who treats: the one that was named, else who starts the plan, else the episode's therapist."""
    treating: Practitioner | None = practitioner or getattr(by, "practitioner", None) or episode.practitioner
    if treating is None:
        raise PlanRefused(_("Say which physiotherapist treats this patient."))
    return treating


def _note_start(plan: CarePlan, *, reason: str, by: User, now: datetime.datetime) -> None:
    result = plan.classification.result
    first = plan.phases.get(status=Phase.Status.ACTIVE)
    Decision.objects.create(
        plan=plan,
        kind=Decision.Kind.START,
        to_phase=first.key,
        proposal=result["plan"],
        reason=reason,
        evidence={**result, "consent": True, "gait_strategy": plan.gait_strategy, "side": plan.side},
        made_by=by,
        made_at=now,
    )


def refuse_unless_allowed(classification: Classification, *, reason: str, consent: bool) -> None:
    """Raise PlanRefused with the sentence that says why this classification gives no plan."""
    newest = Classification.objects.filter(episode_id=classification.episode_id).first()
    if newest is not None and newest.intake_id != classification.intake_id:
        raise PlanRefused(_("A newer intake exists: start the plan from that one."))
    siblings = Classification.objects.filter(intake_id=classification.intake_id, outcome=Outcome.BLOCKED)
    if classification.outcome == Outcome.BLOCKED or siblings.exists():
        raise PlanRefused(_("A red flag is open: refer the patient first; no plan can start."))
    if Task.objects.filter(episode_id=classification.episode_id, kind=Task.Kind.REFERRAL).open().exists():
        raise PlanRefused(_("A referral is still open: note its outcome first; no plan can start."))
    if not consent:
        raise PlanRefused(_("Ask the patient's consent first."))
    if needs_reason(classification) and not reason.strip():
        raise PlanRefused(_("Write down why you start a plan all the same."), errors={"reason": [_("Give a reason.")]})
    if classification.result["plan"] == "none" and not is_only_too_young(classification):
        raise PlanRefused(_("The findings do not support this pathway: no plan can start."))


def offers_both(classification: Classification) -> bool:
    """Whether one plan can serve both sides: the intake found the complaint likely or possible on each. One query."""
    if classification.outcome not in TREATED:
        return False
    rows = Classification.objects.filter(
        intake_id=classification.intake_id, pathway_version_id=classification.pathway_version_id, outcome__in=TREATED
    )
    return {"L", "R"} <= set(rows.values_list("side", flat=True))


def _refuse_side(classification: Classification, side: str, reason: str) -> None:
    if side in {"", classification.side}:
        return
    if side != BOTH or not offers_both(classification):
        raise PlanRefused(_("The findings do not support a plan for this side."))
    others = Classification.objects.filter(intake_id=classification.intake_id)
    if any(needs_reason(each) for each in others) and not reason.strip():
        raise PlanRefused(_("Write down why you start a plan all the same."), errors={"reason": [_("Give a reason.")]})


def needs_reason(classification: Classification) -> bool:
    """Whether the therapist must confirm in writing: a possible class, or a patient below the age of the evidence."""
    return classification.result["plan"] == "confirm" or is_only_too_young(classification)


def is_only_too_young(classification: Classification) -> bool:
    """Whether only the age keeps the rule from a class: every red flag is answered and the therapist may continue."""
    result: dict[str, Any] = classification.result
    open_flags = [key for key in result["missing"] if key.startswith("rf_")]
    return classification.outcome == Outcome.INCOMPLETE and "age" in result["missing"] and not open_flags


def _usual_distance(classification: Classification) -> Any:
    """Return the usual kilometres a week before the complaint, as the intake noted them."""
    rows = Observation.objects.current().filter(
        episode_id=classification.episode_id,
        encounter__intake=classification.intake_id,
        measure_id="weekly_km_usual",
    )
    return rows.values_list("number", flat=True).first()


def fill_plan(plan: CarePlan, definition: Definition, first: str | None = None) -> None:
    """Make everything that lives and changes for this patient; `first` names the phase that the plan begins in.

    Phases before it are passed over: done, without a day.
    """
    begins = next((number for number, each in enumerate(definition.phases) if each.key == first), 0)
    states = {True: Phase.Status.COMPLETED, False: Phase.Status.PLANNED}
    phases = Phase.objects.bulk_create(
        Phase(
            plan=plan,
            key=written.key,
            ordinal=written.order,
            title=written.title,
            weeks_min=written.weeks[plan.course][0],
            weeks_max=written.weeks[plan.course][1],
            status=Phase.Status.ACTIVE if number == begins else states[number < begins],
            started_on=plan.started_on if number == begins else None,
        )
        for number, written in enumerate(definition.phases)
    )
    rows = list(zip(phases, definition.phases, strict=True))
    ExercisePrescription.objects.bulk_create(
        ExercisePrescription(
            plan=plan,
            phase=phase,
            exercise_id=dosage.exercise,
            ordinal=number,
            dosage=dosage.sets,
            per_week=dosage.per_week,
            progression=dosage.progression,
            is_optional=dosage.optional,
        )
        for phase, written in rows
        for number, dosage in enumerate(written.exercises)
    )
    EducationItem.objects.bulk_create(
        EducationItem(plan=plan, phase=phase, key=lesson.key, text=lesson.text)
        for phase, written in rows
        for lesson in written.education
    )
    _call_for(plan, definition)


def _call_for(plan: CarePlan, definition: Definition) -> None:
    """Make the goals, and the visits that the course calls for; the first visit is the intake, which has been."""
    weeks = definition.course(plan.course).total_weeks[1]
    due_on = plan.started_on + datetime.timedelta(weeks=weeks)
    Goal.objects.bulk_create(
        Goal(
            plan=plan,
            description=goal.text,
            measure_key=goal.measure or "",
            target=str(goal.target) if goal.target else "",
            due_on=due_on if goal.due.startswith(definition.review.return_phase) else None,
        )
        for goal in definition.goals
    )
    visits = [visit for visit in definition.visits[plan.course] if visit.week > 0]
    windows = [visit_window(visit, plan.started_on) for visit in visits]
    FollowUp.objects.bulk_create(
        FollowUp(
            plan=plan,
            week=visit.week,
            window_start=window[0],
            window_end=window[1],
            minutes=visit.minutes,
            type=visit.type,
            practitioner=plan.practitioner,
            remeasure=list(remeasured_at(definition, visit.week)),
        )
        for visit, window in zip(visits, windows, strict=True)
    )
