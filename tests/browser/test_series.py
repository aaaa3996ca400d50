"""Planning a series in a real browser: by mouse with a clash to solve, and by keyboard alone."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Practitioner, User
from pathways.models import Task
from patients.models import EpisodeOfCare, ExternalPractitioner, Patient, Prescription
from scheduling.booking import book
from scheduling.models import Appointment, AppointmentSeries, Room
from tests.browser.conftest import OpenPage
from tests.open_days import is_holiday
from tests.people import BRUSSELS, make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = datetime.timedelta(weeks=1)


def quiet_day() -> datetime.date:
    """The first workday from next week on after which that weekday is no holiday for four weeks."""
    day = timezone.localdate() + WEEK
    while day.isoweekday() > 5 or any(is_holiday(day + number * WEEK) for number in range(4)):
        day += datetime.timedelta(days=1)
    return day


def wall(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), BRUSSELS)


def starts(patient: Patient) -> list[datetime.datetime]:
    return [visit.start.astimezone(BRUSSELS) for visit in Appointment.objects.filter(patient=patient)]


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go_to(page: Page, selector: str) -> None:
    """Press Tab until something has the focus: what a keyboard cannot reach fails here."""
    for _step in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {selector}")


@pytest.fixture
def prescription(episode: EpisodeOfCare, doctor: ExternalPractitioner) -> Prescription:
    made: Prescription = Prescription.objects.create(
        episode=episode, prescriber=doctor, prescribed_on=timezone.localdate(), sessions_ordered=3
    )
    return made


def test_the_desk_plans_a_series_solves_a_clash_and_books(
    page_of: OpenPage,
    receptionist: User,
    patient: Patient,
    practitioner: Practitioner,
    room: Room,
    prescription: Prescription,
) -> None:
    day = quiet_day()
    asked = {"minutes": 30, "type": "session", "by": receptionist, "now": timezone.now()}
    book(make_patient("Ander", "Jos"), practitioner=practitioner, start=wall(day + WEEK, 17), **asked)
    page = page_of(receptionist)
    page.goto(f"/patients/{patient.pk}/")
    page.locator('a[href^="/agenda/series/plan/"]').click()
    page.fill('[name="count"]', "4")
    page.fill('[name="per_week"]', "1")
    page.locator(f'[name="weekdays"][value="{day.isoweekday()}"]').check()
    page.fill('[name="not_before"]', "17:00")
    page.fill('[name="not_after"]', "17:30")
    page.fill('[name="day"]', f"{day}")
    page.locator(".series-wish button[type=submit]").click()
    expect(page.locator(".series-row")).to_have_count(4)
    expect(page.locator(".series-row.is-clash")).to_have_count(1)
    expect(page.locator(".budget-short")).to_be_visible()
    page.locator(".budget-warnings button").click()
    expect(page.locator(".budget-asked")).to_be_visible()
    assert Task.objects.get().kind == "prescription"
    page.locator("#row-1 .series-others button").first.click()
    expect(page.locator(".series-row.is-clash")).to_have_count(0)
    assert page.url.endswith("#row-1")
    page.locator("#row-3 .series-edit summary").click()
    page.locator("#row-3 [name$=time]").fill("18:15")
    page.locator('button[name="act"][value="book"]').click()
    page.wait_for_url(re.compile(r"/agenda/series/[0-9a-f-]{36}/$"))
    expect(page.locator(".series-row")).to_have_count(4)
    made = starts(patient)
    assert [each for each in made if each.date() == day] == [wall(day, 17)]
    assert made[3].time() == datetime.time(18, 15)
    page.locator("details.disclosure summary").click()
    page.fill('[name="reason"]', "Verhuisd")
    page.locator('form[action$="/cancel/"] button[type=submit]').click()
    expect(page.locator(".series-row.is-cancelled")).to_have_count(4)


def test_the_keyboard_alone_is_enough(
    page_of: OpenPage, receptionist: User, patient: Patient, practitioner: Practitioner, room: Room
) -> None:
    day = quiet_day()
    asked = {"minutes": 30, "type": "session", "by": receptionist, "now": timezone.now()}
    book(make_patient("Ander", "Jos"), practitioner=practitioner, start=wall(day, 17), **asked)
    page = page_of(receptionist)
    page.goto(f"/agenda/series/plan/?patient={patient.pk}")
    go_to(page, '[name="count"]')
    press(page, "Control+A")
    page.keyboard.type("3")
    go_to(page, '[name="per_week"]')
    press(page, "Control+A")
    page.keyboard.type("1")
    go_to(page, f'[name="weekdays"][value="{day.isoweekday()}"]')
    press(page, "Space")
    for name, value in (("not_before", "17:00"), ("not_after", "17:30"), ("day", f"{day}")):
        go_to(page, f'[name="{name}"]')
        page.locator(f'[name="{name}"]:focus').fill(value)  # a native date box reads its keys by the locale
    press(page, "Enter")
    expect(page.locator(".series-row.is-clash")).to_have_count(1)
    go_to(page, "#row-0 .series-others button")
    press(page, "Enter")
    expect(page.locator(".series-row.is-clash")).to_have_count(0)
    go_to(page, "#row-2 .series-out")
    press(page, "Enter")
    expect(page.locator("#row-2.is-out")).to_have_count(1)
    go_to(page, 'button[value="book"]')
    press(page, "Enter")
    page.wait_for_url(re.compile(r"/agenda/series/[0-9a-f-]{36}/$"))
    assert AppointmentSeries.objects.get().count == len(starts(patient)) == 2
