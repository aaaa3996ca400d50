"""Every type: searched, read by what was found, as every role, with the policy's answer."""

from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from accounts.policy import may
from fysicure.fhir.server.registry import KINDS
from scheduling.models import BookingPolicy
from tests.fhir.server.conftest import BASE, Program, issue_of
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
ROLES = ("patient", "receptionist", "treating therapist", "owner")
# What needs a question to be found at all.
ASKED: dict[str, dict[str, str]] = {"Slot": {"start": "ge2026-11-24", "_count": "3"}}


@pytest.mark.parametrize("name", KINDS)
def test_a_therapist_finds_and_reads_every_type(name: str, therapist_program: Program) -> None:
    answer = therapist_program.get(name, ASKED.get(name))
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/fhir+json; charset=utf-8"
    bundle = answer.json()
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "searchset")
    assert bundle["entry"], name
    Bundle.model_validate(bundle)
    for each in bundle["entry"]:
        assert each["resource"]["resourceType"] == name
        assert each["fullUrl"] == f"http://testserver{BASE}/{name}/{each['resource']['id']}"
        again = therapist_program.get(f"{name}/{each['resource']['id']}")
        assert again.status_code == 200, again.content
        assert again.json() == each["resource"]


@pytest.mark.parametrize("role", ROLES)
def test_the_policy_says_who_may_ask_for_a_type(role: str, practice: Practice) -> None:
    user = practice.user(role)
    assert user is not None
    program = Program(user)
    for name, kind in KINDS.items():
        answers: list[Any] = [program.get(name), program.post(f"{name}/_search"), program.get(f"{name}/none")]
        wanted = [200, 200, 404] if may(user, kind.action) else [403, 403, 403]
        assert [each.status_code for each in answers] == wanted, (name, answers[0].content)
        if wanted[0] == 403:
            assert issue_of(answers[0])["code"] == "forbidden"


@pytest.mark.parametrize("name", KINDS)
def test_nobody_reads_without_signing_in(name: str, client: Any) -> None:
    answer = client.get(f"{BASE}/{name}")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert issue_of(answer)["code"] == "login"


def test_a_patient_reads_the_own_record_only(practice: Practice) -> None:
    program = Program(practice.record.user)
    other = {str(row.pk) for row in (practice.other.patient, practice.other.episode, practice.other.plan)}
    for name, kind in KINDS.items():
        if not may(practice.record.user, kind.action):
            continue
        answer = program.get(name)
        assert answer.status_code == 200, (name, answer.content)
        text = answer.content.decode()
        assert not [pk for pk in other if pk in text], name
    assert program.get(f"Patient/{practice.other.patient.pk}").status_code == 404
    assert program.ids("Patient") == [str(practice.record.patient.pk)]
    whole = program.get(f"Patient/{practice.record.patient.pk}/$everything")
    assert whole.status_code == 200, whole.content
    assert len(whole.json()["entry"]) > 15
    assert not [pk for pk in other if pk in whole.content.decode()]
    assert program.get(f"Patient/{practice.other.patient.pk}/$everything").status_code == 404


def test_a_patient_sees_no_visits_where_the_practice_says_so(practice: Practice) -> None:
    BookingPolicy.objects.create(pk=1, patients_see=False)
    program, visit = Program(practice.record.user), str(practice.record.visit.pk)
    assert program.ids("Appointment") == []
    assert program.get(f"Appointment/{visit}").status_code == 404
    whole = program.get(f"Patient/{practice.record.patient.pk}/$everything").json()
    assert "Appointment" not in {each["resource"]["resourceType"] for each in whole["entry"]}
    assert Program(practice.treating.user).get(f"Appointment/{visit}").status_code == 200
