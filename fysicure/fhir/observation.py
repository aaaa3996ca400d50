"""Observation: what was measured or asked."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fysicure.fhir.elements import (
    LOCAL,
    Resource,
    coded,
    coding,
    concept,
    fhir_id,
    instant,
    local,
    quantity,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from patients.models import Measure, Observation

CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATIONS = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_POSITIVE = {True: ("POS", "Positive"), False: ("NEG", "Negative")}
SIDES = {"L": "links", "R": "rechts"}
_NONE_CHOSEN = ("none", "niets daarvan")
Type = Measure.Type
# Scores of questionnaires that a patient fills in, and what a patient tells: a survey; the rest is an examination.
# A search asks the same of the rows (fysicure/fhir/server/plan_kinds.py).
TOLD = {Type.CHOICE, Type.MULTIPLE, Type.DATE, Type.TEXT, Type.LIST}


def observation(row: Observation, *, lookup: Lookup = NOTHING, is_replaced: bool | None = None) -> Resource:
    """Return one value of one measure.

    A value that was corrected later is told to have been entered in error, the one that corrects it as corrected.
    Reads the measure, and `replaced_by` when `is_replaced` is not given: fetch them along.
    """
    measure, gone = row.measure, hasattr(row, "replaced_by") if is_replaced is None else is_replaced
    later = "corrected" if row.replaces_id else "final"
    is_told = measure.type in TOLD or bool(measure.definition.get("patient")) or row.measure_id.startswith("rf_")
    return without_empty(
        {
            "resourceType": "Observation",
            "id": str(row.pk),
            "status": "entered-in-error" if gone else later,
            "category": [coded("", system=CATEGORIES, code="survey" if is_told else "exam")],
            "code": code_of(measure, lookup),
            "bodySite": body_site(row.side, row.measure_id, lookup),
            "subject": reference("Patient", row.patient_id),
            "encounter": reference("Encounter", row.encounter_id),
            "effectiveDateTime": instant(row.effective_at),
            "performer": [lookup.person(row.entered_by_id)],
            "interpretation": _interpretation(measure, row.value),
            **_value(measure, row.value, row.unit or measure.unit),
            "component": [*_parts(measure, row), *_trials(row, row.unit or measure.unit)],
        }
    )


def code_of(measure: Measure, lookup: Lookup) -> Resource:
    """Return what was measured: the certain codes, the practice's own, and words."""
    own = coding(f"{LOCAL}/measure", measure.key, measure.label)
    return concept(measure.label, *lookup.codes("measure", measure.key), own)


def body_site(side: str, key: str, lookup: Lookup) -> Resource | None:
    """Return the side in words, with a code of the place where the table has a certain one for this measure."""
    words = SIDES.get(side, "")
    return concept(words, *lookup.codes("body-site", f"{key}.{side}")) if words else None


def _interpretation(measure: Measure, value: Any) -> list[Resource]:
    """A provocation test is positive or negative; any other yes or no is not a result of a test."""
    if measure.type != Type.TEST or not isinstance(value, bool):
        return []
    code, words = _POSITIVE[value]
    return [{"coding": [coding(_INTERPRETATIONS, code, words)]}]


def _value(measure: Measure, value: Any, unit: str) -> Resource:
    if measure.type in {Type.MULTIPLE, Type.LIST} and isinstance(value, list) and value:
        return {}
    if measure.type == Type.MULTIPLE:
        return {"valueCodeableConcept": concept(_NONE_CHOSEN[1], coding(f"{LOCAL}/answer", *_NONE_CHOSEN))}
    if measure.type == Type.CHOICE and isinstance(value, str):
        return {"valueCodeableConcept": _choice(measure, value)}
    if measure.type == Type.DATE and isinstance(value, str):
        return {"valueDateTime": value}
    if (
        measure.type == Type.INTEGER
        and isinstance(value, int | float)
        and float(value).is_integer()
        and unit.startswith("/")
    ):
        return {"valueInteger": int(value)}
    return value_of(value, unit=unit)


def _choice(measure: Measure, value: str) -> Resource:
    labels = {each["value"]: each["label"] for each in measure.definition.get("options", ())}
    words = labels.get(value, value)
    return concept(words, coding(f"{LOCAL}/answer.{fhir_id(measure.key)}", value, words))


def _parts(measure: Measure, row: Observation) -> list[Resource]:
    """The values of an answer that has several: each a component."""
    if not isinstance(row.value, list) or measure.type not in {Type.MULTIPLE, Type.LIST}:
        return []
    code = local("measure", measure.key, measure.label)
    if measure.type == Type.MULTIPLE:
        return [{"code": code, "valueCodeableConcept": _choice(measure, str(each))} for each in row.value]
    return [{"code": code, **value_of(_words(each), unit=row.unit or measure.unit)} for each in row.value]


def _words(value: Any) -> Any:
    return "; ".join(f"{key}: {each}" for key, each in value.items()) if isinstance(value, Mapping) else value


def _trials(row: Observation, unit: str) -> list[Resource]:
    """The attempts that a value is the mean of; one that was left out says so."""
    found = []
    for each in row.component if isinstance(row.component, list) else ():
        if isinstance(each, Mapping) and isinstance(each.get("value"), int | float | str):
            left_out = bool(each.get("left_out"))
            code = local(
                "trial", "left-out" if left_out else "counted", "poging, niet meegeteld" if left_out else "poging"
            )
            found.append({"code": code, "valueQuantity": quantity(float(each["value"]), unit)})
    return found


def value_of(value: Any, *, unit: str = "") -> Resource:
    """Return the value[x] that fits: yes or no, a whole number without unit, a quantity, or words."""
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and not unit:
        return {"valueInteger": value}
    if isinstance(value, int | float | Decimal):
        return {"valueQuantity": quantity(value if isinstance(value, int) else float(value), unit)}
    if isinstance(value, list):
        return {"valueString": ", ".join(str(each) for each in value) or "-"}
    return {"valueString": str(value) if value not in (None, "") else "-"}


def observation_from(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an Observation of ours says, as columns: measure_id, side, value, unit, effective_at.

    Raises ValueError for an Observation that names no measure of the practice. The rows of a list of records come
    back as words.
    """
    own = [each["code"] for each in resource["code"].get("coding", ()) if each.get("system") == f"{LOCAL}/measure"]
    if len(own) != 1:
        raise ValueError("no measure of the practice")
    words = {text: side for side, text in SIDES.items()}
    value, unit = _value_from(resource)
    return {
        "measure_id": own[0],
        "side": words.get(resource.get("bodySite", {}).get("text", ""), ""),
        "value": value,
        "unit": unit,
        "effective_at": datetime.datetime.fromisoformat(resource["effectiveDateTime"]),
    }


def _value_from(resource: Mapping[str, Any]) -> tuple[Any, str]:
    """The value and its unit; "" when the resource has no unit, which a score such as 3/10 has not."""
    name = next((each for each in resource if each.startswith("value")), "")
    if not name:
        parts = [each for each in resource.get("component", ()) if "/measure" in each["code"]["coding"][0]["system"]]
        values = [_value_from(each) for each in parts]
        return [value for value, _unit in values], next((unit for _value, unit in values), "")
    found = resource[name]
    if name == "valueQuantity":
        return found["value"], found.get("unit", "")
    if name == "valueCodeableConcept":
        code = found["coding"][0]["code"]
        return ([] if found["coding"][0]["system"] == f"{LOCAL}/answer" else code), ""
    return found, ""
