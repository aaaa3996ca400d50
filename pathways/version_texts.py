"""The parts of a version's text: the document, and what it names as it stood when the text was written."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pathways.engine.findings import MeasureDefinition, Option
from pathways.engine.model import Definition
from pathways.engine.model import Exercise as ExerciseDefinition
from pathways.engine.model import Reference as ReferenceDefinition
from pathways.models import Exercise, Reference
from patients.models import Measure, Questionnaire

Parts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Tables:
    """What a document may name: measures, publications and exercises by key, as the engine reads them."""

    measures: Mapping[str, MeasureDefinition]
    references: Mapping[str, ReferenceDefinition]
    exercises: Mapping[str, ExerciseDefinition]


def stored_tables() -> Tables:
    """Return what the practice knows today. Three queries."""
    return Tables(
        measures={row.pk: as_measure(row.definition) for row in Measure.objects.all() if row.definition},
        references={row.pk: as_reference(row.document) for row in Reference.objects.all() if row.document},
        exercises={row.pk: as_exercise(row.document) for row in Exercise.objects.all() if row.document},
    )


def parts_of(document: Mapping[str, Any], tables: Tables) -> Parts:
    """Return the columns of a version: the document, and what it names of the tables.

    The status of a file is no part of its text. All exercises are kept: a therapist may give a patient another one
    than the pathway names.
    """
    text = json.loads(json.dumps({key: value for key, value in document.items() if key != "status"}, default=str))
    named = set(_words(text))
    return {
        "document": text,
        "measures": {key: plain(row) for key, row in tables.measures.items() if key in named},
        "exercises": {key: plain(row) for key, row in tables.exercises.items()},
        "references": {key: undated(row) for key, row in tables.references.items() if key in named},
    }


def checksum_of(parts: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the four parts of a text."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def says_the_same(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two texts mean the same: the document but for its number, and every row that it names."""
    return _meaning(first) == _meaning(second)


def _meaning(parts: Mapping[str, Any]) -> Parts:
    named = set(_words(parts["document"]))
    meaning = {
        name: {key: row for key, row in parts[name].items() if key in named}
        for name in ("measures", "exercises", "references")
    }
    return {"document": {key: value for key, value in parts["document"].items() if key != "version"}, **meaning}


def _words(node: Any) -> Iterator[str]:
    """Every key and every text in a document: whatever it names is among them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield str(key)
            yield from _words(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from _words(value)


def as_measure(row: Mapping[str, Any]) -> MeasureDefinition:
    """Read a measure as JSON keeps it."""
    return MeasureDefinition(**{**row, "options": tuple(Option(**option) for option in row.get("options", ()))})


def as_exercise(row: Mapping[str, Any]) -> ExerciseDefinition:
    """Read an exercise as JSON keeps it."""
    return ExerciseDefinition(**{**row, "how": tuple(row["how"]), "equipment": tuple(row.get("equipment", ()))})


def as_reference(row: Mapping[str, Any]) -> ReferenceDefinition:
    """Read a publication as JSON keeps it."""
    return ReferenceDefinition(**row)


def undated(row: ReferenceDefinition) -> dict[str, Any]:
    """Return a publication as a text keeps it: when somebody last looked at it changes no rule."""
    return {key: value for key, value in plain(row).items() if key not in {"reviewed_on", "review_due"}}


def plain(row: Any) -> dict[str, Any]:
    """Return a dataclass as JSON keeps it."""
    return dict(json.loads(json.dumps(dataclasses.asdict(row), default=str)))


def questionnaire_of(definition: Definition) -> Questionnaire:
    """Return the questionnaire of a definition: the newest one when it asks the same, else a new version."""
    sections = [
        {
            "key": section.key,
            "title": section.title,
            "intro": section.intro,
            "mandatory": section.mandatory,
            "measures": [plain(definition.measures[key]) for key in section.measures],
        }
        for section in definition.questionnaire.sections
    ]
    document = {"pathway": definition.key, "sections": sections}
    slug = f"{definition.key}-intake"
    newest = Questionnaire.objects.filter(slug=slug).order_by("-version").first()
    if newest is not None and newest.document == document:
        return newest
    number = newest.version + 1 if newest else 1
    return Questionnaire.objects.create(slug=slug, version=number, title=definition.title, document=document)
