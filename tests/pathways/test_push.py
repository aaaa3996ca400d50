"""The question of the morning on a telephone: told once, in the morning, to who wants it, without a clinical word."""

import datetime
from typing import Any

import pytest
from django.test import Client

from accounts.exceptions import InvalidInput
from accounts.web_push import Receiver, encoded, new_private_key, public_key
from accounts.webhooks.network import Answer, Failure
from pathways import push
from pathways.models import CarePlan, PushSubscription
from pathways.push import MOST, ask_in_the_morning, forget, notice_for, remember
from tests.people import NOW, at
from tests.running_plan import log, plan, version

__all__ = ["plan", "version"]
MORNING = at("2026-11-24", "08:30")
AUTH = encoded(b"0123456789abcdef")
CLINICAL = ("pijn", "knie", "loop", "oefening", "pain", "knee", "run", "exercise", "douleur", "genou", "kine")


def receiver(name: str = "one") -> Receiver:
    return Receiver(f"https://8.8.8.8/{name}", public_key(new_private_key()), AUTH)


@pytest.fixture
def asked(plan: CarePlan, settings: Any) -> CarePlan:
    """A patient who ran yesterday evening and wants to be reminded."""
    settings.VAPID_PRIVATE_KEY = new_private_key()
    log(plan, MORNING - datetime.timedelta(hours=14), next=None)
    remember(plan.patient, receiver(), now=NOW)
    return plan


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What the service of the browser got; the last one decides how it answers."""
    notices: list[dict[str, str]] = []

    def notify(to: Receiver, notice: dict[str, str], **_more: Any) -> Answer:
        notices.append({**notice, "endpoint": to.endpoint})
        return ANSWERS.get(to.endpoint.rsplit("/", 1)[1], Answer(1, 201))

    monkeypatch.setattr(push, "notify", notify)
    return notices


ANSWERS = {
    "gone": Answer(1, 410, Failure.GONE),
    "unknown": Answer(1, 404, Failure.REFUSED),
    "busy": Answer(1, 503, Failure.TOO_BUSY),
}


def test_a_question_is_told_once(asked: CarePlan, sent: list[dict[str, str]]) -> None:
    assert [ask_in_the_morning(now=MORNING + datetime.timedelta(minutes=10 * each)) for each in range(3)] == [1, 0, 0]
    assert (sent[0]["lang"], sent[0]["url"]) == ("nl", "/portal/")
    assert len(sent) == 1


def test_nobody_is_told_at_night_or_after_the_answer(asked: CarePlan, sent: list[dict[str, str]]) -> None:
    for clock in ("06:30", "07:30", "12:30", "21:30"):  # the quiet hours last until eight
        assert ask_in_the_morning(now=at("2026-11-24", clock)) == 0
    asked.diary.update(next=1)
    assert ask_in_the_morning(now=MORNING) == 0
    assert sent == []


def test_nobody_is_told_without_a_key(asked: CarePlan, sent: list[dict[str, str]], settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    assert ask_in_the_morning(now=MORNING) == 0
    assert sent == []


@pytest.mark.parametrize("name", ["gone", "unknown"])
def test_a_browser_that_ended_it_is_forgotten(asked: CarePlan, sent: list[dict[str, str]], name: str) -> None:
    forget(asked.patient)
    remember(asked.patient, receiver(name), now=NOW)
    assert ask_in_the_morning(now=MORNING) == 0
    assert not PushSubscription.objects.exists()


def test_what_fails_is_tried_again(asked: CarePlan, sent: list[dict[str, str]]) -> None:
    forget(asked.patient)
    remember(asked.patient, receiver("busy"), now=NOW)
    assert ask_in_the_morning(now=MORNING) == 0
    assert ask_in_the_morning(now=MORNING + datetime.timedelta(minutes=10)) == 0
    assert len(sent) == 2


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_a_notice_holds_no_clinical_word(plan: CarePlan, language: str) -> None:
    plan.patient.language = language
    notice = notice_for(plan.patient)
    text = f"{notice['title']} {notice['body']}".lower()
    assert not [word for word in CLINICAL if word in text]
    assert plan.patient.given_name.lower() not in text


@pytest.mark.parametrize(
    "endpoint", ["http://10.0.0.1/x", "https://192.168.1.1/x", "https://user@8.8.8.8/x", "ftp://8.8.8.8/", "nothing"]
)
def test_an_address_within_the_practice_is_refused(plan: CarePlan, endpoint: str) -> None:
    with pytest.raises(InvalidInput):
        remember(plan.patient, Receiver(endpoint, public_key(new_private_key()), AUTH), now=NOW)
    with pytest.raises(InvalidInput):
        remember(plan.patient, Receiver("https://8.8.8.8/x", "no key", AUTH), now=NOW)


def test_a_browser_is_remembered_once_and_not_too_many(plan: CarePlan) -> None:
    same = receiver("same")
    for _each in range(2):
        remember(plan.patient, same, now=NOW)
    assert plan.patient.push_subscriptions.count() == 1
    for number in range(MOST + 1):
        remember(plan.patient, receiver(str(number)), now=NOW + datetime.timedelta(minutes=number))
    assert plan.patient.push_subscriptions.count() == MOST
    assert forget(plan.patient, "https://8.8.8.8/5") == 1
    assert forget(plan.patient) == MOST - 1


def test_the_portal_turns_it_on_and_off(plan: CarePlan, client_of: Any, stranger: Any) -> None:
    phone: Client = client_of(plan.patient.user)
    mine = receiver("mine")
    given = {"endpoint": mine.endpoint, "p256dh": mine.p256dh, "auth": mine.auth}
    assert phone.post("/portal/reminder/", given).status_code == 204
    assert phone.post("/portal/reminder/", {**given, "endpoint": "https://10.1.1.1/x"}).status_code == 422
    assert client_of(stranger).post("/portal/reminder/stop/", {"endpoint": mine.endpoint}).status_code == 204
    assert plan.patient.push_subscriptions.filter(endpoint=mine.endpoint).exists()
    assert phone.post("/portal/reminder/stop/", {"endpoint": mine.endpoint}).status_code == 204
    assert not plan.patient.push_subscriptions.filter(endpoint=mine.endpoint).exists()


def test_the_card_is_shown_only_with_a_key(plan: CarePlan, client_of: Any, settings: Any) -> None:
    phone = client_of(plan.patient.user)
    assert 'id="reminder"' not in phone.get("/portal/").content.decode()
    settings.VAPID_PRIVATE_KEY = new_private_key()
    for page in ("/portal/", "/portal/messages/"):
        assert public_key(settings.VAPID_PRIVATE_KEY) in phone.get(page).content.decode()
