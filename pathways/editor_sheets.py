"""The pages of the editor as data: which forms each has, what they begin with, and what they make of a draft."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pathways.editor import criteria, phases, rules, texts
from pathways.editor.document import Document, Row, without
from pathways.editor.phases import phase_index
from pathways.editor.sentences import sentence_of
from pathways.editor_forms.criteria import CriterionForm, LeafForm, subjects_of
from pathways.editor_forms.phases import ExerciseForm, LessonForm, PhaseForm
from pathways.editor_forms.rows import Forms, Library, Part, source_initial
from pathways.editor_forms.rules import (
    FunctionForm,
    LightsForm,
    ResponseForm,
    RestsOnForm,
    ReviewForm,
    VisitForm,
)
from pathways.editor_forms.texts import COMPARATORS, FlagForm, GeneralForm, GoalForm, PlainRuleForm, RuleForm
from pathways.models import PathwayVersion
from pathways.version_texts import Tables, plain, stored_tables

VISITS = "visits_"


@dataclass(frozen=True)
class Sheet:
    """One page: its title, its template, its forms, what saving makes of the document, and where it stands."""

    title: str
    template: str
    parts: list[Part]
    save: Callable[[Forms], Document]
    anchor: str
    extra: Mapping[str, Any] = field(default_factory=dict)


def library_of(version: PathwayVersion, tables: Tables | None = None) -> Library:
    """Return what a draft may name: all that the practice knows today. Three queries."""
    known = tables or stored_tables()
    return Library(
        measures={key: plain(row) for key, row in known.measures.items()},
        exercises={key: plain(row) for key, row in known.exercises.items()},
        references={key: plain(row) for key, row in known.references.items()},
        derived=version.document.get("derived", {}),
    )


def _with_source(row: Row) -> dict[str, Any]:
    return {**without(row, "reference", "practice_choice"), **source_initial(row)}


def general(document: Document, library: Library) -> Sheet:
    """The title and the summary."""
    initial = {"title": document.get("title", ""), "summary": document.get("summary", "")}
    part = Part("general", GeneralForm, initial, options={"library": library})
    return Sheet(
        title=_("Title and summary"),
        template="general",
        parts=[part],
        save=lambda forms: texts.edit_general(document, **forms["general"].cleaned_data),
        anchor="general",
    )


def phase(document: Document, library: Library, key: str) -> Sheet:
    """The words of a phase. Raises KeyError when the document has no such phase."""
    row = document["phases"][phase_index(document, key)]
    courses = [(course["key"], course["label"]) for course in document["courses"]]
    weeks = {course: row["weeks"].get(course, [None, None]) for course, _label in courses}
    initial = {
        "title": row["title"],
        "goal": row["goal"],
        "texts": "\n".join(row["load"].get("texts", ())),
        **source_initial(row["load"]),
        **{f"low_{course}": pair[0] for course, pair in weeks.items()},
        **{f"high_{course}": pair[1] for course, pair in weeks.items()},
    }
    lessons = [_with_source(each) for each in row["education"]]
    parts = [
        Part("phase", PhaseForm, initial, options={"library": library, "courses": courses}),
        Part("education", LessonForm, lessons, many=True, options={"library": library}),
    ]

    def save(forms: Forms) -> Document:
        values = forms["phase"].cleaned_data
        given = {name: values[name] for name in ("title", "goal", "weeks", "texts", "references", "practice_choice")}
        return phases.edit_phase(document, key, **given, education=forms["education"].cleaned_rows)

    return Sheet(row["title"], "phase", parts, save, f"phase-{key}", {"phase": row})


def exercises(document: Document, library: Library, key: str) -> Sheet:
    """The exercises of a phase. Raises KeyError when the document has no such phase."""
    row = document["phases"][phase_index(document, key)]
    rows = [_with_source(each) for each in row["exercises"]]
    part = Part("exercises", ExerciseForm, rows, many=True, options={"library": library})
    return Sheet(
        title=_("Exercises of “%(phase)s”") % {"phase": row["title"]},
        template="exercises",
        parts=[part],
        save=lambda forms: phases.edit_exercises(document, key, forms["exercises"].cleaned_rows),
        anchor=f"phase-{key}",
        extra={"phase": row},
    )


def criterion(document: Document, library: Library, key: str, index: int | None) -> Sheet:
    """One criterion of a phase, or with `index` None a new one. Raises KeyError or IndexError when there is none."""
    row = document["phases"][phase_index(document, key)]
    before: Row = {} if index is None else criteria.criterion_at(document, key, index)
    group, count, leaves = criteria.group_of(before) if before else (criteria.ONE, 1, [])
    begin = {
        "label": before.get("label", ""),
        "group": criteria.grammar().groups[0] if group == criteria.ONE else group,
        "count": count,
        **source_initial(before),
    }
    conditions = [{**criteria.leaf_values(leaf), "place": place} for place, leaf in enumerate(leaves)] or [{}]
    options = {"library": library}
    parts = [
        Part("criterion", CriterionForm, begin, options=options),
        Part("conditions", LeafForm, conditions, many=True, least=1, options=options),
    ]

    def save(forms: Forms) -> Document:
        given = conditions_of(forms, leaves)
        return criteria.with_criterion(document, key, index, leaves=given, **forms["criterion"].cleaned_data)

    sentence = sentence_of(before, library.vocabulary) if before else ""
    extra = {"phase": row, "subjects": subjects_of(library), "sentence": sentence}
    title = before.get("label") or _("New criterion")
    return Sheet(title, "criterion", parts, save, f"phase-{key}", extra)


def conditions_of(forms: Forms, before: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the typed conditions; each keeps what the form does not show of the one that it was."""
    given = []
    for values in forms["conditions"].cleaned_rows:
        place = values.get("place")
        known = before[place] if place is not None and 0 <= place < len(before) else None
        given.append(criteria.leaf_of(values, known))
    return given


