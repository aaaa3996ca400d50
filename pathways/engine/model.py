"""The parts of a pathway, as frozen data. ``definition.py`` builds them from a document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pathways.engine.after_care import AfterCare
from pathways.engine.comparison import Comparison
from pathways.engine.conditions import Condition
from pathways.engine.criterion import Criterion
from pathways.engine.derived import DerivedValue
from pathways.engine.findings import Consistency, MeasureDefinition
from pathways.engine.source import Source


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication a rule or advice rests on; unknown details stay None."""

    key: str
    authors: str
    year: int | None
    title: str | None
    journal: str | None
    doi: str | None
    design: str
    finding: str
    strength: str
    verified: bool
    correction: str | None = None
    reviewed_on: date | None = None
    review_due: date | None = None

    @property
    def citation(self) -> str:
        """The reference in one line: authors (year). Title. Journal."""
        year = f" ({self.year})" if self.year else ""
        parts = [f"{self.authors}{year}", self.title, self.journal]
        return ". ".join(part for part in parts if part) + "."


@dataclass(frozen=True, slots=True)
class Exercise:
    """A movement a patient can be given: how to do it and why."""

    key: str
    code: str
    name: str
    how: tuple[str, ...]
    why: str
    equipment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """A time course of the condition; total weeks (low, high) until the return phase is done."""

    key: str
    label: str
    total_weeks: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """A cluster of questions that fits one tablet screen."""

    key: str
    title: str
    intro: str
    mandatory: bool
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The intake: sections in order, and rules between answers."""

    sections: tuple[Section, ...]
    consistency: tuple[Consistency, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named condition with what it rests on (criterion, contra finding, differential)."""

    key: str
    label: str
    when: Condition | None
    source: Source
    pointing: str = ""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A finding that stops the pathway; ``patient_text`` never names the suspected diagnosis."""

    key: str
    label: str
    urgency: str
    action: str
    patient_text: str
    also_when: Condition | None
    source: Source


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One row of the class table: the first row whose counts fit gives the class; ``title`` says it in words."""

    class_: str
    plan: str
    criteria: Comparison | None
    contra: Comparison | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One row of the course table; a row without a condition always fits."""

    course: str
    when: Condition | None


@dataclass(frozen=True, slots=True)
class ClassificationRules:
    """How findings become a class, a course, differentials; ``course_source`` is what the course table rests on."""

    minimum_age: int
    criteria: tuple[Rule, ...]
    contra: tuple[Rule, ...]
    red_flags: tuple[RedFlag, ...]
    classes: tuple[ClassRow, ...]
    course_needs: tuple[str, ...]
    course_rows: tuple[CourseRow, ...]
    course_source: Source
    duration: str
    differentials: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class LightRules:
    """Thresholds of the traffic light: pain 0-10, hours after the end of a session."""

    green_peak_max: int
    red_peak: int
    amber_pre: int
    red_rise: int
    amber_rise: int
    next_from_hours: int
    next_until_hours: int
    together_hours: int
    rest_amber: int
    rest_above_median: int
    median_days: int
    week_amber: int
    week_green: int
    other_side_pain: int
    other_side_times: int
    source: Source


@dataclass(frozen=True, slots=True)
class Step:
    """One run/walk step: minutes per repetition, repetitions, total running minutes."""

    key: str
    label: str
    run_min: float
    walk_min: float
    repetitions: int
    total_run_min: float
    phase: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without running from which steps are taken back."""

    from_days: int
    steps_back: int


@dataclass(frozen=True, slots=True)
class VolumeRules:
    """Growth limits of weekly distance (km) and of a single run."""

    mean_factor: float
    last_factor: float
    last_plus_km: float
    easy_week_every: int
    easy_week_factor: float
    long_run_share: float
    single_run_factor: float
    warn_above: float


