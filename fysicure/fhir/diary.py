"""Observation: what the patient logs in the diary."""

from fysicure.fhir.elements import (
    LOCAL,
    Resource,
    coded,
    coding,
    concept,
    instant,
    label,
    local,
    meta,
    quantity,
    reference,
    without_empty,
)
from fysicure.fhir.lookup import NOTHING, Lookup
from fysicure.fhir.observation import CATEGORIES, SIDES
from pathways.models import DiaryEntry

_SCORES = ("pre", "during", "after", "next")
_SIGNS = ("limp", "painkiller_24h", "aborted", "rf_any")
_DISTANCES = ("distance_km", "onset_km")
_WORDS = {each.name: each for each in DiaryEntry._meta.concrete_fields}


def diary_entry(row: DiaryEntry, *, lookup: Lookup = NOTHING) -> Resource:
    """Return a session of the diary. Pain scores (NPRS 0-10) are components; one that was not given is absent."""
    side = SIDES.get(row.side, "")
    given = [(name, getattr(row, name)) for name in _SCORES if getattr(row, name) is not None]
    signs = [name for name in _SIGNS if getattr(row, name)]
    walked = [(name, getattr(row, name)) for name in _DISTANCES if getattr(row, name) is not None]
    return without_empty(
        {
            "resourceType": "Observation",
            "id": str(row.pk),
            "meta": meta(version=row.version),
            "status": "final",
            "category": [coded("", system=CATEGORIES, code="survey")],
            "code": local("diary", row.kind, label(row, "kind")),
            "bodySite": concept(side) if side else None,
            "subject": reference("Patient", row.patient_id),
            "effectivePeriod": {"start": instant(row.started_at), "end": instant(row.ended_at)},
            "issued": instant(row.created_at),
            "performer": [lookup.person(row.created_by_id)],
            "note": [{"text": row.note}] if row.note.strip() else [],
            "component": [
                *({"code": pain_score(name, lookup), "valueInteger": int(value)} for name, value in given),
                *({"code": local("diary-sign", name, _word(name)), "valueBoolean": True} for name in signs),
                *(
                    {"code": local("diary-km", n, _word(n)), "valueQuantity": quantity(float(v), "km")}
                    for n, v in walked
                ),
            ],
        }
    )


def pain_score(name: str, lookup: Lookup) -> Resource:
    """Return the code of a pain score: the certain codes of a score from 0 to 10, and when it was asked."""
    return concept(_word(name), *lookup.codes("diary", name), coding(f"{LOCAL}/diary-pain", name))


def _word(name: str) -> str:
    return str(_WORDS[name].verbose_name)
