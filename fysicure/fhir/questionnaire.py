"""Questionnaire: the questions of an intake, and the outcome questionnaires."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from fysicure.fhir.elements import LOCAL, UCUM, Resource, canonical, coding, fhir_id, meta, ucum, without_empty
from fysicure.fhir.observation import SIDES
from pathways.engine.findings import MeasureDefinition, Option
from pathways.engine.instruments import ACTIVITIES, OWN, SINGLE, SUM, InstrumentDefinition
from pathways.instruments import instrument_definition
from pathways.models import Instrument
from pathways.version_texts import as_measure
from patients.models import Questionnaire

_MINIMUM = "http://hl7.org/fhir/StructureDefinition/minValue"
_MAXIMUM = "http://hl7.org/fhir/StructureDefinition/maxValue"
_UNIT = "http://hl7.org/fhir/StructureDefinition/questionnaire-unit"
# An instrument is what its authors made it; which words a practice used stands with the answers.
INSTRUMENT_VERSION = "1"
TEST = (Option("neg", "negatief"), Option("pos", "positief"))
TYPES = {
    "integer": "integer", "decimal": "decimal", "boolean": "boolean", "test": "choice", "choice": "choice",
    "multiple": "choice", "date": "date", "text": "text", "list": "text",
}  # fmt: skip


def questionnaire(row: Questionnaire) -> Resource:
    """Return the questions of an intake: a group for each section, an item for each measure and side.

    The item of a measure with sides has ".L" or ".R" behind its key. Which of the two is asked follows from the side
    that hurts, so that neither is required by itself, unless it is asked on both sides.
    """
    address = canonical("Questionnaire", fhir_id(row.slug))
    return without_empty(
        {
            "resourceType": "Questionnaire",
            "id": fhir_id(row.slug),
            "meta": meta(version=row.version),
            "url": address,
            "version": str(row.version),
            "title": row.title,
            "status": "active",
            "subjectType": ["Patient"],
            "publisher": settings.PRACTICE_NAME,
            "item": [_section(each) for each in row.document["sections"]],
        }
    )


def measures_of(row: Questionnaire) -> dict[str, MeasureDefinition]:
    """Return the measures that an intake asks, by key. What is worked out from others is not asked."""
    asked = (as_measure(each) for section in row.document["sections"] for each in section["measures"])
    return {each.key: each for each in asked if not each.computed}


def items_of(measure: MeasureDefinition) -> tuple[tuple[str, str], ...]:
    """Return the items of a measure: the id that links question and answer, and the side ("" without)."""
    if not measure.sided:
        return ((measure.key, ""),)
    return tuple((f"{measure.key}.{side}", side) for side in SIDES)


def section_id(key: str) -> str:
    """Return the id of the group of a section. No measure holds the word before its first point."""
    return f"section.{key}"


def option(measure: MeasureDefinition, value: Any) -> Resource | None:
    """Return an answer of a choice as a Coding of the practice; None for what is no answer of it."""
    wanted = {True: "pos", False: "neg"}.get(value, value) if measure.type == "test" else value
    for each in options_of(measure):
        if each.value == wanted:
            return coding(f"{LOCAL}/answer.{fhir_id(measure.key)}", each.value, each.label)
    return None


def options_of(measure: MeasureDefinition) -> tuple[Option, ...]:
    """Return what can be chosen."""
    return TEST if measure.type == "test" else measure.options


def _section(section: Mapping[str, Any]) -> Resource:
    measures = [as_measure(each) for each in section["measures"]]
    asked = [item for each in measures if not each.computed for item in _items(each, bool(section["mandatory"]))]
    words = ": ".join(part for part in (section["title"], section.get("intro", "")) if part)
    return without_empty({"linkId": section_id(section["key"]), "text": words, "type": "group", "item": asked})


def _items(measure: MeasureDefinition, is_mandatory: bool) -> Iterator[Resource]:
    for link, side in items_of(measure):
        words = measure.question or measure.label
        repeats = measure.type == "multiple" or (measure.type == "list" and measure.item != "record")
        choices = [{"valueCoding": option(measure, each.value)} for each in options_of(measure)]
        yield without_empty(
            {
                "extension": [*_range(measure.type, measure.minimum, measure.maximum), *_unit(measure)],
                "linkId": link,
                "code": [coding(f"{LOCAL}/measure", measure.key, measure.label)],
                "text": f"{words} ({SIDES[side]})" if side else words,
                "type": "decimal" if measure.item in {"decimal", "integer"} else TYPES[measure.type],
                "required": (is_mandatory and measure.sides != "affected") or None,
                "repeats": repeats or None,
                "maxLength": measure.length if measure.type == "text" else None,
                "answerOption": choices if measure.type in {"test", "choice", "multiple"} else [],
            }
        )


def _range(kind: str, low: Any, high: Any) -> list[Resource]:
    name = {"integer": "valueInteger", "decimal": "valueDecimal"}.get(kind)
    if name is None:
        return []
    write = int if kind == "integer" else float
    bounds = ((_MINIMUM, low), (_MAXIMUM, high))
    return [{"url": url, name: write(limit)} for url, limit in bounds if limit is not None]


def _unit(measure: MeasureDefinition) -> list[Resource]:
    code = ucum(measure.unit)
    return [{"url": _UNIT, "valueCoding": coding(UCUM, code, measure.unit)}] if code else []


def instrument_questionnaire(row: Instrument) -> Resource:
    """Return an outcome questionnaire: its items and the range of an answer.

    The words of an item stand in it only where they are the program's own. What a practice typed with permission of
    whoever owns the text is not passed on: the items then have a number.
    """
    definition = instrument_definition(row)
    own = definition.texts.get("nl") if definition.wording == OWN else None
    words = own.items if own else ()
    return without_empty(
        {
            "resourceType": "Questionnaire",
            "id": fhir_id(row.pk),
            "meta": meta(version=INSTRUMENT_VERSION),
            "url": canonical("Questionnaire", fhir_id(row.pk)),
            "version": INSTRUMENT_VERSION,
            "title": row.title,
            "status": "active",
            "subjectType": ["Patient"],
            "publisher": settings.PRACTICE_NAME,
            "description": own.instruction if own else "",
            "copyright": definition.licence,
            "item": list(_instrument_items(definition, words)),
        }
    )


def _instrument_items(definition: InstrumentDefinition, words: tuple[str, ...]) -> Iterator[Resource]:
    def score(link: str, text: str) -> Resource:
        bounds = _range("decimal", *definition.item_range)
        return {"extension": bounds, "linkId": link, "text": text, "type": "decimal"}

    if definition.scoring == SINGLE:
        text = words[0] if words else definition.title
        yield score("value", text)
        if definition.sided:
            yield from (score(f"value.{side}", f"{text} ({name})") for side, name in SIDES.items())
    if definition.scoring == SUM:
        for number in range(1, definition.items + 1):
            yield score(str(number), words[number - 1] if len(words) >= number else f"Vraag {number}")
    if definition.scoring == ACTIVITIES:
        name = {"linkId": "activities.name", "text": "Activiteit", "type": "string"}
        parts = [name, score("activities.score", "Score")]
        yield {"linkId": "activities", "text": "Activiteiten", "type": "group", "repeats": True, "item": parts}
    if definition.scoring != SINGLE:
        total = {"linkId": "total", "text": "Totaal van een vragenlijst op papier", "type": "decimal"}
        yield {"extension": _range("decimal", *definition.range), **total}
