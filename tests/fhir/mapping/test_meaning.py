"""What resources say, and what they do not claim."""

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Practitioner, User
from fysicure.fhir.appointment import appointment
from fysicure.fhir.bundle import everything
from fysicure.fhir.care_plan_proposal import apply
from fysicure.fhir.diary import diary_entry
from fysicure.fhir.elements import LOINC
from fysicure.fhir.episode_of_care import condition
from fysicure.fhir.goal import goal
from fysicure.fhir.lookup import Lookup, lookup_of
from fysicure.fhir.observation import observation, observation_from
from fysicure.fhir.patient import patient as patient_resource
from fysicure.fhir.patient import patient_from
from fysicure.fhir.plan_definition import plan_definition
from fysicure.fhir.provenance import provenance_of_decision
from fysicure.fhir.questionnaire import instrument_questionnaire
from fysicure.fhir.questionnaire_response import answers_from, intake_response, outcome_response
from pathways.models import CarePlan, Classification, Decision, Goal, Instrument, InstrumentText, OutcomeResponse
from patients.models import Coding, Encounter, EpisodeOfCare, IntakeResponse, Measure, Observation
from scheduling.models import Appointment
from tests.fhir.mapping.generated import Drawn
from tests.fhir.mapping.official import faults_of
from tests.fhir.mapping.shared import shared
from tests.pathways.stories import log, make_plan, published
from tests.people import NOW, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("first_codes")]
SCT, ICD = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10"


@pytest.fixture
def plan(episode: EpisodeOfCare, practitioner: Practitioner) -> CarePlan:
    return make_plan(episode, practitioner)


def load_lookup() -> Lookup:
    """The certain codes and the therapists, as a request has them."""
    return lookup_of(Coding.objects.certain(), Practitioner.objects.all())


def observed(plan: CarePlan, key: str, value: Any, side: str = "", **more: Any) -> Observation:
    measure = Measure.objects.get(pk=key)
    row = {"value": value, "unit": measure.unit, "effective_at": NOW, "entered_by": plan.practitioner.user, **more}
    return Observation(patient=plan.patient, episode=plan.episode, measure=measure, side=side, **row)


def codes(concept: dict[str, Any], system: str) -> list[str]:
    return [each["code"] for each in concept.get("coding", []) if each["system"] == system]


def test_a_pain_score_is_a_whole_number_with_its_loinc_code(plan: CarePlan) -> None:
    told = observation(observed(plan, "nprs_worst_7d", 4, "R"), lookup=load_lookup(), is_replaced=False)
    assert told["valueInteger"] == 4
    assert codes(told["code"], LOINC) == ["72514-3"]
    assert told["performer"] == [{"reference": f"Practitioner/{plan.practitioner_id}"}]
    entry = diary_entry(log(plan, 1, (0, None, 3, None)), lookup=load_lookup())
    assert [codes(each["code"], LOINC) for each in entry["component"]] == [["72514-3"]] * 2
    assert [each["valueInteger"] for each in entry["component"]] == [0, 3]


def test_only_a_provocation_test_is_positive_or_negative(plan: CarePlan) -> None:
    def result(key: str, value: Any, side: str = "") -> Any:
        told = observation(observed(plan, key, value, side), is_replaced=False)
        return [each["coding"][0]["code"] for each in told.get("interpretation", [])], told["valueBoolean"]

    assert result("noble", True, "R") == (["POS"], True)
    assert result("noble", False, "L") == (["NEG"], False)
    assert result("rf_dvt", False) == ([], False)


def test_units_are_ucum_where_that_is_certain(plan: CarePlan) -> None:
    force = observation(observed(plan, "hipabd_n", 118.0, "R"), is_replaced=False)["valueQuantity"]
    assert force == {"value": 118.0, "unit": "N", "system": "http://unitsofmeasure.org", "code": "N"}
    cadence = observation(observed(plan, "cadence_spm", 164), is_replaced=False)["valueQuantity"]
    assert cadence == {"value": 164, "unit": "stappen/min"}


