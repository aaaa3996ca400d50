"""QuestionnaireResponse: intakes and outcome questionnaires. Each answer stands under the link of its question."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from fysicure.fhir.elements import (
    EXTENSION,
    Resource,
    canonical,
    fhir_id,
    instant,
    meta,
    present,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from fysicure.fhir.questionnaire import INSTRUMENT_VERSION, TYPES, items_of, measures_of, option, section_id
from pathways.engine.findings import MeasureDefinition
from pathways.intake import SIDES, Field, affected_sides, check_field
from pathways.models import InstrumentText, OutcomeResponse
from patients.intake import REVISIONS
from patients.models import IntakeResponse

_AS_TYPED = f"{EXTENSION}/as-typed"


def intake_response(row: IntakeResponse) -> Resource:
    """Return the answers of an intake, in the types of their questions.

    What was typed and cannot be read (a draft may hold it) is no answer: it stands in an extension, as typed. Reads
    questionnaire, episode and contact: fetch them along.
    """
    form = row.questionnaire
    measures, typed = measures_of(form), _typed(row)
    sections = [
        {"linkId": section_id(each["key"]), "item": list(_section(each, measures, typed))}
        for each in form.document["sections"]
    ]
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": str(row.pk),
            "meta": meta(version=row.revision + 1, updated=row.updated_at),
            "questionnaire": canonical("Questionnaire", fhir_id(form.slug), form.version),
            "status": row.status,
            "subject": reference("Patient", row.episode.patient_id),
            "encounter": reference("Encounter", row.encounter_id),
            "authored": instant(row.completed_at or row.updated_at),
            "author": reference("Practitioner", row.encounter.practitioner_id),
            "item": [each for each in sections if each["item"]],
        }
    )


@dataclass(frozen=True, slots=True)
class _Typed:
    """The answers of an intake by link, the side that hurts, and the day on which they were given."""

    answers: Mapping[str, Any]
    side: str
    as_of: datetime.date

    def in_field(self, measure: MeasureDefinition, link: str, side: str) -> Any:
        """Return what was typed in one field. One that was given by key alone is that of the sides it is asked for."""
        if link in self.answers or not side:
            return self.answers.get(link)
        asked = SIDES if measure.sides == "per_side" else affected_sides(self.side) or ("R",)
        return self.answers.get(measure.key) if side in asked else None


def _typed(row: IntakeResponse) -> _Typed:
    found: dict[str, Any] = {}
    for name, value in row.answers.items():
        by_side = isinstance(value, Mapping)
        if name != REVISIONS:
            found |= {f"{name}.{side}": each for side, each in value.items()} if by_side else {name: value}
    return _Typed(found, row.side, timezone.localdate(row.completed_at or row.updated_at))


def _section(
    section: Mapping[str, Any], measures: Mapping[str, MeasureDefinition], typed: _Typed
) -> Iterator[Resource]:
    for measure in (measures[each["key"]] for each in section["measures"] if each["key"] in measures):
        for link, side in items_of(measure):
            item = _item(Field(link, measure, side, False), typed.in_field(measure, link, side), typed.as_of)
            if item:
                yield item


def _item(field: Field, raw: Any, as_of: datetime.date) -> Resource | None:
    if raw in (None, "", [], {}):
        return None
    value, error = check_field(field, raw, as_of=as_of)
    if error:
        return {"linkId": field.name, "extension": [{"url": _AS_TYPED, "valueString": str(raw).strip() or "-"}]}
    given = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
    answers = present(*(_answer(field.measure, each) for each in given))
    return {"linkId": field.name, "answer": answers} if answers else None


def _answer(measure: MeasureDefinition, value: Any) -> Resource | None:
    kind = measure.item if measure.item in {"decimal", "integer"} else TYPES[measure.type]
    if kind == "choice":
        chosen = option(measure, value)
        return {"valueCoding": chosen} if chosen else None
    if kind == "boolean":
        return {"valueBoolean": value}
    if kind == "date":
        return {"valueDate": value.isoformat()}
    if kind == "integer" and measure.type == "integer":
        return {"valueInteger": int(value)}
    if kind in {"decimal", "integer"}:
        return {"valueDecimal": float(value)}
    words = "; ".join(f"{k}: {v}" for k, v in value.items()) if isinstance(value, Mapping) else str(value)
    return {"valueString": words} if words.strip() else None


def outcome_response(row: OutcomeResponse, *, lookup: Lookup = NOTHING) -> Resource:
    """Return the answers of an outcome questionnaire. Reads the text that they were given to: fetch it along."""
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": str(row.pk),
            "extension": present(_wording(row.text) if row.text_id and row.text else None),
            "questionnaire": canonical("Questionnaire", fhir_id(row.instrument_id), INSTRUMENT_VERSION),
            "status": "completed",
            "subject": reference("Patient", row.patient_id),
            "authored": instant(row.answered_at),
            "author": lookup.person(row.entered_by_id),
            "item": list(_outcome_items(row.answers)),
        }
    )


def _wording(text: InstrumentText) -> Resource:
    """Which words were answered: language and number of the text that the practice typed."""
    return {"url": f"{EXTENSION}/wording", "valueString": f"{text.language} {text.version}"}


def _outcome_items(answers: Any) -> Iterator[Resource]:
    for key, value in answers.items() if isinstance(answers, Mapping) else ():
        if key == "activities":
            yield from _activities(value)
        elif _is_number(value):
            yield {"linkId": str(key), "answer": [{"valueDecimal": float(value)}]}


def _activities(rows: Any) -> Iterator[Resource]:
    """What the patient named: each a group of a name and, when it was given, a score."""
    for row in rows:
        named = [{"linkId": "activities.name", "answer": [{"valueString": row["name"]}]}] if row.get("name") else []
        score = row.get("score")
        if _is_number(score):
            named.append({"linkId": "activities.score", "answer": [{"valueDecimal": float(score)}]})
        if named:
            yield {"linkId": "activities", "item": named}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def answers_from(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a QuestionnaireResponse of ours by the key of their field: numbers, words, lists, codes.

    The groups of sections are left out. A date comes back as text, an answer of a test as "pos" or "neg".
    """
    found: dict[str, Any] = {}
    for item in resource.get("item", ()):
        if item["linkId"] == "activities":
            parts = {each["linkId"].partition(".")[2]: _plain(each["answer"][0]) for each in item["item"]}
            found.setdefault("activities", []).append(parts)
        elif "item" in item:
            found |= answers_from(item)
        elif "answer" in item:
            values = [_plain(each) for each in item["answer"]]
            found[item["linkId"]] = values[0] if len(values) == 1 else values
        else:
            found[item["linkId"]] = item["extension"][0]["valueString"]
    return found


def _plain(answer: Mapping[str, Any]) -> Any:
    value = next(iter(answer.values()))
    return value["code"] if isinstance(value, Mapping) else value
