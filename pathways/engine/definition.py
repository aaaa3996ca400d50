"""From a document (YAML read as mappings) to a ``Definition``."""

from collections.abc import Mapping, Sequence
from typing import Any

from pathways.engine.after_care import AfterCare, RestartRow
from pathways.engine.checks import Fault, validate_document
from pathways.engine.comparison import parse_comparison
from pathways.engine.conditions import parse_condition
from pathways.engine.criterion import parse_criterion
from pathways.engine.derived import INPUTS, DerivedValue
from pathways.engine.findings import Consistency, MeasureDefinition
from pathways.engine.model import (
    ClassificationRules,
    ClassRow,
    Course,
    CourseRow,
    Definition,
    Dosage,
    Education,
    Exercise,
    FunctionGain,
    Gap,
    Goal,
    LightRules,
    LoadRules,
    PhaseDefinition,
    Questionnaire,
    RedFlag,
    Reference,
    Remeasure,
    ReviewRules,
    Rule,
    RunningRules,
    Section,
    Step,
    Visit,
    VolumeRules,
    WeekShare,
)
from pathways.engine.source import Source

Row = Mapping[str, Any]
# The parts of the running rules that say what they rest on.
SOURCED_PARTS = ("start", "promotion", "pauses", "volume", "cadence")


