"""A running plan goes on with a newer text of its pathway, with a reason. What a therapist did for it stays."""

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.exceptions import DomainError, InvalidInput
from accounts.models import User
from pathways.decision_log import held, note_decision
from pathways.definitions import definition_of
from pathways.engine.follow_ups import remeasured_at
from pathways.engine.model import Definition
from pathways.migration_preview import (
    ADDED,
    CHANGED,
    KEPT,
    REMOVED,
    MovePreview,
    VisitMove,
    preview_move,
)
from pathways.models import CarePlan, Decision, EducationItem, ExercisePrescription, FollowUp, PathwayVersion, Phase


class PlanMoveRefused(DomainError):
    """The plan cannot go on with this version; `preview` holds every reason."""

    def __init__(self, preview: MovePreview) -> None:
        super().__init__(" ".join(preview.refusals), refusals=list(preview.refusals))
        self.preview = preview


@transaction.atomic
def move_plan(plan: CarePlan, version: PathwayVersion, *, reason: str, by: User, now: datetime.datetime) -> Decision:
    """Let a running plan go on with another published version of its pathway; return the decision.

    Phases are found back by their code: the plan stays in its phase. Exercises of the current phase and the later ones
    follow the new text, but for what a therapist changed for this patient; the diary, decisions, findings, goals and
    booked visits stay. Moving twice gives the same decision. Raises PlanMoveRefused (409), InvalidInput without a
    reason.
    """
    locked = held(plan)
    if locked.pathway_version_id == version.pk:
        moved = locked.decisions.filter(kind=Decision.Kind.MIGRATE, evidence__to_version=version.pk).first()
        if moved is not None:
            return moved
    if not reason.strip():
        raise InvalidInput(_("Write down why."), errors={"reason": [_("Give a reason.")]})
    preview = preview_move(locked, version, now=now)
    if not preview.is_allowed or locked.pathway_version_id == version.pk:
        raise PlanMoveRefused(preview)
    definition, today = definition_of(version), timezone.localtime(now).date()
    evidence = _evidence(preview)
    _move_phases(locked, definition)
    _move_exercises(locked, preview, today)
    _move_education(locked, definition)
    _move_visits(locked, preview, definition)
    locked.pathway_version = version
    locked.save(update_fields=["pathway_version"])
    plan.pathway_version = version
    return note_decision(locked, Decision.Kind.MIGRATE, reason=reason.strip(), by=by, now=now, evidence=evidence)


def _evidence(preview: MovePreview) -> dict[str, Any]:
    """What the move changed, as the decision keeps it."""
    old = preview.plan.pathway_version
    return {
        "from_version": old.pk,
        "to_version": preview.version.pk,
        "from": str(old),
        "to": str(preview.version),
        "criteria": [
            {
                "key": row.key,
                "change": row.kind,
                "old": row.old,
                "new": row.new,
                "before": row.before,
                "after": row.after,
            }
            for row in preview.criteria
        ],
        "exercises": [
            {
                "phase": row.phase,
                "exercise": row.exercise,
                "change": row.kind,
                "old": str(row.old or ""),
                "new": str(row.new or ""),
            }
            for row in preview.exercises
        ],
        "visits": [{"week": row.week, "change": row.kind} for row in preview.visits],
        "phases": [
            {"key": row.key, "title": row.title, "change": row.kind, "old": row.old, "new": row.new}
            for row in preview.phases
        ],
        "proposal": {"before": preview.proposal_before, "after": preview.proposal_after},
    }


def _move_phases(plan: CarePlan, new: Definition) -> None:
    """Give the phases the words, weeks and order of the new text. One that it does not know was still to come: it goes.

    A new phase before the current one is passed over: done, without a day.
    """
    rows = {row.key: row for row in plan.phases.all()}
    current = next(row.key for row in rows.values() if row.status == Phase.Status.ACTIVE)
    here = next(phase.order for phase in new.phases if phase.key == current)
    for written in new.phases:
        row = rows.pop(written.key, None) or Phase(plan=plan, key=written.key)
        row.ordinal, row.title = written.order, written.title
        row.weeks_min, row.weeks_max = written.weeks[plan.course]
        if written.order < here and row.status == Phase.Status.PLANNED:
            row.status = Phase.Status.COMPLETED
        if written.order > here and row.status == Phase.Status.COMPLETED:
            row.status, row.started_on, row.completed_on = Phase.Status.PLANNED, None, None
        row.save()
    for row in rows.values():
        # The oldest line last: a line may stand in place of an older one.
        for prescription in row.exercise_prescriptions.order_by("-pk"):
            prescription.delete()
        row.education.all().delete()
        row.delete()


def _move_exercises(plan: CarePlan, preview: MovePreview, today: datetime.date) -> None:
    phases = {row.key: row for row in plan.phases.all()}
    why = _("Moved to version %(version)s of the pathway.") % {"version": preview.version.number}
    for move in preview.exercises:
        row, dosage = move.row, move.dosage
        if move.kind == KEPT:
            continue
        if row is not None and move.kind in {CHANGED, REMOVED}:
            row.ended_on, row.change_reason = today, why
            row.document = {**row.document, "left_at_version": preview.version.pk}
            row.save(update_fields=["ended_on", "change_reason", "document"])
        if dosage is not None:
            phase = phases[move.phase]
            ExercisePrescription.objects.create(
                plan=plan,
                phase=phase,
                exercise_id=dosage.exercise,
                ordinal=row.ordinal if row else _next_ordinal(phase),
                dosage=dosage.sets,
                per_week=dosage.per_week,
                progression=dosage.progression,
                is_optional=dosage.optional,
                document={"pathway_version": preview.version.pk, "since": today.isoformat()},
                replaces=row,
            )


def _next_ordinal(phase: Phase) -> int:
    last = phase.exercise_prescriptions.order_by("-ordinal").values_list("ordinal", flat=True).first()
    return 0 if last is None else last + 1


def _move_education(plan: CarePlan, new: Definition) -> None:
    """What was explained stays; what is still to explain follows the new text."""
    for phase in plan.phases.exclude(status=Phase.Status.COMPLETED):
        written = {lesson.key: lesson.text for lesson in new.phase(phase.key).education}
        rows = {row.key: row for row in phase.education.all()}
        for key, row in rows.items():
            if row.given_at is None and key not in written:
                row.delete()
            elif row.given_at is None and row.text != written[key]:
                row.text = written[key]
                row.save(update_fields=["text"])
        EducationItem.objects.bulk_create(
            EducationItem(plan=plan, phase=phase, key=key, text=text)
            for key, text in written.items()
            if key not in rows
        )


def _move_visits(plan: CarePlan, preview: MovePreview, new: Definition) -> None:
    for move in preview.visits:
        if move.kind == REMOVED and move.row is not None:
            FollowUp.objects.filter(pk=move.row.pk).update(is_dropped=True)
        elif move.visit is not None:
            _set_visit(plan, move, new)
    for row in plan.follow_ups.filter(is_dropped=False, appointment__isnull=True):
        again = list(remeasured_at(new, row.week))
        if row.remeasure != again:
            row.remeasure = again
            row.save(update_fields=["remeasure"])


def _set_visit(plan: CarePlan, move: VisitMove, new: Definition) -> None:
    visit, window = move.visit, move.window
    if visit is None or window is None:
        return
    row = move.row if move.kind != ADDED and move.row is not None else FollowUp(plan=plan, week=move.week)
    row.window_start, row.window_end = window
    row.minutes, row.type = visit.minutes, visit.type
    row.practitioner_id = plan.practitioner_id
    row.remeasure = list(remeasured_at(new, visit.week))
    row.save()
