"""A version as its readers would see it: each phase for the therapist, and for the patient. Nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass

from pathways.editor_outline import weeks_in_words
from pathways.engine.model import Definition, PhaseDefinition, Reference
from pathways.engine.source import Source


@dataclass(frozen=True)
class RuleSeen:
    """A rule in words with what it rests on, as the templates of a plan read it."""

    label: str
    sentence: str
    references: tuple[Reference, ...]
    is_practice_choice: bool


@dataclass(frozen=True)
class ExerciseSeen:
    """An exercise with its dosage, as the templates of the portal read it."""

    name: str
    dosage: str
    per_week: str
    progression: str
    is_optional: bool
    how: tuple[str, ...]
    why: str
    equipment: tuple[str, ...]
    rests_on: RuleSeen


@dataclass(frozen=True)
class LessonSeen:
    """An explanation with its publications, as the templates of the portal read it."""

    text: str
    sources: tuple[Reference, ...]
    rests_on: RuleSeen


@dataclass(frozen=True)
class PhaseSeen:
    """One phase; `state` is "current" for the one that stands open."""

    key: str
    title: str
    goal: str
    weeks: tuple[str, ...]
    state: str
    texts: tuple[str, ...]
    load: RuleSeen
    criteria: tuple[RuleSeen, ...]
    exercises: tuple[ExerciseSeen, ...]
    education: tuple[LessonSeen, ...]


def preview_of(definition: Definition, key: str, sentences: Mapping[str, str]) -> PhaseSeen | None:
    """Return a phase as its readers would see it; the first one for an unknown key, None without phases.

    `sentences` says what each criterion asks, by phase and criterion key ("P1/d7.max<=3").
    """
    phases = {phase.key: phase for phase in definition.phases}
    phase = phases.get(key) or next(iter(phases.values()), None)
    return None if phase is None else _phase(definition, phase, sentences)


def _phase(definition: Definition, phase: PhaseDefinition, sentences: Mapping[str, str]) -> PhaseSeen:
    def rests_on(label: str, source: Source, sentence: str = "") -> RuleSeen:
        known = tuple(definition.references[key] for key in source.references if key in definition.references)
        return RuleSeen(label, sentence, known, source.practice_choice)

    courses = [(course.label, phase.weeks[course.key]) for course in definition.courses if course.key in phase.weeks]
    exercises = []
    for dose in phase.exercises:
        given = definition.exercises[dose.exercise]
        exercises.append(
            ExerciseSeen(
                given.name,
                dose.sets,
                dose.per_week,
                dose.progression,
                dose.optional,
                given.how,
                given.why,
                given.equipment,
                rests_on(given.name, dose.source),
            )
        )
    lessons = [(item.text, rests_on(item.text, item.source)) for item in phase.education]
    return PhaseSeen(
        key=phase.key,
        title=phase.title,
        goal=phase.goal,
        weeks=tuple(f"{label}: {weeks_in_words(weeks)}" for label, weeks in courses),
        state="current",
        texts=phase.load.texts,
        load=rests_on(phase.title, phase.load.source),
        criteria=tuple(
            rests_on(line.label, line.source, sentences.get(f"{phase.key}/{line.key}", "")) for line in phase.exit
        ),
        exercises=tuple(exercises),
        education=tuple(LessonSeen(text, rule.references, rule) for text, rule in lessons),
    )
