"""The portal's pages: what they show, what they refuse, whom they let in. All without JavaScript."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AccessLog, User
from pathways.models import CarePlan, DiaryEntry
from patients.models import Patient
from scheduling.models import Appointment
from tests.people import NOW
from tests.running_plan import log

HOUR = datetime.timedelta(hours=1)
PAGES = ["home", "plan", "diary", "visits", "record", "log-run", "log-exercises", "log-rest"]
SignIn = Callable[[User], Client]


@pytest.fixture
def phone(client_of: SignIn, patient_user: User) -> Client:
    return client_of(patient_user)


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "client_key": "key", "day": "2026-11-23", "time": "09:00", "minutes": "30",
        "pre": "0", "during": "2", "after": "1", **fields,
    }  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_and_the_look_is_noted(phone: Client, plan: CarePlan, name: str) -> None:
    response = phone.get(reverse(f"portal:{name}"))
    assert response.status_code == 200
    assert AccessLog.objects.filter(patient_id=plan.patient_id).count() == 1


@pytest.mark.parametrize("name", PAGES)
def test_staff_have_no_portal(client_of: SignIn, plan: CarePlan, therapist: User, owner: User, name: str) -> None:
    for user in (therapist, owner):
        assert client_of(user).get(reverse(f"portal:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["entry", "edit-entry", "answer-next"])
def test_the_entry_of_another_is_not_there(client_of: SignIn, plan: CarePlan, stranger: User, name: str) -> None:
    entry = log(plan, NOW - 14 * HOUR)
    address = reverse(f"portal:{name}", args=[entry.pk])
    client = client_of(stranger)
    answer = client.post(address, {"next": "1"}) if name == "answer-next" else client.get(address)
    assert answer.status_code == 404
    entry.refresh_from_db()
    assert entry.next is None


def test_the_pages_of_a_stranger_show_nothing_of_the_patient(client_of: SignIn, plan: CarePlan, stranger: User) -> None:
    log(plan, NOW, note="my own words")
    for name in ("home", "plan", "diary", "visits", "record"):
        page = client_of(stranger).get(reverse(f"portal:{name}")).content.decode()
        assert "my own words" not in page
        assert plan.patient.family_name not in page


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("name", ["home", "plan", "diary", "visits", "record"])
def test_before_there_is_a_plan_the_pages_are_friendly(phone: Client, name: str) -> None:
    assert phone.get(reverse(f"portal:{name}")).status_code == 200
    assert phone.get(reverse("portal:log-run")).status_code == 302


def test_logging_a_run_shows_at_once_what_it_means(phone: Client, plan: CarePlan) -> None:
    answer = phone.post(reverse("portal:log-run"), typed(distance_km="3,5", step="S1"), follow=True)
    entry = DiaryEntry.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("portal:entry", args=[entry.pk])
    assert answer.context["meaning"].light == "PENDING"
    assert (entry.kind, entry.side, str(entry.distance_km), entry.step) == ("run", "R", "3.5", "S1")
    assert entry.ended_at - entry.started_at == datetime.timedelta(minutes=30)


def test_a_double_tap_in_the_browser_is_one_entry(phone: Client, plan: CarePlan) -> None:
    for _tap in range(2):
        assert phone.post(reverse("portal:log-run"), typed()).status_code == 302
    assert DiaryEntry.objects.count() == 1


def test_a_session_around_the_same_time_asks_and_is_joined(phone: Client, plan: CarePlan) -> None:
    phone.post(reverse("portal:log-run"), typed())
    answer = phone.post(reverse("portal:log-run"), typed(client_key="two", during="3"))
    assert answer.status_code == 409
    assert b'value="merge"' in answer.content
    phone.post(reverse("portal:log-run"), typed(client_key="two", during="3", on_duplicate="merge"))
    assert DiaryEntry.objects.get().during == 3


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"pre": "11"}, "pre"),
        ({"during": "2.5"}, "during"),
        ({"pre": ""}, "pre"),
        ({"during": ""}, "during"),
        ({"time": "23:00"}, "time"),
        ({"day": "2026-11-15"}, "time"),
        ({"minutes": "90"}, "minutes"),
        ({"distance_km": "3", "onset_km": "5"}, "onset_km"),
    ],
)
def test_a_mistake_is_shown_beside_its_field_and_nothing_is_lost(
    phone: Client, plan: CarePlan, fields: dict[str, str], field: str
) -> None:
    answer = phone.post(reverse("portal:log-run"), typed(note="felt fine", **fields))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert b"felt fine" in answer.content
    assert not DiaryEntry.objects.exists()


def test_pain_before_the_run_says_not_today(phone: Client, plan: CarePlan) -> None:
    answer = phone.post(reverse("portal:log-run"), typed(pre="4", during="", after=""), follow=True)
    entry = DiaryEntry.objects.get()
    assert (entry.pre, entry.during, entry.started_at) == (4, None, entry.ended_at)
    assert answer.context["meaning"].light == "AMBER"


def test_exercises_and_a_day_of_rest_are_logged(phone: Client, plan: CarePlan) -> None:
    phone.post(reverse("portal:log-exercises"), typed(exercises=["E4", "E5"]))
    phone.post(reverse("portal:log-rest"), {"client_key": "rest", "day": "2026-11-22", "pre": "1"})
    exercise, rest = DiaryEntry.objects.order_by("kind")
    assert (exercise.kind, exercise.exercises_done) == ("exercise", ["E4", "E5"])
    assert (rest.kind, rest.pre, rest.started_at.date()) == ("rest", 1, datetime.date(2026, 11, 22))


def test_the_morning_question_comes_first_and_one_tap_saves(phone: Client, plan: CarePlan) -> None:
    entry = log(plan, NOW - 14 * HOUR)
    page = phone.get(reverse("portal:home"))
    assert page.context["home"].questions == (entry,)
    answer = phone.post(reverse("portal:answer-next", args=[entry.pk]), {"next": "0"}, follow=True)
    assert answer.context["meaning"].light == "GREEN"
    assert phone.get(reverse("portal:home")).context["home"].questions == ()


@pytest.mark.parametrize(("hours", "value"), [(14, "11"), (14, ""), (40, "1")])
def test_a_morning_answer_that_cannot_be_taken(phone: Client, plan: CarePlan, hours: int, value: str) -> None:
    entry = log(plan, NOW - hours * HOUR)
    assert phone.post(reverse("portal:answer-next", args=[entry.pk]), {"next": value}).status_code == 422
    entry.refresh_from_db()
    assert entry.next is None


def test_an_entry_is_corrected_within_a_day(phone: Client, plan: CarePlan) -> None:
    entry = log(plan, NOW - HOUR, (0, 2, 1), distance_km=5, note="first")
    address = reverse("portal:edit-entry", args=[entry.pk])
    form = phone.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    values = {name: "" if value is None else value for name, value in values.items() if value is not False}
    values |= {"day": "2026-11-23", "time": "08:30", "during": "3"}
    assert phone.post(address, values).status_code == 302
    entry.refresh_from_db()
    assert (entry.during, entry.note, str(entry.distance_km)) == (3, "first", "5.0")


def test_an_old_entry_is_only_shown(phone: Client, plan: CarePlan) -> None:
    entry = log(plan, NOW - 30 * HOUR)
    address = reverse("portal:edit-entry", args=[entry.pk])
    assert phone.get(address).status_code == 302
    assert phone.post(address, typed(during="9")).status_code == 302
    entry.refresh_from_db()
    assert entry.during == 1


def test_a_blocked_patient_reads_the_contact_text_only_and_still_logs(phone: Client, plan: CarePlan) -> None:
    phone.post(reverse("portal:log-run"), typed(rf_any="on"))
    page = phone.get(reverse("portal:home"))
    assert page.context["home"].is_blocked
    assert page.context["home"].seen is None
    assert page.context["contact_text"] in page.content.decode()
    for exercise in ("Step-down", "S1"):
        assert exercise not in page.content.decode()
    assert phone.get(reverse("portal:plan")).context["found"].is_blocked
    assert (
        phone.post(reverse("portal:log-rest"), {"client_key": "r", "day": "2026-11-23", "pre": "1"}).status_code == 302
    )
    assert DiaryEntry.objects.count() == 2


def test_a_plan_for_both_knees_asks_which(phone: Client, plan: CarePlan) -> None:
    plan.side = "both"
    plan.save(update_fields=["side"])
    answer = phone.post(reverse("portal:log-run"), typed())
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["side"])
    phone.post(reverse("portal:log-run"), typed(side="L"))
    assert DiaryEntry.objects.get().side == "L"


def test_only_post_changes(phone: Client, plan: CarePlan) -> None:
    entry = log(plan, NOW - 14 * HOUR)
    assert phone.get(reverse("portal:answer-next", args=[entry.pk])).status_code == 405
    assert phone.post(reverse("portal:home")).status_code == 405


def test_visits_show_what_is_to_come_and_what_was(phone: Client, patient: Patient, therapist: User, room: Any) -> None:
    for hours, status in ((24, "booked"), (-24, "fulfilled"), (48, "cancelled")):
        start = NOW + hours * HOUR
        Appointment.objects.create(
            patient=patient,
            practitioner=therapist.practitioner,
            room=room,
            start=start,
            end=start + HOUR / 2,
            status=status,
            booked_by=therapist,
        )
    page = phone.get(reverse("portal:visits"))
    assert [each.visit.status for each in page.context["found"].coming] == ["booked"]
    assert [visit.status for visit in page.context["page"]] == ["cancelled", "fulfilled"]
