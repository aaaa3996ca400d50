"""What a telephone kept without a network: one entry each, at the moment that it was filled in, in one's own name."""

import datetime
from typing import Any

import pytest
from django.test import Client

from fysicure.portal.kept import filled_at
from pathways.models import CarePlan, DiaryEntry, Task
from tests.people import NOW
from tests.running_plan import log

HOUR = datetime.timedelta(hours=1)
SEND = "/portal/diary/kept/"


@pytest.fixture
def send(phone: Client, plan: CarePlan) -> Any:
    """Send an entry as the telephone does."""

    def post(kind: str, ago: float = 0, **fields: Any) -> Any:
        given = {"kept": kind, "for_user": str(plan.patient.user_id), "ago": str(round(ago * 3600)), **fields}
        return phone.post(SEND, given, headers={"accept": "application/json"})

    return post


def run(**fields: Any) -> dict[str, Any]:
    values = {"day": "2026-11-23", "time": "09:00", "minutes": "30", "pre": "0", "during": "2", "after": "1"}
    return {**values, "client_key": "a", **fields}


def test_the_same_entry_twice_is_one_entry(send: Any, plan: CarePlan) -> None:
    first, second = send("run", 1, **run()), send("run", 2, **run())
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json() == {"to": f"/portal/diary/{plan.diary.get().pk}/"}


def test_a_rest_day_counts_when_it_was_filled_in(send: Any, plan: CarePlan) -> None:
    day = (NOW - 30 * HOUR).date().isoformat()
    assert send("rest", 30, client_key="r", day=day, pre="1").status_code == 200
    assert plan.diary.get().started_at == NOW - 30 * HOUR


def test_not_today_counts_when_it_was_filled_in(send: Any, plan: CarePlan) -> None:
    assert send("run", 5, **run(during="", after="", pre="6")).status_code == 200
    entry = plan.diary.get()
    assert (entry.started_at, entry.during, entry.created_at) == (NOW - 5 * HOUR, None, NOW)


def test_a_morning_answer_counts_when_it_was_given(send: Any, plan: CarePlan) -> None:
    entry = log(plan, NOW - 40 * HOUR, next=None)
    given = {"entry": str(entry.pk), "next": "2"}
    assert send("morning", 0, **given).status_code == 422  # closed by now
    assert send("morning", 20, **given).json() == {"to": f"/portal/diary/{entry.pk}/"}
    entry.refresh_from_db()
    assert (entry.next, entry.next_given_at) == (2, NOW - 20 * HOUR)
    # An older answer that comes later does not take its place.
    assert send("morning", 22, entry=str(entry.pk), next="7").status_code == 200
    entry.refresh_from_db()
    assert entry.next == 2


def test_what_another_account_filled_in_is_left_alone(send: Any, plan: CarePlan, stranger: Any) -> None:
    answer = send("run", 1, **run(for_user=str(stranger.pk)))
    assert (answer.status_code, answer.json()) == (409, {"other": True})
    assert not DiaryEntry.objects.exists()


def test_a_refusal_says_why(send: Any, plan: CarePlan) -> None:
    old = send("run", 0, **run(day="2026-11-01"))
    assert (old.status_code, len(old.json()["refused"])) == (422, 1)
    assert send("run", 0, **run(pre="11")).status_code == 422
    assert send("walk", 0, **run()).status_code == 422
    assert send("morning", 0, entry="none", next="1").status_code == 422
    assert not DiaryEntry.objects.exists()
    plan.status = "completed"
    plan.save(update_fields=["status"])
    assert send("run", 0, **run()).status_code == 422


def test_a_second_session_at_the_same_time_is_asked_about(send: Any, plan: CarePlan) -> None:
    send("run", 0, **run())
    twin = send("run", 0, **run(client_key="b"))
    assert twin.status_code == 409
    assert twin.json()["twin"]
    assert send("run", 0, **run(client_key="b", on_duplicate="keep")).status_code == 200
    assert plan.diary.count() == 2


@pytest.mark.parametrize("ago", ["", "-5", "1e9", "99999999999", "٣"])
def test_nonsense_about_the_moment_is_now(ago: str) -> None:
    assert filled_at(ago, NOW) == NOW


def test_nothing_is_older_than_an_entry_may_be() -> None:
    assert filled_at("3600", NOW) == NOW - HOUR
    assert filled_at("9999999", NOW) == NOW - 7 * 24 * HOUR


def test_an_alarming_sign_reaches_the_therapist_all_the_same(send: Any, plan: CarePlan) -> None:
    assert send("rest", 8, client_key="r", day="2026-11-23", pre="1", rf_any="on").status_code == 200
    assert Task.objects.filter(plan=plan).exists()
