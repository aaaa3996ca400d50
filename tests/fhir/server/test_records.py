"""Reading one record: versions, who looked, break-the-glass, the whole of it, and a pathway for somebody."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from fhir.resources.R4B.bundle import Bundle

from accounts.identifiers import uuid7
from accounts.models import AccessLog, AccessReason, User
from fysicure.fhir.server.registry import KINDS
from pathways.models import CarePlan, DiaryEntry
from patients.models import Encounter, Observation
from tests.fhir.server.conftest import BASE, Program, issue_of
from tests.people import NOW, at
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
ClientOf = Callable[[User], Client]


def noted(user: User) -> list[tuple[str, str]]:
    rows = AccessLog.objects.filter(user_id=user.pk).order_by("pk")
    return [(str(row.patient_id), row.part) for row in rows]


def test_a_reading_tells_its_version_and_answers_304(practice: Practice) -> None:
    program, patient = Program(practice.receptionist), practice.record.patient
    answer = program.get(f"Patient/{patient.pk}")
    meta = answer.json()["meta"]
    assert answer["ETag"] == f'W/"{meta["versionId"]}"'
    assert answer["Last-Modified"].endswith("GMT")
    same = program.get(f"Patient/{patient.pk}", **{"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert program.get(f"Patient/{patient.pk}", **{"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    patient.city = "Mol"
    patient.save(update_fields=["city"])
    changed = program.get(f"Patient/{patient.pk}", **{"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert int(changed.json()["meta"]["versionId"]) == int(meta["versionId"]) + 1


def test_what_tells_of_other_rows_is_as_new_as_those(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks whether an order changed must hear of it when only its episode ended."""
    program, record = Program(practice.treating.user), practice.record
    later = at("2027-02-01")
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)  # when a row of a history is made
        for event in (record.episode.events.latest("pgh_id"), record.prescription.events.latest("pgh_id")):
            event.pk, event._state.adding = None, True
            event.save()
    found = record.plan.classification
    found.pk, found.made_at, found._state.adding = uuid7(), later, True
    found.save()
    for kind, pk in (("ServiceRequest", record.prescription.pk), ("EpisodeOfCare", record.episode.pk),
                     ("Condition", record.episode.pk)):  # fmt: skip
        answer = program.get(f"{kind}/{pk}")
        assert not answer.has_header("ETag"), kind
        assert answer.json()["meta"] == {"lastUpdated": "2027-02-01T09:00:00Z"}, kind


def test_every_reading_is_noted_before_it_is_answered(practice: Practice) -> None:
    program, record = Program(practice.treating.user), practice.record
    person = str(record.patient.pk)
    for path, part in {
        f"Patient/{person}": "other program",
        f"Appointment/{record.visit.pk}": "other program",
        f"Observation/{record.diary.pk}": "other program clinical",
        f"Goal/{record.plan.goals.all()[0].pk}": "other program clinical",
        f"Condition?patient={person}": "other program clinical list",
        f"Appointment?patient={person}": "other program list",
        f"Observation?patient={person}&_summary=count": "other program clinical list",
        f"Patient/{person}/$everything": "other program everything",
        f"PlanDefinition/itbs/$apply?subject=Patient/{person}": "other program clinical",
    }.items():
        before = len(noted(practice.treating.user))
        assert program.get(path).status_code == 200, path
        assert noted(practice.treating.user)[before:] == [(person, part)], path
    before = len(noted(practice.treating.user))
    for path in ("PlanDefinition/itbs", "Questionnaire", "Location", "Practitioner", "Organization", "metadata"):
        assert program.get(path).status_code == 200, path
    assert len(noted(practice.treating.user)) == before


