"""QuestionnaireResponse: intakes and outcome questionnaires."""

from collections.abc import Mapping
from typing import Any

from fysicure.fhir.elements import LOCAL, Resource, instant, reference, without_empty
from fysicure.fhir.observation import value_of
from pathways.models import OutcomeResponse
from patients.models import IntakeResponse


def intake_response(row: IntakeResponse) -> Resource:
    """Return the answers of an intake, as typed."""
    form = row.questionnaire
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": str(row.pk),
            "questionnaire": f"{LOCAL}/Questionnaire/{form.slug}|{form.version}",
            "status": row.status,
            "subject": reference("Patient", row.episode.patient_id),
            "encounter": reference("Encounter", row.encounter_id),
            "authored": instant(row.completed_at or row.updated_at),
            "item": answers_of(row.answers),
        }
    )


def outcome_response(row: OutcomeResponse) -> Resource:
    """Return the answers of an outcome questionnaire."""
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": str(row.pk),
            "questionnaire": f"{LOCAL}/Questionnaire/{row.instrument_id}",
            "status": "completed",
            "subject": reference("Patient", row.patient_id),
            "authored": instant(row.answered_at),
            "item": answers_of(row.answers),
        }
    )


def answers_of(answers: Any) -> list[Resource]:
    """Return answers by key as items; a value for each side becomes an item with two below it."""
    pairs = answers.items() if isinstance(answers, Mapping) else enumerate(answers or [])
    return [_item(str(key), value) for key, value in pairs if value not in (None, "", [], {})]


def _item(key: str, value: Any) -> Resource:
    if isinstance(value, Mapping):
        return without_empty({"linkId": key, "item": [_item(f"{key}.{k}", v) for k, v in value.items() if v != ""]})
    given = value if isinstance(value, list) else [value]
    return {"linkId": key, "answer": [_answer(each) for each in given]}


def _answer(value: Any) -> Resource:
    found = value_of(value)
    if "valueQuantity" in found:
        return {"valueDecimal": found["valueQuantity"]["value"]}
    return found