def test_a_corrected_value_is_told_to_be_wrong_and_the_new_one_to_correct_it(plan: CarePlan) -> None:
    first = observed(plan, "mass_kg", 6.0)
    first.save()
    second = observed(plan, "mass_kg", 60.0, replaces=first)
    second.save()
    rows = {each["id"]: each["status"] for each in everything(plan.patient) if each["resourceType"] == "Observation"}
    assert rows == {str(first.pk): "entered-in-error", str(second.pk): "corrected"}


def test_a_side_has_a_code_only_where_the_table_has_a_certain_one(plan: CarePlan, therapist: User) -> None:
    def sites(key: str, side: str) -> list[str]:
        told = observation(observed(plan, key, 5, side), lookup=load_lookup(), is_replaced=False)
        return codes(told["bodySite"], SCT)

    assert sites("rom_flex_deg", "R") == ["6757004"]
    assert sites("rom_flex_deg", "L") == []  # to be confirmed
    assert sites("ober_deg", "R") == []  # a test of hip and thigh
    Coding.objects.filter(key="rom_flex_deg.L").update(certainty="confirmed", entered_by=therapist)
    assert sites("rom_flex_deg", "L") == ["82169009"]


def test_a_complaint_has_a_code_only_when_the_rule_found_it_likely(plan: CarePlan) -> None:
    def icd(outcome: str | None) -> list[str]:
        found = Classification(pathway_version=plan.pathway_version, outcome=outcome) if outcome else None
        told = condition(plan.episode, classification=found, lookup=load_lookup())
        assert told["verificationStatus"]["coding"][0]["code"] == "provisional"
        return codes(told["code"], ICD)

    assert icd("LIKELY") == ["M76.3"]
    assert [icd(each) for each in ("POSSIBLE", "UNLIKELY", "BLOCKED", "INCOMPLETE", None)] == [[]] * 5
    Coding.objects.filter(key="itbs", what="pathway").update(certainty="withdrawn")
    assert icd("LIKELY") == []


def test_a_visit_says_nothing_of_what_is_the_matter(plan: CarePlan) -> None:
    visit = Appointment(
        patient=plan.patient, practitioner=plan.practitioner, episode=plan.episode, start=NOW, version=1,
        end=NOW + datetime.timedelta(minutes=30), status="cancelled", note="knie rechts",
        cancellation_code="pat-dec", cancellation_reason="operatie",
    )  # fmt: skip
    told = json.dumps(appointment(visit))
    assert "knie" not in told and "operatie" not in told and plan.episode.reason not in told
    # HL7's code of the same letters says that the patient died.
    assert [each["system"] for each in appointment(visit)["cancelationReason"]["coding"]] == [
        "https://fysicure.example/fhir/CodeSystem/cancellation"
    ]


def test_a_draft_that_cannot_be_read_is_kept_as_typed(plan: CarePlan) -> None:
    form = plan.pathway_version.questionnaire
    contact = Encounter(patient=plan.patient, episode=plan.episode, kind="intake")
    answers = {"nprs_now.R": "veel", "mass_kg": "60,5", "noble.R": "pos", "provoked_by.R": ["running", "downhill"]}
    draft = IntakeResponse(encounter=contact, episode=plan.episode, questionnaire=form, side="R", answers=answers)
    told = intake_response(draft)
    assert faults_of(told) == []
    assert answers_from(told) == answers | {"mass_kg": 60.5}


@pytest.mark.parametrize(
    ("side", "links"), [("L", {"nprs_now.L"}), ("", {"nprs_now.R"}), ("both", {"nprs_now.L", "nprs_now.R"})]
)
def test_an_answer_by_key_alone_is_that_of_the_side_that_hurts(plan: CarePlan, side: str, links: set[str]) -> None:
    contact = Encounter(patient=plan.patient, episode=plan.episode, kind="intake")
    form = plan.pathway_version.questionnaire
    both = {"nprs_now": 3, "hipabd_n": {"L": 150, "R": 120.5}}
    row = IntakeResponse(encounter=contact, episode=plan.episode, questionnaire=form, side=side, answers=both)
    told = answers_from(intake_response(row))
    assert told == dict.fromkeys(links, 3) | {"hipabd_n.L": 150.0, "hipabd_n.R": 120.5}