@dataclass(frozen=True, slots=True)
class RunningRules:
    """Return to running: step table (lowest first), promotion, gaps, volume.

    ``sources`` says by part of it ("start", "promotion", "pauses", "volume", "cadence") what that rests on.
    """

    steps: tuple[Step, ...]
    first_step: str
    start_steps: tuple[str, ...]
    start_share: float
    start_measure: str
    greens_needed: Mapping[str, int]
    gaps: tuple[Gap, ...]
    restart_step: str
    rest_hours_after_red: int
    sessions_per_week: int
    volume: VolumeRules
    cadence: Mapping[str, Any]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class Dosage:
    """An exercise in a phase: how many, how often, how it grows."""

    exercise: str
    sets: str
    per_week: str
    progression: str
    source: Source
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Education:
    """One thing the patient should have been told in this phase."""

    key: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class WeekShare:
    """Share of the usual weekly distance allowed until a week of the plan (None: from then on)."""

    until_week: int | None
    share: float


@dataclass(frozen=True, slots=True)
class LoadRules:
    """What the patient may load in a phase: texts, weekly share or the volume rule, ceiling at the usual distance.

    ``no_running``: nobody runs yet in this phase, whatever the diary says.
    """

    texts: tuple[str, ...]
    weekly_share: tuple[WeekShare, ...]
    volume_rule: bool
    not_above_usual: bool
    source: Source
    no_running: bool = False


@dataclass(frozen=True, slots=True)
class PhaseDefinition:
    """A stage of the plan: expected weeks per course, goal, load, exit lines, exercises, education."""

    key: str
    title: str
    order: int
    weeks: Mapping[str, tuple[int, int]]
    goal: str
    load: LoadRules
    exit: tuple[Criterion, ...]
    exercises: tuple[Dosage, ...]
    education: tuple[Education, ...]


@dataclass(frozen=True, slots=True)
class FunctionGain:
    """A function score whose gain since the baseline counts as a response."""

    measure: str
    gain_below: float
    maximum_age_days: int | None


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """When to step back, when to look again: counts of lights in a window of days, no response, too long.

    ``response_source`` is what the rule of too little response rests on, ``source`` all the rest.
    """

    window_days: int
    step_back_reds: int
    review_ambers: int
    advance_reds: int
    from_week: int
    pain_measure: str
    pain_drop_below: float
    pain_maximum_age_days: int | None
    function: tuple[FunctionGain, ...]
    return_phase: str
    source: Source
    response_source: Source


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit the plan calls for: week from the start, minutes, kind, window in days around it."""

    week: int
    minutes: int
    type: str
    window_days: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Remeasure:
    """Measures taken again: at every visit, in given weeks, or at a phase's start or exit."""

    measures: tuple[str, ...]
    every_visit: bool
    weeks: tuple[int, ...]
    moments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal written when the plan starts."""

    key: str
    text: str
    measure: str | None
    target: Comparison | None
    due: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole pathway; ``visits_source`` is what its schedule of visits rests on."""

    key: str
    title: str
    version: int
    summary: str
    condition: Mapping[str, Any]
    courses: tuple[Course, ...]
    questionnaire: Questionnaire
    derived: Mapping[str, DerivedValue]
    classification: ClassificationRules
    lights: LightRules
    running: RunningRules | None
    phases: tuple[PhaseDefinition, ...]
    review: ReviewRules
    visits: Mapping[str, tuple[Visit, ...]]
    visits_source: Source
    remeasure: tuple[Remeasure, ...]
    goals: tuple[Goal, ...]
    measures: Mapping[str, MeasureDefinition]
    references: Mapping[str, Reference]
    exercises: Mapping[str, Exercise]
    after_care: AfterCare | None = None
    alarm_signs: tuple[str, ...] = ()

    def phase(self, key: str) -> PhaseDefinition:
        """The phase with this key."""
        return next(phase for phase in self.phases if phase.key == key)

    def course(self, key: str) -> Course:
        """The course with this key."""
        return next(course for course in self.courses if course.key == key)
