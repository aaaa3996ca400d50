"""Observation: what was measured or asked, and what the patient logs."""

from decimal import Decimal
from typing import Any

from fysicure.fhir.elements import Resource, coded, instant, label, local, pain_score, reference, without_empty
from pathways.models import DiaryEntry
from patients.models import Observation

_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_SIDES = {"L": "links", "R": "rechts"}


def observation(row: Observation) -> Resource:
    """Return one value of one measure. A value that was corrected later is told to have been entered in error."""
    side = _SIDES.get(row.side, "")
    return without_empty(
        {
            "resourceType": "Observation",
            "id": str(row.pk),
            "status": "entered-in-error" if hasattr(row, "replaced_by") else "final",
            "category": [coded("", system=_CATEGORIES, code="exam")],
            "code": local("measure", row.measure_id, row.measure.label),
            "bodySite": coded(side) if side else None,
            "subject": reference("Patient", row.patient_id),
            "encounter": reference("Encounter", row.encounter_id),
            "effectiveDateTime": instant(row.effective_at),
            **value_of(row.value, unit=row.unit or row.measure.unit),
        }
    )


def value_of(value: Any, *, unit: str = "") -> Resource:
    """Return the value[x] that fits; words for choices, the unit in words since not all of ours are UCUM."""
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, int) and not unit:
        return {"valueInteger": value}
    if isinstance(value, int | float | Decimal):
        return {"valueQuantity": without_empty({"value": float(value), "unit": unit})}
    if isinstance(value, list):
        return {"valueString": ", ".join(str(each) for each in value) or "-"}
    return {"valueString": str(value) if value not in (None, "") else "-"}


def diary_entry(row: DiaryEntry) -> Resource:
    """Return a session of the diary, its pain scores (NPRS 0-10) as components; one not given is absent."""
    scores = [("pre", row.pre), ("during", row.during), ("after", row.after), ("next", row.next)]
    words = {each.name: str(each.verbose_name) for each in DiaryEntry._meta.concrete_fields}
    given = [(name, value) for name, value in scores if value is not None]
    return without_empty(
        {
            "resourceType": "Observation",
            "id": str(row.pk),
            "status": "final",
            "category": [coded("", system=_CATEGORIES, code="survey")],
            "code": local("diary", row.kind, label(row, "kind")),
            "subject": reference("Patient", row.patient_id),
            "effectivePeriod": {"start": instant(row.started_at), "end": instant(row.ended_at)},
            "note": [{"text": row.note}] if row.note else [],
            "component": [{"code": pain_score(name, words[name]), "valueInteger": int(value)} for name, value in given],
        }
    )