class InvalidDefinition(ValueError):
    """The document has faults; ``faults`` lists them all."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"{fault.path}: {fault.reason}" for fault in faults))
        self.faults = tuple(faults)


def parse_definition(
    document: Row,
    measures: Mapping[str, MeasureDefinition],
    references: Mapping[str, Reference],
    exercises: Mapping[str, Exercise],
) -> Definition:
    """Build a pathway; raises ``InvalidDefinition`` with every fault when the document is not right."""
    faults = validate_document(document, measures=measures, references=references, exercises=exercises)
    if faults:
        raise InvalidDefinition(faults)
    courses = tuple(Course(row["key"], row["label"], _pair(row["total_weeks"])) for row in document["courses"])
    visits = document["visits"]
    return Definition(
        key=document["key"],
        title=document["title"],
        version=document["version"],
        summary=document.get("summary", ""),
        condition=document["condition"],
        courses=courses,
        questionnaire=_questionnaire(document["questionnaire"]),
        derived={key: _derived(key, row) for key, row in document["derived"].items()},
        classification=_classification(document["classification"]),
        lights=LightRules(**_without_source(document["lights"]), source=_source(document["lights"])),
        running=_running(document["running"]) if "running" in document else None,
        phases=tuple(_phase(row) for row in document["phases"]),
        review=_review(document["review"]),
        visits={course: tuple(_visit(row) for row in rows) for course, rows in visits["schedule"].items()},
        visits_source=_source(visits),
        remeasure=tuple(_remeasure(row) for row in visits["remeasure"]),
        goals=tuple(_goal(row) for row in document["goals"]),
        measures=measures,
        references=references,
        exercises=exercises,
        after_care=_after_care(document["after_care"]) if "after_care" in document else None,
        alarm_signs=tuple(document.get("alarm_signs", ())),
    )


def _pair(values: Sequence[int]) -> tuple[int, int]:
    return values[0], values[1]


def _source(row: Row) -> Source:
    reference = row.get("reference", ())
    keys = (reference,) if isinstance(reference, str) else tuple(reference)
    return Source(keys, row.get("practice_choice", False))


def _without_source(row: Row) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("reference", "practice_choice")}


def _questionnaire(row: Row) -> Questionnaire:
    sections = tuple(
        Section(s["key"], s["title"], s.get("intro", ""), s.get("mandatory", False), tuple(s["measures"]))
        for s in row["sections"]
    )
    return Questionnaire(sections, tuple(Consistency(**each) for each in row.get("consistency", ())))


def _derived(key: str, row: Row) -> DerivedValue:
    numbers = ("percent", "none_from", "cap")
    inputs = {name: row[name] for name in (*INPUTS[row["compute"]], *numbers) if name in row}
    return DerivedValue(
        key,
        row["label"],
        row["compute"],
        inputs,
        row.get("decimals", 0),
        _source(row),
        sided=row.get("sided", False),
        shown=row.get("shown", True),
    )


def _rule(row: Row) -> Rule:
    when = parse_condition(row["when"]) if "when" in row else None
    return Rule(row["key"], row["label"], when, _source(row), row.get("pointing", ""))


def _red_flag(row: Row) -> RedFlag:
    also = parse_condition(row["also_when"]) if "also_when" in row else None
    return RedFlag(row["key"], row["label"], row["urgency"], row["action"], row["patient_text"], also, _source(row))


def _class_row(row: Row) -> ClassRow:
    counts = [parse_comparison(row[name]) if name in row else None for name in ("criteria", "contra")]
    return ClassRow(row["class"], row["plan"], counts[0], counts[1], row.get("title", ""))


def _classification(row: Row) -> ClassificationRules:
    course = row["course"]
    return ClassificationRules(
        minimum_age=row["minimum_age"],
        criteria=tuple(_rule(each) for each in row["criteria"]),
        contra=tuple(_rule(each) for each in row["contra"]),
        red_flags=tuple(_red_flag(each) for each in row["red_flags"]),
        classes=tuple(_class_row(each) for each in row["classes"]),
        course_needs=tuple(course["needs"]),
        course_rows=tuple(
            CourseRow(each["course"], parse_condition(each["when"]) if "when" in each else None)
            for each in course["rows"]
        ),
        course_source=_source(course),
        duration=course["duration"],
        differentials=tuple(_rule(each) for each in row["differentials"]),
    )


def _running(row: Row) -> RunningRules:
    return RunningRules(
        steps=tuple(Step(**each) for each in row["steps"]),
        first_step=row["first_step"],
        start_steps=tuple(row["start"]["steps"]),
        start_share=row["start"]["share"],
        start_measure=row["start"]["measure"],
        greens_needed=row["greens_needed"],
        gaps=tuple(sorted((Gap(**each) for each in row["gaps"]), key=lambda gap: gap.from_days)),
        restart_step=row["restart_step"],
        rest_hours_after_red=row["rest_hours_after_red"],
        sessions_per_week=row["sessions_per_week"],
        volume=VolumeRules(**_without_source(row["volume"])),
        cadence=row["cadence"],
        sources={
            name: _source(part) for name, part in row.items() if name in SOURCED_PARTS and isinstance(part, Mapping)
        },
    )


def _load(row: Row) -> LoadRules:
    shares = tuple(WeekShare(each.get("until_week"), each["share"]) for each in row.get("weekly_share", ()))
    return LoadRules(
        texts=tuple(row["texts"]),
        weekly_share=shares,
        volume_rule=row.get("volume_rule", False),
        not_above_usual=row.get("not_above_usual", True),
        source=_source(row),
        no_running=row.get("no_running", False),
    )


def _phase(row: Row) -> PhaseDefinition:
    return PhaseDefinition(
        key=row["key"],
        title=row["title"],
        order=row["order"],
        weeks={course: _pair(weeks) for course, weeks in row["weeks"].items()},
        goal=row["goal"],
        load=_load(row["load"]),
        exit=tuple(parse_criterion(each, _source(each), row.get("maximum_age_days", 14)) for each in row["exit"]),
        exercises=tuple(
            Dosage(
                each["exercise"],
                each["sets"],
                str(each["per_week"]),
                each.get("progression", ""),
                _source(each),
                each.get("optional", False),
            )
            for each in row["exercises"]
        ),
        education=tuple(Education(each["key"], each["text"], _source(each)) for each in row["education"]),
    )


def _review(row: Row) -> ReviewRules:
    response = row["no_response"]
    return ReviewRules(
        window_days=row["window_days"],
        step_back_reds=row["step_back_reds"],
        review_ambers=row["review_ambers"],
        advance_reds=row["advance_reds"],
        from_week=response["from_week"],
        pain_measure=response["pain"]["measure"],
        pain_drop_below=response["pain"]["drop_below"],
        pain_maximum_age_days=response["pain"]["maximum_age_days"],
        function=tuple(FunctionGain(**each) for each in response["function"]),
        return_phase=row["return_phase"],
        source=_source(row),
        response_source=_source(response),
    )


def _visit(row: Row) -> Visit:
    return Visit(row["week"], row["minutes"], row["type"], _pair(row["window_days"]))


def _remeasure(row: Row) -> Remeasure:
    return Remeasure(
        tuple(row["measures"]),
        row.get("every_visit", False),
        tuple(row.get("weeks", ())),
        tuple(row.get("moments", ())),
    )


def _after_care(row: Row) -> AfterCare:
    restart = tuple(RestartRow(each["phase"], each.get("worst_pain_at_most")) for each in row.get("restart", ()))
    return AfterCare(tuple(row["check_in_weeks"]), restart, row.get("restart_course", ""), _source(row))


def _goal(row: Row) -> Goal:
    target = parse_comparison(row["target"]) if "target" in row else None
    return Goal(row["key"], row["text"], row.get("measure"), target, row["due"])
