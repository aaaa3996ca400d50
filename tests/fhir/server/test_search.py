"""Searching: parameters, pages, order, parts of resources, what comes along, and what is refused."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from accounts import api_throttle
from accounts.identifiers import uuid7
from fysicure.fhir.elements import LOCAL, SSIN
from patients.models import Coding, Measure, Observation
from tests.fhir.server.conftest import BASE, Program, issue_of, matched
from tests.people import at, make_patient
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db


def link_of(bundle: Any, relation: str) -> str | None:
    return next((each["url"] for each in bundle["link"] if each["relation"] == relation), None)


def follow(program: Program, url: str) -> Any:
    parts = urlsplit(url)
    answer = program.client.get(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
    assert answer.status_code == 200, answer.content
    return answer.json()


def many(practice: Practice, number: int) -> list[str]:
    """Make that many observations of the patient, two at each moment."""
    Measure.objects.get_or_create(key="many", defaults={"label": "Veel", "type": "integer"})
    person = {"patient": practice.record.patient, "episode": practice.record.episode, "measure_id": "many"}
    keys = sorted(uuid7() for _each in range(number))  # of one millisecond they are in no order
    for each, pk in enumerate(keys):
        moment = at("2026-11-01", f"{8 + each // 2:02}:00")
        Observation.objects.create(pk=pk, value=each, effective_at=moment, entered_by=practice.owner, **person)
    return [str(pk) for pk in keys]


@pytest.mark.parametrize("sort", ["", "date", "-date"])
def test_pages_go_on_and_back_and_hold_each_row_once(sort: str, practice: Practice) -> None:
    program = Program(practice.treating.user)
    made = many(practice, 7)
    wanted = made if sort != "-date" else [pk for pair in (6, 4, 2, 0) for pk in made[pair : pair + 2]]
    asked = {"code": "many", "_count": "2", **({"_sort": sort} if sort else {})}
    bundle = program.get("Observation", asked).json()
    pages, bundles = [matched(bundle)], [bundle]
    assert "total" not in bundle
    assert link_of(bundle, "previous") is None
    while url := link_of(bundles[-1], "next"):
        bundles.append(follow(program, url))
        pages.append(matched(bundles[-1]))
    assert [pk for page in pages for pk in page] == wanted
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    back = bundles[-1]
    for page in reversed(pages[:-1]):
        url = link_of(back, "previous")
        assert url is not None
        back = follow(program, url)
        assert matched(back) == page
    assert link_of(back, "previous") is None
    again = follow(program, link_of(bundles[1], "self") or "")
    assert matched(again) == pages[1]


def test_pages_run_through_both_tables_of_a_type(practice: Practice) -> None:
    program = Program(practice.treating.user)
    many(practice, 3)
    whole = program.ids("Observation", {"patient": practice.record.patient.pk, "_count": 100})
    assert str(practice.record.diary.pk) in whole
    for sort in ("", "date", "-date"):
        bundle = program.get("Observation", {"patient": practice.record.patient.pk, "_count": 1, "_sort": sort}).json()
        found = matched(bundle)
        while url := link_of(bundle, "next"):
            bundle = follow(program, url)
            found += matched(bundle)
        assert sorted(found) == sorted(whole)
        assert len(found) == len(set(found))


def test_a_page_is_for_who_asked_and_for_that_type(practice: Practice) -> None:
    program, other = Program(practice.treating.user), Program(practice.colleague.user)
    many(practice, 3)
    url = link_of(program.get("Observation", {"code": "many", "_count": 1}).json(), "next") or ""
    token = parse_qs(urlsplit(url).query)["page"][0]
    assert "many" not in url
    assert issue_of(other.get("Observation", {"page": token}))["code"] == "expired"
    assert issue_of(program.get("Goal", {"page": token}))["code"] == "expired"
    for made_up in ("", "x", token[:-4], "é", token + "A"):
        assert program.get("Observation", {"page": made_up}).status_code == 400


def test_names_come_by_post_and_stand_in_no_address(practice: Practice) -> None:
    program, patient = Program(practice.receptionist), practice.record.patient
    make_patient("Peetersen", "Jan", birth_date=patient.birth_date)
    for name, value in (("name", "Peeters"), ("family:exact", "Peeters"), ("birthdate", "1997"), ("phone", "+32"),
                        ("identifier", "97031400233"), ("email", "an@mail.example"), ("given", "An")):  # fmt: skip
        answer = program.get("Patient", {name: value})
        assert answer.status_code == 400
        assert "Patient/_search" in issue_of(answer)["diagnostics"]
        assert program.post(f"Patient/_search?{name}={value}".replace("+", "%2B"), "_count=1").status_code == 400
    answer = program.post("Patient/_search", "family=PEETERS&_count=1&_total=accurate")
    assert answer.status_code == 200
    bundle = answer.json()
    assert bundle["total"] == 2
    for relation in ("self", "next"):
        assert "eeters" not in (link_of(bundle, relation) or "")
    second = follow(program, link_of(bundle, "next") or "")
    assert {*matched(bundle), *matched(second)} == {str(patient.pk), matched(second)[0]}
    assert matched(follow(program, link_of(bundle, "self") or "")) == matched(bundle)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("name=peet", True),
        ("name=an", True),
        ("family=peet", True),
        ("family=an", False),
        ("given=an", True),
        ("family:exact=Peeters", True),
        ("family:exact=peeters", False),
        ("family:contains=eter", True),
        ("family=eter", False),
        ("family=%25", False),
        ("family=p%C3%A9eters", True),
        ("gender=female", True),
        ("gender=http://hl7.org/fhir/administrative-gender|female", True),
        ("gender=http://elsewhere|female", False),
        ("gender:not=female", False),
        ("gender=male,female", True),
        ("gender=male&gender=female", False),
        ("birthdate=1997-03-14", True),
        ("birthdate=1997-03-15,1997", True),
        ("birthdate=ge1997-03-15", False),
        (f"identifier={SSIN}|97031400233", True),
        ("identifier=97031400233", True),
        ("identifier=http://elsewhere|97031400233", False),
        ("identifier=|97031400233", False),
        (f"identifier={SSIN}|", True),
        ("active=true", True),
        ("active=false", False),
        ("email=AN@mail.example", True),
        ("phone=%2B32470123450", True),
        ("address-city=mol", True),
        ("language=nl", True),
        ("_lastUpdated=ge2020", True),
        ("_lastUpdated=lt2020", False),
    ],
)
def test_what_finds_a_patient(asked: str, found: bool, practice: Practice) -> None:
    patient = practice.record.patient
    patient.national_number, patient.city = "97031400233", "Mol"
    patient.save(update_fields=["national_number", "city"])
    answer = Program(practice.receptionist).post("Patient/_search", f"{asked}&_id={patient.pk}")
    assert answer.status_code == 200, answer.content
    assert matched(answer.json()) == ([str(patient.pk)] if found else [])


def test_what_finds_a_row_of_the_record(practice: Practice) -> None:
    program, record = Program(practice.treating.user), practice.record
    patient, base = record.patient.pk, f"http://testserver{BASE}"
    wanted: dict[str, list[tuple[dict[str, Any], bool]]] = {
        "Encounter": [({"episode-of-care": record.episode.pk}, True), ({"type": "session"}, True),
                      ({"type": f"{LOCAL}/encounter-kind|phone"}, False),
                      ({"practitioner": f"Practitioner/{practice.treating.pk}"}, True)],
        "EpisodeOfCare": [({"status": "active"}, True), ({"status:not": "active"}, False),
                          ({"care-manager": practice.treating.pk}, True), ({"date": "2026-12"}, False)],
        "Condition": [({"clinical-status": "active"}, True), ({"clinical-status": "inactive"}, False)],
        "Observation": [({"code": "nprs_worst"}, True), ({"code": f"{LOCAL}/measure|nprs_worst"}, True),
                        ({"category": "exam"}, True), ({"category": "survey"}, True), ({"status": "final"}, True),
                        ({"code": "http://loinc.org|0000-0"}, False)],
        "QuestionnaireResponse": [({"status": "in-progress"}, True), ({"questionnaire": "Questionnaire/none"}, False)],
        "CarePlan": [({"instantiates-canonical": "PlanDefinition/itbs"}, True), ({"status": "active"}, True),
                     ({"condition": f"Condition/{record.episode.pk}"}, True), ({"date": "ge2026-10"}, True)],
        "Goal": [({"lifecycle-status": "active"}, True)],
        "ServiceRequest": [({"requester": record.prescription.prescriber_id}, True), ({"authored": "lt2026"}, False)],
        "Appointment": [({"practitioner": practice.treating.pk}, True), ({"date": "2026-12-01"}, True),
                        ({"actor": f"Patient/{patient}"}, True), ({"actor:Patient": patient}, True),
                        ({"location": f"Location/{practice.room.pk}"}, True), ({"status": "booked"}, True)],
        "Provenance": [({"target": f"CarePlan/{record.plan.pk}"}, True),
                       ({"target": f"Encounter/{record.encounter.pk}"}, True), ({"recorded": "eb2020"}, False)],
        "Consent": [({"status": "active"}, True), ({"category": "research"}, True), ({"status": "rejected"}, False)],
    }  # fmt: skip
    for kind, questions in wanted.items():
        for asked, is_found in questions:
            for reference in (patient, f"Patient/{patient}", f"{base}/Patient/{patient}"):
                ids = program.ids(kind, {**asked, "patient": reference, "_count": 100})
                assert bool(ids) == is_found, (kind, asked)
            assert not program.ids(kind, {**asked, "patient": "https://elsewhere.example/fhir/Patient/1"})
            assert not program.ids(kind, {**asked, "patient": "Practitioner/1"})


def test_an_observation_is_found_by_the_category_and_the_status_that_it_shows(practice: Practice) -> None:
    record = practice.record
    person = {"patient": record.patient, "episode": record.episode, "entered_by": practice.owner}
    for key, definition in (("told", {"patient": True}), ("seen", {}), ("rf_seen", {})):
        Measure.objects.create(key=key, label=key, type="integer", definition=definition)
        wrong = Observation.objects.create(measure_id=key, value=1, **person)
        Observation.objects.create(measure_id=key, value=2, replaces=wrong, **person)
    Measure.objects.create(key="words", label="words", type="text")
    Observation.objects.create(measure_id="words", value="x", **person)
    program = Program(practice.treating.user)
    bundle = program.get("Observation", {"patient": record.patient.pk, "_count": 100}).json()
    shown = [each["resource"] for each in bundle["entry"]]
    for name in ("category", "status"):
        by_code: dict[str, set[str]] = {}
        for each in shown:
            code = each["status"] if name == "status" else each["category"][0]["coding"][0]["code"]
            by_code.setdefault(code, set()).add(each["id"])
        assert len(by_code) == {"category": 2, "status": 3}[name]
        for code, ids in by_code.items():
            asked = {"patient": record.patient.pk, name: code, "_count": 100}
            assert set(program.ids("Observation", asked)) == ids, (name, code)


def test_a_practice_without_a_name_is_found_by_none(practice: Practice, settings: Any) -> None:
    settings.PRACTICE_NAME = ""
    assert Program(practice.treating.user).ids("Organization", {"name": "Fysi"}) == []


@pytest.mark.usefixtures("first_codes")
def test_the_diary_is_found_by_its_pain_scores(practice: Practice) -> None:
    program = Program(practice.treating.user)
    found = program.ids("Observation", {"component-code": "http://loinc.org|72514-3"})
    assert set(found) == {str(practice.record.diary.pk), str(practice.other.diary.pk)}
    assert set(program.ids("Observation", {"component-code": "during"})) == set(found)
    assert program.ids("Observation", {"component-code": "during", "code": "rest"}) == []


def test_a_measure_is_found_by_the_code_of_a_terminology_when_it_is_certain(practice: Practice) -> None:
    program = Program(practice.treating.user)
    code = {"what": "measure", "key": "nprs_worst", "system": "http://loinc.org", "code": "00000-0"}
    row = Coding.objects.create(**code, certainty="to-confirm")
    assert program.ids("Observation", {"code": "http://loinc.org|00000-0"}) == []
    row.certainty, row.entered_by = "confirmed", practice.treating.user
    row.save(update_fields=["certainty", "entered_by"])
    for asked in ("http://loinc.org|00000-0", "00000-0"):
        assert str(practice.record.observation.pk) in program.ids("Observation", {"code": asked})
    assert program.ids("Observation", {"code": "http://snomed.info/sct|00000-0"}) == []


def test_what_a_type_cannot_be_asked_is_told(practice: Practice) -> None:
    program = Program(practice.treating.user)
    for asked in ({"wrong": "1"}, {"patient.name": "x"}, {"_has:Goal:patient:x": "1"}, {"date:missing": "true"},
                  {"_sort": "wrong"}, {"_include": "Patient:link"}, {"_summary": "text"}, {"_count": "-1"},
                  {"_total": "some"}, {"_revinclude": "x"}, {"date": "yesterday"}, {"patient": "a b"},
                  {"_content": "x"}):  # fmt: skip
        answer = program.get("Encounter", asked)
        assert answer.status_code == 400, asked
        assert issue_of(answer)["code"] in {"not-supported", "invalid"}
    lenient = program.get("Encounter", {"wrong": "1", "type": "session"}, Prefer="handling=lenient")
    assert lenient.status_code == 200
    assert link_of(lenient.json(), "self") == f"http://testserver{BASE}/Encounter?type=session"


def test_a_count_shows_no_rows_and_is_noted(practice: Practice) -> None:
    program, patient = Program(practice.treating.user), practice.record.patient
    bundle = program.get("Observation", {"patient": patient.pk, "_summary": "count"}).json()
    assert bundle["total"] >= 2
    assert "entry" not in bundle
    assert program.get("Observation", {"patient": patient.pk, "_count": 0}).json()["total"] == bundle["total"]
    assert program.get("Observation", {"patient": patient.pk, "_total": "accurate"}).json()["total"] == bundle["total"]


def test_parts_of_a_resource_say_that_they_are_parts(practice: Practice) -> None:
    bundle = Program(practice.treating.user).get("Encounter", {"_elements": "period", "_count": 1}).json()
    [each] = bundle["entry"]
    assert set(each["resource"]) == {"resourceType", "id", "meta", "status", "class", "period"}
    assert each["resource"]["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_what_is_referred_to_comes_along(practice: Practice) -> None:
    program, record = Program(practice.treating.user), practice.record
    asked = {"_id": record.plan.pk, "_include": ["CarePlan:goal", "CarePlan:patient"]}
    bundle = program.get("CarePlan", asked).json()
    modes = [(each["search"]["mode"], each["resource"]["resourceType"]) for each in bundle["entry"]]
    assert modes[0] == ("match", "CarePlan")
    assert {("include", "Goal"), ("include", "Patient")} == set(modes[1:])
    back = program.get("Encounter", {"_id": record.encounter.pk, "_revinclude": "Observation:encounter"}).json()
    assert str(record.observation.pk) in {each["resource"]["id"] for each in back["entry"]}
    visits = program.get("Appointment", {"_id": record.visit.pk, "_include": "Appointment:patient"}).json()
    assert [each["resource"]["resourceType"] for each in visits["entry"]] == ["Appointment", "Patient"]


def test_what_comes_along_is_no_way_around_the_policy(practice: Practice) -> None:
    desk = Program(practice.receptionist)
    for asked in ("Observation:patient", "Condition:patient", "CarePlan:patient"):
        bundle = desk.get("Patient", {"_id": practice.record.patient.pk, "_revinclude": asked}).json()
        assert [each["resource"]["resourceType"] for each in bundle["entry"]] == ["Patient"]
    patient = Program(practice.record.user)
    bundle = patient.get("Practitioner", {"_id": practice.treating.pk, "_revinclude": "Encounter:practitioner"}).json()
    assert str(practice.other.encounter.pk) not in str(bundle)


def test_free_moments_are_slots(practice: Practice) -> None:
    program = Program(practice.receptionist)
    asked = {"start": "ge2026-11-24", "schedule": f"Schedule/{practice.colleague.pk}", "_count": 3}
    bundle = program.get("Slot", asked).json()
    first = bundle["entry"][0]["resource"]
    assert (first["start"], first["status"]) == ("2026-11-24T07:00:00Z", "free")
    assert program.get(f"Slot/{first['id']}").json() == first
    ids = matched(bundle)
    second = follow(program, link_of(bundle, "next") or "")
    assert not set(ids) & set(matched(second))
    assert matched(follow(program, link_of(second, "previous") or "")) == ids
    assert program.ids("Slot", {**asked, "status": "busy"}) == []
    assert program.ids("Slot", {**asked, "service-type": "self_report"}) == []
    intake = program.get("Slot", {**asked, "service-type": "intake"}).json()["entry"][0]["resource"]
    assert intake["end"] == "2026-11-24T08:00:00Z"
    for wrong in ({"start": "ne2026"}, {"start": "2027"}, {"start": "x"}):
        assert program.get("Slot", wrong).status_code == 400
    assert program.ids("Slot", {"start": "ge9000"}) == []
    gone = f"{practice.colleague.pk}.20261124T0300" + "00Z.30"
    assert program.get(f"Slot/{gone}").status_code == 404


def test_an_open_form_takes_forms_only(practice: Practice, client: Client) -> None:
    program = Program(practice.treating.user)
    answer = program.client.post(f"{BASE}/Patient/_search", "{}", content_type="application/json")
    assert (answer.status_code, issue_of(answer)["code"]) == (415, "not-supported")
    for method in ("put", "delete", "patch"):
        answer = getattr(program.client, method)(f"{BASE}/Patient/{practice.record.patient.pk}")
        assert (answer.status_code, issue_of(answer)["code"]) == (405, "not-supported")
    assert issue_of(program.get("Medication"))["code"] == "not-found"
    assert issue_of(program.get("Patient/x"))["code"] == "not-found"
    assert issue_of(program.get("Patient", {"_id": "x" * 5000}))["code"] == "too-long"
    assert client.get(f"{BASE}/", headers={"Accept": "text/html"}).status_code == 404


def test_who_asks_too_much_waits(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(practice.treating.user)
    monkeypatch.setattr(api_throttle, "STAFF", 0)
    answer = program.get("Patient")
    assert (answer.status_code, issue_of(answer)["code"]) == (429, "throttled")
    assert int(answer["Retry-After"]) >= 1