def test_in_a_browser_a_colleagues_patient_wants_a_reason_and_a_program_is_noted(
    practice: Practice, client_of: ClientOf
) -> None:
    person, client = practice.record.patient.pk, client_of(practice.colleague.user)
    for path in (f"Condition/{practice.record.episode.pk}", f"Observation?patient={person}",
                 f"Observation?patient={person}&_summary=count", f"Patient/{person}/$everything",
                 f"Condition?patient={person}&clinical-status=resolved",  # nothing is found, and that tells too
                 f"Condition?subject=Patient/{person}&clinical-status=resolved&_summary=count",
                 f"PlanDefinition/itbs/$apply?subject={person}",
                 f"Patient?_id={person}&_revinclude=Condition:patient"):  # fmt: skip
        answer = client.get(f"{BASE}/{path}")
        assert answer.status_code == 403, path
        found = issue_of(answer)
        assert (found["code"], found["details"]["coding"][0]["code"]) == ("forbidden", "reason-wanted")
    assert client.get(f"{BASE}/Patient/{person}").status_code == 200
    assert Program(practice.colleague.user).get(f"Condition/{practice.record.episode.pk}").status_code == 200
    assert AccessReason.objects.filter(user_id=practice.colleague.user_id, by_program=True).exists()


def test_a_program_that_finds_nothing_of_a_patient_is_noted(practice: Practice) -> None:
    person, user = practice.record.patient.pk, practice.treating.user
    for path in ("Condition?patient={}&clinical-status=resolved", "Observation?subject=Patient/{}&date=lt1990"):
        before = len(noted(user))
        assert Program(user).get(path.format(person)).json().get("entry", []) == []
        assert noted(user)[before:] == [(str(person), "other program clinical list")]


def test_the_desk_reads_of_an_episode_when_and_with_whom(practice: Practice, client_of: ClientOf) -> None:
    path, episode = f"EpisodeOfCare/{practice.record.episode.pk}", practice.record.episode
    for program in (Program(practice.receptionist), Program(practice.owner)):
        body = program.get(path).json()
        assert set(body) <= {"resourceType", "id", "meta", "status", "patient", "careManager", "period",
                             "statusHistory", "managingOrganization"}  # fmt: skip
        assert body["patient"]["reference"] == f"Patient/{episode.patient_id}"
        assert program.get(f"Condition/{episode.pk}").status_code == 403
    assert "diagnosis" in Program(practice.treating.user).get(path).json()
    assert "diagnosis" not in client_of(practice.colleague.user).get(f"{BASE}/{path}").json()


@pytest.mark.usefixtures("without_second_factor")
def test_staff_show_their_second_factor_first(practice: Practice, client_of: ClientOf) -> None:
    answer = client_of(practice.treating.user).get(f"{BASE}/Patient")
    assert (answer.status_code, issue_of(answer)["code"]) == (403, "forbidden")


def two_years(practice: Practice) -> None:
    """Give the patient the record of two years: 700 entries of the diary, 60 contacts, 600 findings."""
    record, by = practice.record, practice.treating
    person: dict[str, Any] = {"patient": record.patient, "episode": record.episode}
    DiaryEntry.objects.bulk_create(
        DiaryEntry(
            patient=record.patient, plan=record.plan, started_at=NOW - day * DAY, ended_at=NOW - day * DAY + DAY / 48,
            side="R", pre=1, during=day % 5, after=1, client_key=f"day {day}", created_by=record.user,
        )
        for day in range(3, 703)
    )  # fmt: skip
    contacts = Encounter.objects.bulk_create(
        Encounter(kind="session", status="finished", practitioner=by, started_at=NOW - week * 12 * DAY,
                  ended_at=NOW - week * 12 * DAY + DAY / 48, **person)
        for week in range(60)
    )  # fmt: skip
    Observation.objects.bulk_create(
        Observation(encounter=contact, measure_id="nprs_worst", value=number % 10, number=number % 10,
                    effective_at=contact.started_at, entered_by=by.user, **person)
        for contact in contacts for number in range(10)
    )  # fmt: skip


def test_the_whole_of_two_years_takes_fifteen_queries(practice: Practice, django_assert_max_num_queries: Any) -> None:
    program, patient = Program(practice.treating.user), practice.record.patient
    two_years(practice)
    with django_assert_max_num_queries(15):
        answer = program.get(f"Patient/{patient.pk}/$everything")
    body = answer.json()
    assert answer.status_code == 200
    assert len(body["entry"]) > 1360
    Bundle.model_validate(body)
    addresses = {each["fullUrl"].removeprefix(f"http://testserver{BASE}/") for each in body["entry"]}
    assert len(addresses) == len(body["entry"])
    assert str(practice.other.patient.pk) not in answer.content.decode()
    served = {each["resource"]["resourceType"] for each in body["entry"]}
    assert served <= set(KINDS)


