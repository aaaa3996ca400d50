"""A patient who goes through the practice's own functions, from intake to decision, is valid R4 at every step."""

from typing import Any

import pytest
from django.db import transaction

from accounts.models import Practitioner, User
from fysicure.fhir.bundle import everything
from fysicure.fhir.questionnaire import instrument_questionnaire, questionnaire
from pathways.classification import classify_intake
from pathways.decisions import decide
from pathways.diary import log_entry
from pathways.intake import finish_intake
from pathways.models import Instrument
from pathways.outcomes import record_outcome
from pathways.plans import start_plan
from patients.intake import choose_side, save_answers, start_intake
from patients.models import EpisodeOfCare, Patient, Questionnaire
from tests.fhir.mapping.judged import faults_of_all
from tests.pathways.cases import C01
from tests.pathways.stories import published
from tests.people import NOW, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_codes")]


def judged(patient: Patient) -> list[dict[str, Any]]:
    """The resources of a patient as they are now, once they were found valid."""
    forms = [questionnaire(row) for row in Questionnaire.objects.all()]
    forms += [instrument_questionnaire(row) for row in Instrument.objects.all()]
    resources = everything(patient)
    assert faults_of_all(resources, {f"{form['url']}|{form['version']}": form for form in forms}) == []
    return resources


def test_from_intake_to_decision(
    patient: Patient, episode: EpisodeOfCare, practitioner: Practitioner, therapist: User
) -> None:
    version = published()
    assert version.questionnaire is not None
    intake = start_intake(
        episode, questionnaire=version.questionnaire, by=therapist, practitioner=practitioner, now=NOW
    )
    choose_side(intake, "R", by=therapist, now=NOW)
    save_answers(intake, {**C01, "mass_kg": "zestig"}, revision=1, by=therapist, now=NOW)
    judged(patient)
    save_answers(intake, C01, revision=2, by=therapist, now=NOW)
    done = finish_intake(intake, by=therapist, now=NOW)
    (found,) = classify_intake(done, by=therapist, now=NOW)
    plan = start_plan(found, by=therapist, now=NOW, practitioner=practitioner)
    start = at("2026-11-24", "18:00")
    log_entry(
        plan, kind="exercise", started_at=start, ended_at=at("2026-11-24", "18:30"), by=therapist, pre=0, during=2,
        after=1, client_key="first", now=at("2026-11-24", "18:31"),
    )  # fmt: skip
    record_outcome(
        plan, "nprs", {"value": 5}, source="visit", client_key="n1", by=therapist, now=at("2026-11-24", "19:00")
    )
    with transaction.atomic():
        decide(plan, "hold", reason="Nog te vroeg", by=therapist, now=at("2026-11-25"))
    resources = judged(patient)
    kinds = {each["resourceType"]: each for each in resources}
    assert {"CarePlan", "Goal", "Provenance", "Observation", "QuestionnaireResponse"} <= set(kinds)
    complaint = kinds["Condition"]
    assert [each["code"] for each in complaint["code"].get("coding", [])] == ["M76.3"]
    goals = [each for each in resources if each["resourceType"] == "Goal"]
    assert any("detailQuantity" in target for each in goals for target in each.get("target", []))
    hold = next(each for each in resources if "Nog te vroeg" in str(each.get("reason", "")))
    assert hold["agent"][0]["who"] == {"reference": f"Practitioner/{practitioner.pk}"}
