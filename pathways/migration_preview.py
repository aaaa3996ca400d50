"""What would change for one plan if it went on with another version of its pathway. Nothing is written here."""

import copy
import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from pathways.definitions import TEXTS, definition_of
from pathways.engine.follow_ups import visit_window
from pathways.engine.model import Definition, Dosage, PhaseDefinition, Visit
from pathways.models import CarePlan, ExercisePrescription, FollowUp, PathwayVersion, Phase
from pathways.page_language import times_in_words
from pathways.progress import PlanProgress, assess_plan
from patients.content_words import spoken

ADDED, REMOVED, CHANGED, KEPT = "added", "removed", "changed", "kept"
ENDED = {CarePlan.Status.COMPLETED, CarePlan.Status.REVOKED}


@dataclass(frozen=True)
class CriterionMove:
    """An exit line of the current phase: its words and its verdict now, by the text of today and by the other one."""

    kind: str
    key: str
    old: str
    new: str
    before: str
    after: str

    @property
    def is_same(self) -> bool:
        """Whether both texts ask the same and judge the same."""
        return self.kind == KEPT and self.before == self.after


@dataclass(frozen=True)
class Dose:
    """How much of an exercise, how often, and how it grows; as a text in the words of the record."""

    sets: str
    per_week: str
    progression: str

    def __str__(self) -> str:
        return self._joined(self.sets, f"{self.per_week} ×/week" if self.per_week else "", self.progression)

    @property
    def words(self) -> str:
        """The same in the language of the page."""
        return self._joined(spoken(self.sets), times_in_words(self.per_week), spoken(self.progression))

    @staticmethod
    def _joined(*parts: str) -> str:
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class ExerciseMove:
    """An exercise in the current phase or a later one. `row` is the prescription that it is about, `dosage` the new
    text; an adjustment that a therapist made for this patient is kept."""

    kind: str
    phase: str
    phase_title: str
    exercise: str
    name: str
    old: Dose | None
    new: Dose | None
    row: ExercisePrescription | None = None
    dosage: Dosage | None = None


@dataclass(frozen=True)
class VisitMove:
    """A visit that the plan still calls for: its window by the text of today and by the other one."""

    kind: str
    week: int
    row: FollowUp | None
    visit: Visit | None
    window: tuple[datetime.date, datetime.date] | None


@dataclass(frozen=True)
class PhaseMove:
    """A phase that comes, goes or takes another time: weeks at least and at most."""

    kind: str
    key: str
    title: str
    old: tuple[int | None, int | None] | None
    new: tuple[int, int] | None


@dataclass(frozen=True)
class MovePreview:
    """What moving a plan to a version does, and every reason why it cannot be moved."""

    plan: CarePlan
    version: PathwayVersion
    refusals: tuple[str, ...]
    criteria: tuple[CriterionMove, ...] = ()
    exercises: tuple[ExerciseMove, ...] = ()
    visits: tuple[VisitMove, ...] = ()
    phases: tuple[PhaseMove, ...] = ()
    proposal_before: str = ""
    proposal_after: str = ""

    @property
    def is_allowed(self) -> bool:
        """Whether the plan can be moved."""
        return not self.refusals

    @property
    def changes_nothing(self) -> bool:
        """Whether this plan looks the same after the move."""
        kinds = [each.kind for rows in (self.criteria, self.exercises, self.visits, self.phases) for each in rows]
        return not set(kinds) - {KEPT}


def preview_move(plan: CarePlan, version: PathwayVersion, *, now: datetime.datetime) -> MovePreview:
    """Return what changes for this plan with another version: criteria with their verdict now, exercises, visits.

    About twenty queries, whatever the length of the diary.
    """
    refusals = refusals_of(plan, version)
    if refusals:
        return MovePreview(plan, version, refusals)
    seen = assess_plan(plan, now=now)
    other = copy.copy(plan)
    other.pathway_version = version
    after = assess_plan(other, now=now)
    old, new = definition_of(plan.pathway_version), definition_of(version)
    rows = list(plan.phases.order_by("ordinal"))
    return MovePreview(
        plan,
        version,
        refusals,
        criteria=tuple(_criteria(seen, after, version)),
        exercises=tuple(_exercises(plan, rows, new)),
        visits=tuple(_visits(plan, old, new, timezone.localtime(now).date())),
        phases=tuple(_phases(plan, rows, new)),
        proposal_before=seen.progress.proposal.value,
        proposal_after=after.progress.proposal.value,
    )