def test_a_decision_says_who_why_and_on_what(plan: CarePlan, therapist: User) -> None:
    entry = log(plan, 1)
    known = {"why": ["Te veel rood."], "criteria": [{"key": "x", "used": [str(entry.pk), "plan"]}]}
    row = Decision.objects.create(
        plan=plan, kind="hold", proposal="advance", reason="Nog pijn op de trap", reason_code="clinical_picture",
        evidence=known, made_by=therapist, made_at=NOW,
    )  # fmt: skip
    told = provenance_of_decision(row, lookup=load_lookup())
    assert told["target"] == [{"reference": f"CarePlan/{plan.pk}"}]
    assert told["agent"][0]["who"] == {"reference": f"Practitioner/{plan.practitioner_id}"}
    assert told["reason"][0]["text"] == "Nog pijn op de trap"
    assert told["recorded"] == "2026-11-23T09:00:00Z"
    assert [each["what"] for each in told["entity"]] == [
        {"display": "Voorstel: advance. Te veel rood."},
        {"reference": f"Observation/{entry.pk}"},
    ]


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        (
            "Comparison(operator='at_most', operand=2)",
            {"detailQuantity": {"value": 2, "comparator": "<=", "unit": "/10"}},
        ),
        ("Comparison(operator='equals', operand=True)", {"detailBoolean": True}),
        ("Comparison(operator='one_of', operand=['a', 'b'])", {"detailString": "één van a, b"}),
        ("10 km lopen", {"detailString": "10 km lopen"}),
        ("", {}),
    ],
)
def test_what_a_goal_wants(plan: CarePlan, written: str, detail: dict[str, Any]) -> None:
    aim = Goal(pk=1, plan=plan, description="Minder pijn", measure_key="nprs_worst_7d", target=written, due_on=TODAY)
    told = goal(aim, plan=plan, label="Ergste pijn", unit="/10")
    target = told["target"][0]
    assert {key: value for key, value in target.items() if key.startswith("detail")} == detail
    assert target["dueDate"] == "2026-11-23"
    assert faults_of(told) == []


def test_a_plan_tells_its_phases_and_exercises_with_their_dose(plan: CarePlan) -> None:
    told = next(each for each in everything(plan.patient) if each["resourceType"] == "CarePlan")
    assert told["instantiatesCanonical"][0].endswith("/PlanDefinition/itbs|1")
    details = [each["detail"] for each in told["activity"]]
    phases = [each for each in details if "/phase" in each["code"]["coding"][0]["system"]]
    assert [each["status"] for each in phases][:2] == ["in-progress", "not-started"]
    first = next(each for each in details if each["code"]["text"] == "Isometrische heupabductie")
    assert first["scheduledTiming"] == {"repeat": {"frequency": 7, "period": 1, "periodUnit": "wk"}}
    assert first["description"].startswith("5 x 30-45 s; 7 keer per week")


def test_a_proposal_is_no_plan(plan: CarePlan) -> None:
    told = apply(plan.pathway_version, plan.patient, TODAY, course="acute")
    assert (told["intent"], told["status"]) == ("proposal", "draft") and "id" not in told
    assert faults_of(told) == []
    visits = [each["detail"] for each in told["activity"] if each["detail"].get("kind") == "Appointment"]
    assert visits and all(each["scheduledPeriod"]["start"] >= "2026-11-23" for each in visits)
    assert CarePlan.objects.count() == 1
    with pytest.raises(ValueError, match="somewhen"):
        apply(plan.pathway_version, plan.patient, TODAY, course="somewhen")


