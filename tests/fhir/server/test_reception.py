"""Whatever the desk or the owner asks, no clinical word comes along: every clinical text is a canary."""

import pytest

from accounts.policy import may
from fysicure.fhir.server.registry import KINDS
from tests.fhir.server.conftest import Program, plant_with_consents
from tests.security.practice import Practice
from tests.security.test_reception import CANARY, put_canaries

pytestmark = [pytest.mark.django_db, pytest.mark.owner]  # who plants canaries in a history must own it


@pytest.fixture
def practice(db: None) -> Practice:
    """The practice of one test: who owns the tables signs in anew for each."""
    return plant_with_consents()


@pytest.mark.parametrize("role", ["receptionist", "owner"])
def test_no_search_holds_a_clinical_word(role: str, practice: Practice) -> None:
    assert put_canaries() > 60
    user = practice.user(role)
    assert user is not None
    program, count = Program(user), 0
    for name, kind in KINDS.items():
        if not may(user, kind.action):
            continue
        along = [f"{other.name}:{each}" for other in KINDS.values() for each in other.includes]
        asked = [f"_count=100&_include={name}:{each}" for each in kind.includes] + ["_count=100"]
        asked += [f"_count=20&_revinclude={each}" for each in along]
        for form in asked:
            answer = program.post(f"{name}/_search", form)
            assert answer.status_code in {200, 400}, (name, form, answer.content)
            assert CANARY not in answer.content.decode(), (name, form)
            count += answer.status_code == 200
            ids = [each["resource"]["id"] for each in answer.json().get("entry", [])[:2]]
            assert not [pk for pk in ids if CANARY in program.get(f"{name}/{pk}").content.decode()]
    assert count > 20
    treating = Program(practice.treating.user)
    assert CANARY in treating.post("Condition/_search", f"patient={practice.record.patient.pk}").content.decode()
