"""The judges refuse what is wrong: a check that lets everything through is none."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from fysicure.fhir.bundle import resources_of
from fysicure.fhir.questionnaire import instrument_questionnaire, questionnaire
from pathways.models import CarePlan, Instrument, OutcomeResponse
from patients.models import IntakeResponse, Questionnaire
from tests.fhir.mapping.generated import Drawn
from tests.fhir.mapping.judged import faults_of_all
from tests.fhir.mapping.shared import shared


def forms() -> dict[str, dict[str, Any]]:
    rows = [questionnaire(row) for row in shared()[Questionnaire]]
    rows += [instrument_questionnaire(row) for row in shared()[Instrument]]
    return {f"{row['url']}|{row['version']}": row for row in rows}


def a_record() -> list[dict[str, Any]]:
    """The resources of a drawn patient with a national number, an intake, a plan and an outcome."""
    wanted = (CarePlan, IntakeResponse, OutcomeResponse)
    drawn = next(
        each for each in map(Drawn, range(200)) if each.patient.national_number and all(each.rows[m] for m in wanted)
    )
    return resources_of(drawn.patient, drawn.record())


def first_answer(response: dict[str, Any]) -> dict[str, Any]:
    for item in response["item"]:
        for each in item.get("item", [item]):
            if "answer" in each:
                return each
    raise AssertionError("an intake without an answer")


BREAKS: dict[str, tuple[str, Callable[[dict[str, Any]], Any]]] = {
    "a gender that FHIR does not know": ("Patient", lambda row: row.update(gender="vrouw")),
    "a day that is none": ("Patient", lambda row: row.update(birthDate="31/12/1990")),
    "a national number with dots": ("Patient", lambda row: row["identifier"][0].update(value="85.07.30-033.28")),
    "an element that is empty": ("Patient", lambda row: row.update(address=[])),
    "an unknown element": ("Patient", lambda row: row.update(mutuality="CM")),
    "an id with an underscore": ("CarePlan", lambda row: row.update(id="plan_1")),
    "a reference to nothing": ("Encounter", lambda row: row["subject"].update(reference="Patient/nobody")),
    "a code that HL7 does not have": (
        "Condition",
        lambda row: row["clinicalStatus"]["coding"][0].update(code="better"),
    ),
    "a display that HL7 does not have": ("Encounter", lambda row: row["class"].update(display="here")),
    "a period that ends before it begins": (
        "Encounter",
        lambda row: row.update(period={"start": "2026-02-01T10:00:00Z", "end": "2026-01-01T10:00:00Z"}),
    ),
    "a missing status": ("EpisodeOfCare", lambda row: row.pop("status")),
    "an answer of another type": (
        "QuestionnaireResponse",
        lambda row: first_answer(row).update(answer=[{"valueTime": "10:00:00"}]),
    ),
    "an answer to no question": (
        "QuestionnaireResponse",
        lambda row: first_answer(row).update(linkId="favourite_colour"),
    ),
    "answers to another questionnaire": (
        "QuestionnaireResponse",
        lambda row: row.update(questionnaire="https://elsewhere.example/Questionnaire/x|1"),
    ),
}


def test_a_record_as_it_is_passes() -> None:
    assert faults_of_all(a_record(), forms()) == []


@pytest.mark.parametrize("what", BREAKS)
def test_it_is_refused(what: str) -> None:
    resources = copy.deepcopy(a_record())
    kind, act = BREAKS[what]
    act(next(each for each in resources if each["resourceType"] == kind))
    assert faults_of_all(resources, forms()) != []


def test_a_resource_that_stands_there_twice_is_refused() -> None:
    resources = a_record()
    assert faults_of_all([*resources, resources[0]], forms()) != []
