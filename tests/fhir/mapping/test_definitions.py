"""Pathways, questionnaires, rooms and free moments as FHIR knows them."""

import datetime

import pytest

from accounts.models import Practitioner
from fysicure.fhir.care_plan_proposal import apply
from fysicure.fhir.location import location
from fysicure.fhir.organization import organization
from fysicure.fhir.plan_definition import plan_definition
from fysicure.fhir.questionnaire import instrument_questionnaire, questionnaire
from fysicure.fhir.schedule import schedule, slot, slot_of
from pathways.definitions import definition_of, load
from pathways.models import Instrument, PathwayVersion
from pathways.version_texts import questionnaire_of
from patients.models import Patient
from scheduling.models import Room
from scheduling.slots import FreeMoment
from tests.fhir.mapping.judged import form_faults
from tests.fhir.mapping.official import faults_of
from tests.pathways.stories import SEEDS, published
from tests.people import NOW, TODAY

pytestmark = pytest.mark.django_db
PATHWAYS = ("itbs", "knee_return_to_sport", "knee_osteoarthritis", "plantar_heel_pain")


@pytest.fixture(params=PATHWAYS)
def version(request: pytest.FixtureRequest) -> PathwayVersion:
    """Each pathway of the seeds; the one that is published, and those that are drafts."""
    if request.param == "itbs":
        return published()
    load(SEEDS, now=NOW)
    return PathwayVersion.objects.select_related("pathway").get(pathway_id=request.param)


def test_each_pathway_is_a_plan_definition(version: PathwayVersion) -> None:
    assert faults_of(plan_definition(version)) == []


def test_each_intake_is_a_questionnaire(version: PathwayVersion) -> None:
    form = questionnaire(questionnaire_of(definition_of(version)))
    assert faults_of(form) + form_faults(form) == []


def test_a_pathway_is_proposed_to_a_patient(version: PathwayVersion, patient: Patient) -> None:
    courses = [each.key for each in definition_of(version).courses]
    proposals = [apply(version, patient, TODAY, course=course) for course in ("", *courses)]
    assert [fault for each in proposals for fault in faults_of(each)] == []


def test_outcome_questionnaires() -> None:
    published()
    rows = list(Instrument.objects.all())
    assert len(rows) > 5
    forms = [instrument_questionnaire(row) for row in rows]
    assert [fault for form in forms for fault in (*faults_of(form), *form_faults(form))] == []


def test_free_moments(practitioner: Practitioner, room: Room) -> None:
    moment = FreeMoment(practitioner, room, NOW, NOW + datetime.timedelta(minutes=30))
    resource = slot(moment)
    assert faults_of(resource) == []
    assert slot_of(resource["id"]) == (practitioner.pk, NOW, 30)
    for each in (schedule(practitioner), location(room), organization()):
        assert faults_of(each) == []