def typed_sentence(document: Document, library: Library, key: str, index: int | None, forms: Forms) -> str:
    """Return what typed conditions would ask, in a sentence; empty when they are not whole yet."""
    if not forms["conditions"].is_valid():
        return ""
    before = [] if index is None else criteria.group_of(criteria.criterion_at(document, key, index))[2]
    forms["criterion"].is_valid()
    words = forms["criterion"].cleaned_data
    body = criteria.joined(
        conditions_of(forms, before), words.get("group") or criteria.grammar().groups[0], words.get("count") or 1
    )
    return sentence_of(body, library.vocabulary)


def flags(document: Document, library: Library) -> Sheet:
    """The red flags."""
    rows = [_with_source(row) for row in document["classification"]["red_flags"]]
    part = Part("flags", FlagForm, rows, many=True, least=1, options={"library": library})
    return Sheet(
        title=_("Red flags"),
        template="flags",
        parts=[part],
        save=lambda forms: texts.edit_flags(document, forms["flags"].cleaned_rows),
        anchor="flags",
    )


def classification(document: Document, library: Library) -> Sheet:
    """The words of the classification's rules; their conditions are kept."""
    kinds: list[tuple[str, type[RuleForm]]] = [
        ("criteria", PlainRuleForm),
        ("contra", PlainRuleForm),
        ("differentials", RuleForm),
    ]
    parts = [
        Part(
            name,
            form,
            [_with_source(row) for row in document["classification"][name]],
            many=True,
            options={"library": library},
        )
        for name, form in kinds
    ]

    def save(forms: Forms) -> Document:
        changed = document
        for name in texts.RULES:
            changed = texts.edit_rules(changed, name, forms[name].cleaned_rows)
        return changed

    return Sheet(_("Findings for and against"), "classification", parts, save, "classification")


