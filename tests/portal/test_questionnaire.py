"""Questionnaires in the portal: asked when they are due, kept while typed, sent once, thanked for without a verdict."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AccessLog, User
from pathways.instruments import enter_text
from pathways.models import CarePlan, InstrumentText, OutcomeResponse
from pathways.outcomes import record_outcome
from patients.models import Observation
from tests.people import NOW

DAY = datetime.timedelta(days=1)
ITEMS = [f"Own test item {number}" for number in range(1, 21)]
SignIn = Callable[[User], Client]


def address(key: str) -> str:
    return reverse("portal:questionnaire", args=[key])


@pytest.fixture
def phone(client_of: SignIn, patient_user: User) -> Client:
    return client_of(patient_user)


@pytest.fixture
def text(plan: CarePlan, owner: User) -> InstrumentText:
    """The practice typed the items of LEFS."""
    return enter_text("lefs", ITEMS, "Letter of the author, 2026.", by=owner, now=NOW)


def lefs(text: InstrumentText, count: int = 20, **more: str) -> dict[str, Any]:
    answers = {str(number): "3" for number in range(1, count + 1)}
    return {"client_key": "tap", "text": str(text.pk), **answers, **more}


def test_home_asks_what_is_due_and_can_be_filled_in(phone: Client, plan: CarePlan) -> None:
    page = phone.get(reverse("portal:home")).content.decode()
    assert address("groc") in page
    assert address("psfs") in page
    assert address("lefs") not in page
    assert address("tegner") not in page


def test_home_asks_a_questionnaire_with_text(phone: Client, text: InstrumentText) -> None:
    assert address("lefs") in phone.get(reverse("portal:home")).content.decode()


def test_an_answer_is_kept_once_and_thanked_for_without_a_verdict(phone: Client, plan: CarePlan) -> None:
    assert phone.get(address("groc")).status_code == 200
    answer = phone.post(address("groc"), {"client_key": "tap", "value": "-3"}, follow=True)
    assert answer.redirect_chain == [(address("groc"), 302)]
    page = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    assert not [word for word in ("-3", "mprove", "orse", "erbeterd", "lechter") if word in page]
    row = OutcomeResponse.objects.get()
    assert (row.score, row.source, row.entered_by, row.plan) == (-3, "portal", plan.patient.user, plan)
    assert (row.observation.measure_id, row.observation.encounter) == ("groc", None)
    again = phone.post(address("groc"), {"client_key": "tap", "value": "5"})
    assert again.status_code == 200
    assert OutcomeResponse.objects.count() == 1
    assert address("groc") not in phone.get(reverse("portal:home")).content.decode()
    assert AccessLog.objects.filter(patient_id=plan.patient_id).exists()


def test_what_is_typed_is_kept_on_the_server(phone: Client, text: InstrumentText) -> None:
    saved = phone.post(address("lefs"), lefs(text, 7, do="keep"), headers={"Accept": "application/json"})
    assert saved.json() == {"saved_at": "10:00"}
    assert not OutcomeResponse.objects.exists()
    page = phone.get(address("lefs"))
    assert page.context["resumed"] is True
    assert page.content.decode().count(" checked") == 7
    assert 'value="tap"' in page.content.decode()


def test_without_script_a_button_keeps_it_for_later(phone: Client, text: InstrumentText) -> None:
    answer = phone.post(address("lefs"), lefs(text, 3, do="later"))
    assert answer.status_code == 302
    assert phone.get(address("lefs")).content.decode().count(" checked") == 3


def test_what_was_typed_to_older_words_is_not_taken_along(phone: Client, text: InstrumentText, owner: User) -> None:
    phone.post(address("lefs"), lefs(text, 7, do="keep"))
    enter_text("lefs", ["Changed", *ITEMS[1:]], "Letter of the author, 2026.", by=owner, now=NOW)
    page = phone.get(address("lefs"))
    assert page.context["resumed"] is False
    assert page.content.decode().count(" checked") == 0


def test_open_items_are_shown_and_may_stay_open(phone: Client, text: InstrumentText) -> None:
    answer = phone.post(address("lefs"), lefs(text, 18))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert list(answer.context["form"].errors) == ["19", "20"]
    assert page.count("is-open") == 2
    assert page.count(" checked") == 18
    assert phone.get(address("lefs")).content.decode().count(" checked") == 18
    done = phone.post(address("lefs"), lefs(text, 18, leave_open="on"), follow=True)
    assert done.status_code == 200
    row = OutcomeResponse.objects.get()
    assert (row.score, len(row.answers)) == (None, 18)
    assert not Observation.objects.filter(measure="lefs").exists()


def test_nothing_at_all_is_not_sent(phone: Client, plan: CarePlan) -> None:
    assert phone.post(address("groc"), {"client_key": "k"}).status_code == 422
    assert phone.post(address("groc"), {"client_key": "k", "leave_open": "on"}).status_code == 422
    assert phone.post(address("groc"), {"client_key": "k", "value": "6"}).status_code == 422
    assert not OutcomeResponse.objects.exists()


def test_activities_are_named_and_scored(phone: Client, plan: CarePlan) -> None:
    form = phone.get(address("psfs")).context["form"]
    (known,) = [name for name in form.names if name.startswith("known-")]
    typed = {"client_key": "k", known: "4", "new-0": "Traplopen", "new-0-score": "6", "new-1": "Hurken"}
    wrong = phone.post(address("psfs"), typed)
    assert wrong.status_code == 422
    assert "Traplopen" in wrong.content.decode()
    assert phone.post(address("psfs"), {**typed, "new-1-score": "5"}).status_code == 302
    assert OutcomeResponse.objects.get().score == 5
    assert Observation.objects.get(measure="psfs_running").number == 4


def test_only_what_is_due_and_meant_for_patients_has_a_page(phone: Client, plan: CarePlan) -> None:
    for key in ("nprs", "lefs", "tegner", "horoscope"):
        assert phone.get(address(key)).status_code == 404
        assert phone.post(address(key), {"client_key": "k", "value": "3", "total": "3"}).status_code == 404


def test_a_plan_that_stands_still_asks_nothing(phone: Client, plan: CarePlan) -> None:
    CarePlan.objects.filter(pk=plan.pk).update(status="on-hold", hold_reason="blocked")
    assert phone.get(address("groc")).status_code == 302
    assert address("groc") not in phone.get(reverse("portal:home")).content.decode()


def test_staff_and_strangers_stay_out(client_of: SignIn, plan: CarePlan, therapist: User, stranger: User) -> None:
    assert client_of(therapist).get(address("groc")).status_code == 403
    client_of(stranger).post(address("groc"), {"client_key": "k", "value": "3"})
    assert not OutcomeResponse.objects.exists()


def test_ten_times_the_answers_cost_the_same(phone: Client, plan: CarePlan, therapist: User) -> None:
    counts = []
    for first, last in ((5, 7), (7, 20)):
        for number in range(first, last):
            answers = {"activities": [{"name": name, "score": 3} for name in ("Lopen", "Trap", "Hurken")]}
            record_outcome(
                plan, "psfs", answers, source="visit", client_key=str(number), by=therapist, now=NOW - number * DAY
            )
        row = []
        for page in (reverse("portal:home"), address("psfs")):
            phone.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert phone.get(page).status_code == 200
            row.append(len(queries))
        counts.append(row)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 14