def newer_version(plan: CarePlan) -> PathwayVersion | None:
    """Return the published text of the plan's pathway when it is newer than the plan's own. One query."""
    if plan.status in ENDED:
        return None
    published = PathwayVersion.objects.published().filter(pathway_id=plan.pathway_version.pathway_id)
    newest: PathwayVersion | None = published.order_by("-number").defer(*TEXTS).first()
    return newest if newest is not None and newest.number > plan.pathway_version.number else None


def refusals_of(plan: CarePlan, version: PathwayVersion) -> tuple[str, ...]:
    """Return every reason why the plan cannot go on with this version. One or two queries."""
    if plan.status in ENDED:
        return (_("This plan has ended."),)
    if version.pathway_id != plan.pathway_version.pathway_id:
        return (_("This version belongs to another pathway."),)
    if version.status != PathwayVersion.Status.PUBLISHED:
        return (_("This version is not published."),)
    new = definition_of(version)
    known = {phase.key for phase in new.phases}
    found: list[str] = []
    for row in plan.phases.order_by("ordinal"):
        names = {"version": version.number, "phase": row.title}
        if row.status == Phase.Status.ACTIVE and row.key not in known:
            found.append(_("Version %(version)s has no phase “%(phase)s”, in which this plan is now.") % names)
        if row.status == Phase.Status.COMPLETED and row.started_on and row.key not in known:
            found.append(_("Version %(version)s has no phase “%(phase)s”, which this patient went through.") % names)
    if plan.course not in {course.key for course in new.courses}:
        found.append(_("Version %(version)s does not know the course of this plan.") % {"version": version.number})
    steps = {step.key for step in new.running.steps} if new.running else set()
    if plan.start_step and new.running and plan.start_step not in steps:
        found.append(
            _("Version %(version)s does not know the running step of this plan.") % {"version": version.number}
        )
    return tuple(found)


def _criteria(seen: PlanProgress, after: PlanProgress, version: PathwayVersion) -> Iterable[CriterionMove]:
    before = {row.key: row.status.value for row in seen.progress.criteria}
    now = {row.key: row.status.value for row in after.progress.criteria}
    old = {row.key: row.label for row in seen.definition.phase(seen.phase.key).exit}
    new = {row.key: row.label for row in definition_of(version).phase(seen.phase.key).exit}
    rules = [
        {row.key: row for row in definition.phase(seen.phase.key).exit}
        for definition in (seen.definition, after.definition)
    ]
    for key in [*new, *(key for key in old if key not in new)]:
        same = key in old and key in new and rules[0][key] == rules[1][key]
        kind = KEPT if same else ADDED if key not in old else REMOVED if key not in new else CHANGED
        yield CriterionMove(kind, key, old.get(key, ""), new.get(key, ""), before.get(key, ""), now.get(key, ""))


def is_adjusted(row: ExercisePrescription) -> bool:
    """Whether a therapist wrote this prescription for this patient, rather than a version of the pathway."""
    written_by_hand = row.replaces_id is not None or bool(row.document.get("since"))
    return written_by_hand and not row.document.get("pathway_version")


def _exercises(plan: CarePlan, phases: Sequence[Phase], new: Definition) -> Iterable[ExerciseMove]:
    """Exercises of the current phase and the later ones; what a therapist changed or stopped stays as it is."""
    everything = plan.exercise_prescriptions.select_related("exercise", "replaces").order_by("ordinal", "id")
    rows: dict[int, list[ExercisePrescription]] = {phase.pk: [] for phase in phases}
    for row in everything:
        rows[row.phase_id].append(row)
    known = {phase.key: phase for phase in phases}
    here = next(number for number, phase in enumerate(new.phases) if _is_active(known.get(phase.key)))
    for phase in new.phases[here:]:
        row = known.get(phase.key)
        yield from _phase_exercises(phase, rows[row.pk] if row else [], new)
    wanted = {phase.key for phase in new.phases}
    for row in phases:
        for line in rows[row.pk] if row.key not in wanted else ():
            if line.ended_on is None:
                yield ExerciseMove(REMOVED, row.key, row.title, line.exercise_id, line.exercise.name, _of(line), None)


def _is_active(phase: Phase | None) -> bool:
    return phase is not None and phase.status == Phase.Status.ACTIVE