def goals(document: Document, library: Library) -> Sheet:
    """The goals that are written when a plan starts."""
    dues = [(f"{row['key']}.exit", _("end of “%(phase)s”") % {"phase": row["title"]}) for row in document["phases"]]
    rows = [_goal_initial(row, library) for row in document["goals"]]
    part = Part("goals", GoalForm, rows, many=True, options={"library": library, "dues": dues})
    return Sheet(
        title=_("Goals"),
        template="goals",
        parts=[part],
        save=lambda forms: texts.edit_goals(document, forms["goals"].cleaned_rows),
        anchor="goals",
    )


def _goal_initial(row: Row, library: Library) -> dict[str, Any]:
    target = row.get("target", {})
    operator = next((name for name, _label in COMPARATORS if name in target), "")
    measure = row.get("measure", "")
    return {
        **row,
        "measure": library.measure_labels.get(measure, measure),
        "operator": operator,
        "threshold": target.get(operator),
    }


def lights(document: Document, library: Library) -> Sheet:
    """The thresholds of the traffic light."""
    part = Part("lights", LightsForm, _with_source(document["lights"]), options={"library": library})

    def save(forms: Forms) -> Document:
        values = forms["lights"].cleaned_data
        source = {name: values[name] for name in ("references", "practice_choice")}
        return rules.edit_lights(document, values, **source)

    return Sheet(_("Thresholds of the traffic light"), "lights", [part], save, "lights")


def review(document: Document, library: Library) -> Sheet:
    """When a plan goes a phase back, and when it is looked at again."""
    row = document["review"]
    response = row["no_response"]
    options = {"library": library}
    choices = [(each["key"], each["title"]) for each in document["phases"]]
    begin = {"from_week": response["from_week"], **response["pain"], **source_initial(response)}
    parts = [
        Part("review", ReviewForm, _with_source(row), options={**options, "phases": choices}),
        Part("response", ResponseForm, begin, options=options),
        Part("function", FunctionForm, response["function"], many=True, least=1, options=options),
    ]
    return Sheet(_("When to look again"), "review", parts, lambda forms: _save_review(document, forms), "review")


def _save_review(document: Document, forms: Forms) -> Document:
    review, pain = forms["review"].cleaned_data, forms["response"].cleaned_data
    return rules.edit_review(
        document,
        counts={name: review[name] for name in rules.COUNTS},
        return_phase=review["return_phase"],
        references=review["references"],
        practice_choice=review["practice_choice"],
        response={
            **{name: pain[name] for name in ("from_week", "references", "practice_choice")},
            "pain": {name: pain[name] for name in ("measure", "drop_below", "maximum_age_days")},
            "function": forms["function"].cleaned_rows,
        },
    )


def visits(document: Document, library: Library) -> Sheet:
    """The visits that a plan calls for, per course."""
    schedule = document["visits"]["schedule"]
    options = {"library": library}
    names = {f"{VISITS}{course['key']}": course["label"] for course in document["courses"]}
    parts = [Part(name, VisitForm, _visits(schedule, name), many=True, least=1, options=options) for name in names]
    parts.append(Part("source", RestsOnForm, source_initial(document["visits"]), options=options))

    def save(forms: Forms) -> Document:
        written = {name.removeprefix(VISITS): [_visit(row) for row in forms[name].cleaned_rows] for name in names}
        source = forms["source"].cleaned_data
        return rules.edit_visits(
            document, written, references=source["references"], practice_choice=source["practice_choice"]
        )

    return Sheet(_("Visits"), "visits", parts, save, "visits", {"courses": names})


def _visits(schedule: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = schedule.get(name.removeprefix(VISITS), ())
    return [{**row, "before": -row["window_days"][0], "after": row["window_days"][1]} for row in rows]


def _visit(row: Row) -> dict[str, Any]:
    kept = {name: row[name] for name in ("week", "minutes", "type")}
    return {**kept, "window_days": [-row["before"], row["after"]]}
