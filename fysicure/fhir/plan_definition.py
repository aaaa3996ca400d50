"""PlanDefinition: a care pathway as the practice wrote it."""

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from fysicure.fhir.care_plan import dosage_in_words
from fysicure.fhir.elements import (
    EXTENSION,
    LOCAL,
    Resource,
    canonical,
    coded,
    coding,
    concept,
    day,
    fhir_id,
    instant,
    meta,
    per_week,
    without_empty,
)
from fysicure.fhir.goal import target_of
from fysicure.fhir.lookup import NOTHING, Lookup
from pathways.definitions import definition_of
from pathways.engine.criterion import Criterion
from pathways.engine.model import Definition, Goal, PhaseDefinition, Reference
from pathways.engine.source import Source
from pathways.models import PathwayVersion

_TYPES = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_STATUSES = {"published": "active", "retired": "retired"}
_STRENGTHS = {"strong": "sterk", "moderate": "matig", "weak": "zwak"}
PRACTICE_CHOICE = "Keuze van de praktijk, niet uit een publicatie."


def plan_definition(version: PathwayVersion, *, lookup: Lookup = NOTHING) -> Resource:
    """Return one text of a pathway: a phase is an action that stops when its criteria are met, by the therapist.

    Criteria are given in words: no engine elsewhere can work them out, and none should. Reads the pathway of the
    version: fetch it along. Raises InvalidDefinition for a draft with faults.
    """
    definition = definition_of(version)
    name = fhir_id(version.pathway_id)
    condition = definition.condition
    return without_empty(
        {
            "resourceType": "PlanDefinition",
            "id": name,
            "meta": meta(version=version.number, updated=version.retired_at or version.published_at),
            "url": canonical("PlanDefinition", name),
            "version": str(version.number),
            "title": definition.title,
            "type": coded("", system=_TYPES, code="clinical-protocol"),
            "status": _STATUSES.get(version.status, "draft"),
            "date": instant(version.published_at or version.created_at),
            "publisher": settings.PRACTICE_NAME,
            "description": definition.summary,
            "topic": [concept(condition.get("label", definition.title), *lookup.codes("pathway", definition.key))],
            "approvalDate": day(timezone.localdate(version.reviewed_at)) if version.reviewed_at else None,
            "relatedArtifact": [citation(each) for each in _cited(definition)],
            "goal": [_goal(each, definition) for each in definition.goals],
            "action": list(_phases(definition)),
        }
    )


def citation(row: Reference) -> Resource:
    """Return a publication, how strong it is in words, and its DOI where that is known."""
    strength = _STRENGTHS.get(row.strength, row.strength)
    return without_empty(
        {
            "type": "citation",
            "label": row.key,
            "display": f"{row.design}; bewijskracht: {strength}" if row.design else f"bewijskracht: {strength}",
            "citation": row.citation,
            "url": f"https://doi.org/{row.doi}" if row.doi else "",
        }
    )


def _cited(definition: Definition) -> list[Reference]:
    """The publications that phases, criteria, exercises and education name, in the order of their keys."""
    rules = definition.classification
    sources = [each.source for each in (*rules.criteria, *rules.contra, *rules.differentials)]
    sources += [each.source for each in rules.red_flags]
    for phase in definition.phases:
        sources += [phase.load.source, *(each.source for each in phase.exit)]
        sources += [each.source for each in phase.exercises] + [each.source for each in phase.education]
    keys = sorted({key for source in sources for key in source.references})
    return [definition.references[key] for key in keys]


def _documents(source: Source, definition: Definition) -> list[Resource]:
    found = [citation(definition.references[key]) for key in source.references]
    return found or ([{"type": "justification", "display": PRACTICE_CHOICE}] if source.practice_choice else [])


def _goal(goal: Goal, definition: Definition) -> Resource:
    measure = definition.measures.get(goal.measure or "")
    target = target_of(goal.target, measure.key, measure.label, measure.unit) if goal.target and measure else {}
    if target and "detailQuantity" not in target:
        wanted = target.pop("detailString", None) or {True: "ja", False: "nee"}[target.pop("detailBoolean")]
        target["detailCodeableConcept"] = concept(wanted)
    return without_empty(
        {"id": fhir_id(goal.key), "description": coded(goal.text), "target": [target] if target else []}
    )


def _phases(definition: Definition) -> Iterator[Resource]:
    before = ""
    for phase in definition.phases:
        after = [{"actionId": before, "relationship": "after-end"}] if before else []
        before = fhir_id(phase.key)
        parts = [*_exercises(phase, definition), *_education(phase, definition)]
        yield without_empty(
            {
                "id": before,
                "title": phase.title,
                "description": phase.goal,
                "textEquivalent": " ".join([_weeks(phase, definition), *phase.load.texts]),
                "code": [concept(phase.title, coding(f"{LOCAL}/phase", phase.key))],
                "documentation": _documents(phase.load.source, definition),
                "condition": [_stops(each) for each in phase.exit],
                "relatedAction": after,
                "action": parts,
            }
        )


def _weeks(phase: PhaseDefinition, definition: Definition) -> str:
    rows = [(each.label, phase.weeks[each.key]) for each in definition.courses if each.key in phase.weeks]
    words = [f"{name}: {low} weken" if low == high else f"{name}: {low} tot {high} weken" for name, (low, high) in rows]
    return f"Verwachte duur: {'; '.join(words)}." if words else ""


def _stops(criterion: Criterion) -> Resource:
    """A line that must be met before the phase ends, as a sentence in an extension.

    R4 takes an expression in CQL, FHIRPath or as a query only. Ours look back over days of a diary with three-valued
    answers; a made-up translation could not be trusted.
    """
    words = " ".join(criterion.label.split())
    return {"kind": "stop", "extension": [{"url": f"{EXTENSION}/criterion", "valueString": words}]}


def _exercises(phase: PhaseDefinition, definition: Definition) -> Iterator[Resource]:
    for dose in phase.exercises:
        exercise = definition.exercises[dose.exercise]
        yield without_empty(
            {
                "id": f"{fhir_id(phase.key)}.{fhir_id(dose.exercise)}",
                "title": exercise.name,
                "description": dosage_in_words(dose.sets, dose.per_week, dose.progression),
                "code": [concept(exercise.name, coding(f"{LOCAL}/exercise", exercise.code))],
                "documentation": _documents(dose.source, definition),
                "timingTiming": per_week(dose.per_week),
                "requiredBehavior": "could" if dose.optional else "must",
            }
        )


def _education(phase: PhaseDefinition, definition: Definition) -> Iterator[Resource]:
    for lesson in phase.education:
        yield without_empty(
            {
                "id": f"{fhir_id(phase.key)}.uitleg.{fhir_id(lesson.key)}",
                "title": "Uitleg",
                "description": lesson.text,
                "documentation": _documents(lesson.source, definition),
            }
        )