def test_each_part_of_the_whole_is_what_reading_it_gives(practice: Practice) -> None:
    """Two ways to the same resource: from the whole record in one statement, and from its own row."""
    program = Program(practice.treating.user)
    whole = program.get(f"Patient/{practice.record.patient.pk}/$everything").json()
    kinds, wrong = set(), []
    for each in (entry["resource"] for entry in whole["entry"]):
        kinds.add(each["resourceType"])
        read = program.get(f"{each['resourceType']}/{each['id']}").json()
        if without_meta(read) != without_meta(each):
            wrong.append((without_meta(read), without_meta(each)))
    assert wrong == []
    assert len(kinds) >= 13


def without_meta(resource: Any) -> Any:
    return {name: value for name, value in resource.items() if name != "meta"}


def test_the_whole_comes_by_type_since_a_moment_and_in_pages(practice: Practice) -> None:
    program, path = Program(practice.treating.user), f"Patient/{practice.record.patient.pk}/$everything"
    whole = program.get(path).json()
    ids = [each["fullUrl"] for each in whole["entry"]]
    some = program.get(path, {"_type": "Encounter,Goal"}).json()
    assert {each["resource"]["resourceType"] for each in some["entry"]} == {"Encounter", "Goal"}
    later = program.get(path, {"_since": "2200"}).json()
    assert len(later.get("entry", [])) < len(ids)
    bundle = program.get(path, {"_count": 7}).json()
    found = []
    while True:
        found += [each["fullUrl"] for each in bundle["entry"]]
        url = next((each["url"] for each in bundle["link"] if each["relation"] == "next"), None)
        if url is None:
            break
        bundle = program.client.get(url.removeprefix("http://testserver")).json()
    assert found == ids
    assert program.get(path, {"_type": "Medication"}).status_code == 400
    assert program.get(path, {"name": "x"}).status_code == 400
    assert program.get(f"Patient/{practice.certificate.patient_id}/$everything").status_code == 404


def test_a_pathway_is_applied_and_nothing_is_written(practice: Practice) -> None:
    program, subject = Program(practice.treating.user), f"Patient/{practice.record.patient.pk}"
    before = CarePlan.objects.count()
    answer = program.get("PlanDefinition/itbs/$apply", {"subject": subject})
    body = answer.json()
    assert (body["resourceType"], body["intent"], body["status"]) == ("CarePlan", "proposal", "draft")
    assert body["subject"]["reference"] == subject
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "subject", "valueString": subject}]}
    posted = program.client.post(f"{BASE}/PlanDefinition/itbs/$apply", parameters, content_type="application/fhir+json")
    assert posted.json() == body
    assert CarePlan.objects.count() == before
    assert issue_of(program.get("PlanDefinition/itbs/$apply"))["code"] == "required"
    assert program.get("PlanDefinition/none/$apply", {"subject": subject}).status_code == 404
    assert program.get("PlanDefinition/itbs/$apply", {"subject": "Patient/1"}).status_code == 404
    assert Program(practice.receptionist).get("PlanDefinition/itbs/$apply", {"subject": subject}).status_code == 403


def test_a_reading_takes_eight_queries_and_a_list_no_more_for_more_rows(
    practice: Practice, django_assert_max_num_queries: Any
) -> None:
    program, record = Program(practice.treating.user), practice.record
    for path in (f"Patient/{record.patient.pk}", f"Observation/{record.observation.pk}", f"CarePlan/{record.plan.pk}",
                 f"Appointment/{record.visit.pk}", "PlanDefinition/itbs", f"EpisodeOfCare/{record.episode.pk}",
                 f"Provenance/{record.plan.decisions.all()[0].pk}"):  # fmt: skip
        with django_assert_max_num_queries(8):
            assert program.get(path).status_code == 200
    asked = {"patient": record.patient.pk, "_count": 100, "_include": "Observation:encounter"}
    with django_assert_max_num_queries(14):
        few = program.ids("Observation", asked)
    two_years(practice)
    with django_assert_max_num_queries(14):
        assert len(program.ids("Observation", asked)) == 100 > len(few)
    with django_assert_max_num_queries(8):
        assert len(program.ids("Encounter", {"patient": record.patient.pk, "_count": 100})) > 60
