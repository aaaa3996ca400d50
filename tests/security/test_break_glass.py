"""A colleague's record opens after saying why, and the owner looks back."""

import datetime
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access_reasons import give_reason, questions_for
from accounts.models import AccessLog, AccessReason, AccessReview, Role, SecurityEvent, User
from accounts.policy import ACTIONS, RELATIONS, Answer, decide
from accounts.relations import Relation, relation_of
from accounts.tokens import issue
from patients.models import Encounter
from tests.people import NOW, make_patient
from tests.security.practice import Practice

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOUR = datetime.timedelta(hours=1)


def test_the_relation_is_one_query_and_a_new_patient_is_everyones(practice: Practice) -> None:
    patient = practice.record.patient.pk
    with CaptureQueriesContext(connection) as queries:
        assert relation_of(practice.treating.user, patient, now=NOW) == Relation.TREATING
    assert len(queries) == 1
    assert relation_of(practice.colleague.user, patient, now=NOW) == Relation.PRACTICE
    assert relation_of(practice.record.user, patient, now=NOW) == Relation.OWN
    assert relation_of(practice.other.user, patient, now=NOW) == Relation.NONE
    assert relation_of(practice.owner, patient, now=NOW) == Relation.PRACTICE
    assert relation_of(practice.colleague.user, make_patient("Nieuw").pk, now=NOW) == Relation.TREATING


@pytest.mark.parametrize("years", [1, 3])
def test_who_stood_in_treats_for_two_years(practice: Practice, years: int) -> None:
    now = practice.record.visit.start + datetime.timedelta(days=365 * years)
    visit = practice.record.visit
    visit.practitioner = practice.colleague
    visit.room = None
    visit.save(update_fields=["practitioner", "room"])
    wanted = Relation.TREATING if years < 2 else Relation.PRACTICE
    assert relation_of(practice.colleague.user, practice.record.patient.pk, now=now) == wanted


def test_every_action_on_a_patient_is_in_the_table_and_answers(practice: Practice) -> None:
    assert set(RELATIONS) <= set(ACTIONS)
    patient = practice.record.patient.pk
    for action, rule in RELATIONS.items():
        care = rule.get(Relation.PRACTICE) is Answer.REASON_WANTED
        assert decide(practice.other.user, action, patient, now=NOW) is Answer.REFUSED
        if care:
            assert decide(practice.receptionist, action, patient, now=NOW) is Answer.REFUSED
            assert decide(practice.owner, action, patient, now=NOW) is Answer.REFUSED
            assert Role.THERAPIST in ACTIONS[action]


def test_the_page_asks_why_and_goes_on(practice: Practice, client_of: ClientOf) -> None:
    client, plan = client_of(practice.colleague.user), practice.record.plan
    wanted = reverse("pathways:charts", args=[plan.pk])
    asked = client.get(wanted)
    assert asked.status_code == 302
    page = client.get(asked["Location"])
    assert practice.record.patient.family_name in page.content.decode()
    assert practice.treating.name in page.content.decode()
    empty = client.post(asked["Location"], {"code": "other", "words": " ", "next": wanted})
    assert empty.status_code == 422
    went = client.post(asked["Location"], {"code": "urgent", "words": "Belde vanmorgen", "next": wanted})
    assert (went.status_code, went["Location"]) == (302, wanted)
    assert client.get(wanted).status_code == 200
    log = AccessLog.objects.get(user_id=practice.colleague.user.pk, part="charts")
    assert "Belde vanmorgen" in log.reason
    event = SecurityEvent.objects.get(kind="break_glass", user_id=practice.colleague.user.pk)
    assert (event.patient_id, event.detail) == (practice.record.patient.pk, {"reason": "urgent", "by_program": False})


def test_the_way_on_is_ours(practice: Practice, client_of: ClientOf) -> None:
    page = reverse("patients:give-reason", args=[practice.record.patient.pk])
    for elsewhere in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        went = client_of(practice.colleague.user).post(page, {"code": "cover", "next": elsewhere})
        assert went["Location"] == reverse("patients:chart", args=[practice.record.patient.pk])


def test_nothing_is_written_before_the_reason(practice: Practice, client_of: ClientOf) -> None:
    client, plan, contacts = client_of(practice.colleague.user), practice.record.plan, Encounter.objects.count()
    here = reverse("pathways:plan", args=[plan.pk])
    refused = client.post(
        reverse("pathways:write-note", args=[plan.pk]), headers={"Referer": f"http://testserver{here}"}
    )
    assert refused.status_code == 302
    assert "next=" + here.replace("/", "%2F") in refused["Location"]
    assert Encounter.objects.count() == contacts
    script = client.post(
        reverse("pathways:save-intake", args=[practice.record.draft.pk]), headers={"Accept": "application/json"}
    )
    assert (script.status_code, script.json()["type"]) == (403, "/api/problems/reason-wanted")
    part = client.get(here, headers={"HX-Request": "true"})
    assert (part.status_code, "/reason/" in part["HX-Redirect"]) == (204, True)


