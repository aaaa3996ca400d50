"""Everything that the page of a session note shows, as frozen data that the template only reads."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Practitioner, User
from pathways.engine.findings import MeasureDefinition
from pathways.models import CarePlan, Decision, ExercisePrescription
from pathways.progress import PlanProgress, assess_plan
from pathways.retest_form import measures_asked
from pathways.session_note import Known, Since, prefill, texts_of, values_words
from patients.intake import contact_of_day
from patients.models import Encounter, NoteTemplate, Observation, SessionNote
from patients.note_templates import usable_templates
from patients.notes import TEXTS, ExerciseDone
from scheduling.models import Appointment

FRESH_DAYS = 7
FOLLOWING_HOURS = 1
TREATED = (Encounter.Kind.SESSION, Encounter.Kind.RETEST, Encounter.Kind.GAIT_ANALYSIS)


@dataclass(frozen=True)
class NotePage:
    """What the page of a note in writing shows.

    `texts` stand in the fields; `measured` are values of this contact that came after the draft was begun; `due` are
    measures of the plan without a value in the last seven days.
    """

    encounter: Encounter
    note: SessionNote | None
    plan: CarePlan | None
    seen: PlanProgress | None
    texts: Mapping[str, str]
    exercises: tuple[ExerciseDone, ...]
    measured: str
    due: tuple[MeasureDefinition, ...]
    previous: SessionNote | None
    templates: tuple[NoteTemplate, ...] = field(default=())


def note_page(encounter: Encounter, note: SessionNote | None, *, by: User, now: datetime.datetime) -> NotePage:
    """Gather the page of a note that is not signed. At most 16 queries; without a plan five."""
    until = told_until(encounter, now)
    plan = _plan_of(encounter)
    seen = assess_plan(plan, now=until) if plan else None
    due = _asked(seen) if seen else {}
    observations = _observations(encounter, due, until)
    begun = dict.fromkeys(TEXTS, "")
    if seen is not None and note is None:
        begun = prefill(_known(encounter, seen, observations, until, now))
    fresh = {row.measure_id for row in observations if until - row.effective_at <= datetime.timedelta(days=FRESH_DAYS)}
    return NotePage(
        encounter=encounter,
        note=note,
        plan=plan,
        seen=seen,
        texts=texts_of(note, begun),
        exercises=exercise_lines(encounter, plan, note),
        measured=values_words(row for row in observations if _is_newer(row, note)),
        due=tuple(measure for key, measure in due.items() if key not in fresh),
        previous=previous_note(encounter),
        templates=tuple(usable_templates(by)),
    )


def _is_newer(row: Observation, note: SessionNote | None) -> bool:
    """Whether this contact measured it after its note was begun: then the words to begin with did not hold it."""
    return note is not None and row.encounter_id == note.encounter_id and row.effective_at > note.created_at


def begin_texts(encounter: Encounter, *, now: datetime.datetime) -> dict[str, str]:
    """Return the words that a note of a contact begins with, by field; empty without a plan."""
    until, plan = told_until(encounter, now), _plan_of(encounter)
    if plan is None:
        return dict.fromkeys(TEXTS, "")
    seen = assess_plan(plan, now=until)
    return prefill(_known(encounter, seen, _observations(encounter, _asked(seen), until), until, now))


def told_until(encounter: Encounter, now: datetime.datetime) -> datetime.datetime:
    """Return the moment up to which a note tells: now for a contact of today, else shortly after it ended."""
    if timezone.localdate(encounter.started_at) == timezone.localdate(now):
        return now
    ended = encounter.ended_at or encounter.started_at
    return min(now, ended + datetime.timedelta(hours=FOLLOWING_HOURS))


def contact_to_write(plan: CarePlan, *, by: User, now: datetime.datetime) -> Encounter:
    """Return today's contact of a plan, to write its note; a session is made when there is none yet."""
    held = contact_of_day(plan.episode, TREATED, now=now)
    if held is not None:
        return held
    practitioner = Practitioner.objects.filter(user=by).first()
    return Encounter.objects.create(
        patient_id=plan.patient_id,
        episode_id=plan.episode_id,
        kind=Encounter.Kind.SESSION,
        practitioner_id=practitioner.pk if practitioner else plan.practitioner_id,
        started_at=now,
    )


def exercise_lines(encounter: Encounter, plan: CarePlan | None, note: SessionNote | None) -> tuple[ExerciseDone, ...]:
    """Return the exercises to tick off: those of the phase on the day of the contact, as the draft has them."""
    kept = {each.code: each for each in exercises_of(note)} if note else {}
    planned = {each.code: each for each in _planned(encounter, plan)} if plan else {}
    return tuple(kept.get(code, line) for code, line in {**planned, **kept}.items())