def test_a_pathway_names_its_sources_and_what_is_a_choice_of_the_practice(plan: CarePlan) -> None:
    told = plan_definition(plan.pathway_version, lookup=load_lookup())
    assert codes(told["topic"][0], ICD) == ["M76.3"]
    cited = {each["label"]: each for each in told["relatedArtifact"]}
    assert cited["fredericson_2000"]["type"] == "citation"
    assert all(each.get("url", "https://doi.org/").startswith("https://doi.org/") for each in cited.values())
    first = told["action"][0]
    assert {each["kind"] for each in first["condition"]} == {"stop"}
    shown = [each for part in told["action"] for row in part["action"] for each in row["documentation"]]
    assert {each["type"] for each in shown} == {"citation", "justification"}
    plan.pathway_version.reviewed_at = datetime.datetime(2026, 11, 23, 23, 30, tzinfo=datetime.UTC)
    assert plan_definition(plan.pathway_version)["approvalDate"] == "2026-11-24"  # the day in Brussels


def test_words_that_a_practice_may_use_are_not_passed_on(therapist: User) -> None:
    published()
    lefs = Instrument.objects.get(pk="lefs")
    words = [f"Geheime vraag {number}" for number in range(20)]
    text = InstrumentText(instrument=lefs, language="nl", version=3, items=words, permission="x", entered_by=therapist)
    answers = {str(number): 3 for number in range(1, 21)}
    row = OutcomeResponse(instrument=lefs, text=text, answers=answers, patient_id=therapist.pk, entered_by=therapist)
    form, told = instrument_questionnaire(lefs), outcome_response(row)
    assert "Geheime" not in json.dumps([form, told])
    assert told["questionnaire"] == f"{form['url']}|{form['version']}" and len(form["item"]) == 21
    assert told["extension"][0]["valueString"] == "nl 3"
    assert faults_of(told) == []
    own = instrument_questionnaire(Instrument.objects.get(pk="groc"))
    assert own["item"][0]["text"].startswith("Hoe is het nu")


def test_a_patient_comes_back_as_written() -> None:
    for number in range(30):
        row = Drawn(number).patient
        back = patient_from(patient_resource(row))
        assert back == {name: getattr(row, name) for name in back}
    with pytest.raises(ValueError, match="name"):
        patient_from({"resourceType": "Patient", "birthDate": "1990-01-01"})


def test_an_observation_comes_back_as_written() -> None:
    records = {row.key for row in shared()[Measure] if row.definition.get("item") == "record"}
    rows = [row for number in range(60) for row in Drawn(number).rows[Observation] if row.measure_id not in records]
    assert len({row.measure_id for row in rows}) > 80
    for row in rows:
        back = observation_from(observation(row, is_replaced=False))
        assert (back["measure_id"], back["side"], back["value"]) == (row.measure_id, row.side, row.value)
        assert back["unit"] in {row.unit, ""}
        assert back["effective_at"] == row.effective_at
    with pytest.raises(ValueError, match="measure"):
        observation_from({"code": {"coding": [{"system": LOINC, "code": "72514-3"}]}})


def test_answers_of_an_outcome_questionnaire_come_back() -> None:
    rows = [row for number in range(60) for row in Drawn(number).rows[OutcomeResponse]]
    assert len(rows) > 20
    for row in rows:
        back = answers_from(outcome_response(row))
        for part in back.get("activities", []):
            part.setdefault("score", None)
        assert back == row.answers


def test_the_owner_confirms_a_code_and_stands_for_it(owner: User, client_of: Callable[[User], Client]) -> None:
    client, row = client_of(owner), Coding.objects.get(what="service", key="exercise")
    address = reverse("admin:patients_coding_change", args=[row.pk])
    page = client.get(address)
    typed = {**page.context["adminform"].form.initial, "certainty": "confirmed", "source": "SNOMED CT browser"}
    assert client.post(address, typed).status_code == 302
    row.refresh_from_db()
    assert (row.certainty, row.entered_by) == ("confirmed", owner)
    assert row in Coding.objects.certain()
    assert client.post(reverse("admin:patients_coding_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