def test_a_reason_holds_twelve_hours_for_one_patient(
    practice: Practice, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, user = client_of(practice.colleague.user), practice.colleague.user
    give_reason(practice.record.patient.pk, code="cover", by=user, now=NOW)
    mine, other = (reverse("pathways:plan", args=[each.plan.pk]) for each in (practice.record, practice.other))
    assert (client.get(mine).status_code, client.get(other).status_code) == (200, 302)
    monkeypatch.setattr(timezone, "now", lambda: NOW + 12 * HOUR)
    assert client_of(user).get(mine).status_code == 302


def test_the_desks_part_needs_no_reason(practice: Practice, client_of: ClientOf) -> None:
    client = client_of(practice.colleague.user)
    for name, pk in [
        ("patients:chart", practice.record.patient.pk),
        ("patients:edit-prescription", practice.record.prescription.pk),
        ("scheduling:appointment", practice.record.visit.pk),
    ]:
        page = client.get(reverse(name, args=[pk]))
        assert page.status_code == 200
        assert "Woorden over wat er scheelt" not in page.content.decode()


def test_a_program_is_let_through_and_reviewed(practice: Practice) -> None:
    bearer = {"Authorization": f"Bearer {issue(practice.colleague.user)}"}
    url = reverse("plan-detail", args=[practice.record.plan.pk])
    assert Client().get(url, headers=bearer).status_code == 200
    assert Client().get(url, headers=bearer).status_code == 200
    silent = AccessReason.objects.get(user_id=practice.colleague.user.pk)
    assert (silent.code, silent.by_program, silent.sentence) == ("none", True, "")
    said = {**bearer, "X-Access-Reason": "Nachtelijke kopie"}
    assert Client().get(url, headers=said).status_code == 200
    assert AccessLog.objects.filter(reason="Nachtelijke kopie").count() == 1


def test_a_made_up_key_opens_no_page(practice: Practice, client_of: ClientOf) -> None:
    page = reverse("pathways:plan", args=[practice.record.plan.pk])
    assert client_of(practice.colleague.user).get(page, headers={"Authorization": "Bearer x"}).status_code == 302


def test_the_owner_looks_back_and_the_therapist_answers(practice: Practice, client_of: ClientOf) -> None:
    reason = give_reason(practice.record.patient.pk, code="consult", by=practice.colleague.user, now=NOW)
    therapist, owner = client_of(practice.colleague.user), client_of(practice.owner)
    therapist.get(reverse("pathways:plan", args=[practice.record.plan.pk]))
    page, act = reverse("patients:access-reviews"), reverse("patients:review-access", args=[reason.pk])
    shown = owner.get(page).content.decode()
    assert practice.colleague.name in shown and practice.record.patient.family_name in shown
    assert page in owner.get(reverse("today")).content.decode()
    assert owner.post(act, {"outcome": "question", "note": ""}).status_code == 422
    assert owner.post(act, {"outcome": "question", "note": "Wie vroeg dat?"}).status_code == 302
    assert list(questions_for(practice.colleague.user)) == [reason]
    answer = reverse("patients:explain-access", args=[reason.pk])
    assert answer in therapist.get(reverse("today")).content.decode()
    assert "Wie vroeg dat?" in therapist.get(answer).content.decode()
    assert therapist.post(answer, {"note": "Lotte, bij de koffie"}).status_code == 302
    assert not questions_for(practice.colleague.user).exists()
    assert owner.post(act, {"outcome": "seen"}).status_code == 302
    assert owner.post(act, {"outcome": "seen"}).status_code == 422
    assert list(reason.reviews.values_list("outcome", flat=True)) == ["question", "answer", "seen"]


def test_the_review_costs_the_same_however_long(practice: Practice, client_of: ClientOf) -> None:
    owner, page = client_of(practice.owner), reverse("patients:access-reviews")

    def cost() -> int:
        owner.get(page)
        with CaptureQueriesContext(connection) as queries:
            owner.get(page)
        return len(queries)

    few = cost()
    for number in range(15):
        patient = make_patient(f"Vele{number}", phone="")
        row = give_reason(patient.pk, code="cover", by=practice.colleague.user, now=NOW)
        AccessReview.objects.create(reason=row, outcome="question", note="?", by_id=practice.owner.pk)
    assert cost() == few <= 16


def test_reading_that_stands_out(practice: Practice, client_of: ClientOf) -> None:
    night = (NOW - datetime.timedelta(days=1)).replace(hour=3)
    rows = [(NOW - HOUR, make_patient(f"Rij{number}", phone="").pk) for number in range(41)]
    rows += [(night, practice.record.patient.pk)]
    AccessLog.objects.bulk_create(
        AccessLog(user_id=practice.colleague.user.pk, role="therapist", patient_id=pk, part="chart", at=when)
        for when, pk in rows
    )
    shown = client_of(practice.owner).get(reverse("patients:access-reviews")).context["stands_out"]
    assert {(each.kind, each.count) for each in shown} == {("many", 41), ("night", 1)}