def exercises_of(note: SessionNote) -> tuple[ExerciseDone, ...]:
    """Return the exercises that a note keeps."""
    return tuple(ExerciseDone(**row) for row in note.exercises_done)


def read_exercises(lines: Iterable[ExerciseDone], posted: QueryDict) -> list[ExerciseDone]:
    """Return the exercises as they were ticked: "done" lists codes, "dosage-…" and "remark-…" say more."""
    ticked = set(posted.getlist("done"))
    return [
        replace(
            line,
            is_done=line.code in ticked,
            dosage=posted.get(f"dosage-{line.code}", ""),
            remark=posted.get(f"remark-{line.code}", ""),
        )
        for line in lines
    ]


def lines_of(encounter: Encounter, note: SessionNote | None) -> tuple[ExerciseDone, ...]:
    """Return the exercises of a contact's page, for saving. Two queries."""
    return exercise_lines(encounter, _plan_of(encounter), note)


def previous_note(encounter: Encounter) -> SessionNote | None:
    """Return the last signed note of the episode before this contact."""
    rows = SessionNote.objects.filter(
        episode_id=encounter.episode_id,
        status=SessionNote.Status.SIGNED,
        encounter__started_at__lt=encounter.started_at,
    )
    found: SessionNote | None = (
        rows.select_related("signed_by", "encounter").order_by("-encounter__started_at", "-id").first()
    )
    return found


def _plan_of(encounter: Encounter) -> CarePlan | None:
    """The plan that ran on the day of the contact, else the last one of its episode that had begun."""
    plans = CarePlan.objects.filter(
        episode_id=encounter.episode_id, started_on__lte=timezone.localdate(encounter.started_at)
    )
    found: CarePlan | None = (
        plans.select_related("pathway_version__pathway", "episode").order_by("-started_on", "-id").first()
    )
    return found


def _asked(seen: PlanProgress) -> dict[str, MeasureDefinition]:
    asked = measures_asked(seen)
    return {measure.key: measure for group in ("needed", "due") for measure in asked[group]}


def _observations(encounter: Encounter, keys: Iterable[str], until: datetime.datetime) -> list[Observation]:
    """The latest value of each measure and side: what this contact measured, and what the plan asks for."""
    here = Q(encounter_id=encounter.pk)
    before = Q(measure_id__in=list(keys), effective_at__lte=until)
    rows = Observation.objects.filter(here | before, episode_id=encounter.episode_id)
    return list(rows.latest_per_measure().select_related("measure"))


def _known(
    encounter: Encounter,
    seen: PlanProgress,
    observations: list[Observation],
    until: datetime.datetime,
    now: datetime.datetime,
) -> Known:
    since = _since(encounter, seen, until)
    coming = Appointment.objects.occupying().filter(patient_id=encounter.patient_id, start__gt=now)
    return Known(
        seen=seen,
        since=since,
        observations=observations,
        encounter=encounter,
        decisions=list(
            Decision.objects.filter(plan=seen.plan, made_at__gt=since.start, made_at__lte=until).order_by("made_at")
        ),
        next_visit=coming.order_by("start", "id").first(),
        follow_up=seen.plan.follow_ups.open().order_by("window_end", "id").first(),
    )


def _since(encounter: Encounter, seen: PlanProgress, until: datetime.datetime) -> Since:
    """From the last contact of the episode that took place; of the first one, from the start of the plan."""
    rows = Encounter.objects.filter(episode_id=encounter.episode_id, started_at__lt=encounter.started_at)
    rows = rows.exclude(status=Encounter.Status.CANCELLED).exclude(kind=Encounter.Kind.SELF_REPORT)
    last: datetime.datetime | None = rows.order_by("-started_at").values_list("started_at", flat=True).first()
    begun = timezone.make_aware(datetime.datetime.combine(seen.plan.started_on, datetime.time()))
    return Since(last or begun, until, is_first=last is None)


def _planned(encounter: Encounter, plan: CarePlan) -> list[ExerciseDone]:
    """What was prescribed on the day of the contact, in order; of a phase that ended that day too."""
    day = timezone.localdate(encounter.started_at)
    rows = ExercisePrescription.objects.filter(plan=plan, phase__started_on__lte=day)
    rows = rows.filter(Q(phase__completed_on__isnull=True) | Q(phase__completed_on__gte=day))
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day)).select_related("exercise")
    return [
        ExerciseDone(code=row.exercise_id, name=row.exercise.name, planned=row.dosage, is_done=False)
        for row in rows.order_by("phase__ordinal", "ordinal", "id")
    ]