def _phase_exercises(
    phase: PhaseDefinition, rows: Sequence[ExercisePrescription], new: Definition
) -> Iterable[ExerciseMove]:
    live = {row.exercise_id: row for row in rows if row.ended_on is None}
    touched = _touched(rows)
    for dosage in phase.exercises:
        row, code = live.get(dosage.exercise), dosage.exercise
        name = new.exercises[code].name if code in new.exercises else code
        text = Dose(dosage.sets, dosage.per_week, dosage.progression)
        if code in touched:
            if row is not None and is_adjusted(row):
                yield ExerciseMove(KEPT, phase.key, phase.title, code, name, _of(row), text, row)
            elif row is None:
                yield ExerciseMove(KEPT, phase.key, phase.title, code, name, None, text)
        elif row is None:
            yield ExerciseMove(ADDED, phase.key, phase.title, code, name, None, text, None, dosage)
        elif _of(row) != text or row.is_optional != dosage.optional:
            yield ExerciseMove(CHANGED, phase.key, phase.title, code, name, _of(row), text, row, dosage)
    named = {dosage.exercise for dosage in phase.exercises}
    for code, row in live.items():
        if code not in named:
            kind = KEPT if is_adjusted(row) else REMOVED
            yield ExerciseMove(kind, phase.key, phase.title, code, row.exercise.name, _of(row), None, row)


def _touched(rows: Sequence[ExercisePrescription]) -> set[str]:
    """Exercises about which a therapist decided for this patient in a phase: adjusted, swapped, added or stopped."""
    found = {row.exercise_id for row in rows if is_adjusted(row)}
    found |= {row.replaces.exercise_id for row in rows if row.replaces is not None and is_adjusted(row)}
    replaced = {row.replaces_id for row in rows}
    stopped = [row for row in rows if row.ended_on is not None and row.pk not in replaced]
    return found | {row.exercise_id for row in stopped if not row.document.get("left_at_version")}


def _of(row: ExercisePrescription) -> Dose:
    return Dose(row.dosage, row.per_week, row.progression)


def _visits(plan: CarePlan, old: Definition, new: Definition, today: datetime.date) -> Iterable[VisitMove]:
    """Visits whose window is not over. A booked one stays; one that was shifted keeps its shift."""
    rows = {row.week: row for row in plan.follow_ups.select_related("appointment")}
    before = {visit.week: visit for visit in old.visits.get(plan.course, ())}
    wanted = {visit.week: visit for visit in new.visits[plan.course] if visit.week > 0}
    shift = _shift(plan, rows, before, today)
    for week, visit in wanted.items():
        row = rows.get(week)
        first, last = (day + shift for day in visit_window(visit, plan.started_on))
        if row is None and last >= today:
            yield VisitMove(ADDED, week, None, visit, (first, last))
        elif row is not None and _is_open(row, today) and visit != before.get(week):
            yield VisitMove(CHANGED, week, row, visit, (first, last))
    for week, row in rows.items():
        if week not in wanted and week in before and _is_open(row, today):
            yield VisitMove(REMOVED, week, row, None, None)


def _is_open(row: FollowUp, today: datetime.date) -> bool:
    is_booked = row.appointment is not None and row.appointment.occupies
    return not row.is_dropped and not is_booked and row.window_end >= today


def _shift(
    plan: CarePlan, rows: dict[int, FollowUp], before: dict[int, Visit], today: datetime.date
) -> datetime.timedelta:
    """How far the visits to come were moved by a pause or a step back: as far as the last of them."""
    moved = [
        row.window_start - visit_window(before[week], plan.started_on)[0]
        for week, row in rows.items()
        if week in before and _is_open(row, today)
    ]
    return max([*moved, datetime.timedelta()])


def _phases(plan: CarePlan, rows: Sequence[Phase], new: Definition) -> Iterable[PhaseMove]:
    known = {row.key: row for row in rows}
    for phase in new.phases:
        row, weeks = known.get(phase.key), phase.weeks[plan.course]
        if row is None:
            yield PhaseMove(ADDED, phase.key, phase.title, None, weeks)
        elif (row.title, row.weeks_min, row.weeks_max) != (phase.title, *weeks):
            yield PhaseMove(CHANGED, phase.key, phase.title, (row.weeks_min, row.weeks_max), weeks)
    wanted = {phase.key for phase in new.phases}
    for row in rows:
        if row.key not in wanted:
            yield PhaseMove(REMOVED, row.key, row.title, (row.weeks_min, row.weeks_max), None)
