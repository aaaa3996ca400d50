"""A patient on a phone and the desk, in a real browser: ask to move and be answered; agree to an offer; lose one."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, Proposal, Room
from scheduling.proposals import offer
from scheduling.slots import FreeMoment, free_moments
from tests.browser.conftest import OpenPage
from tests.people import make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def moments(practitioner: Practitioner, *, after: int) -> list[FreeMoment]:
    """The free half hours from so many days after today on."""
    start = timezone.now() + datetime.timedelta(days=after)
    end = start + datetime.timedelta(days=10)
    return free_moments(
        practitioners=[practitioner], start=start, end=end, minutes=30, type="session", now=timezone.now()
    )


def values(found: FreeMoment, by: User) -> dict[str, Any]:
    given = {"practitioner": found.practitioner, "start": found.start, "minutes": 30, "type": "session"}
    return {**given, "by": by, "now": timezone.now()}


def fits(page: Page) -> None:
    """Nothing sticks out of the phone, and what is tapped is big enough."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for button in page.locator("main .btn:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44


def test_ask_to_move_and_the_desk_agrees(
    page_of: OpenPage, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    visit = book(patient, **values(moments(practitioner, after=4)[0], receptionist))
    phone, desk = page_of(patient.user, **PHONE), page_of(receptionist)
    phone.goto("/portal/visits/")
    fits(phone)
    phone.locator(f'a[href="/portal/visits/{visit.pk}/move/"]').click()
    fits(phone)
    choice = phone.locator(".choose-day[open] .choose-time").last
    asked = choice.locator("input").get_attribute("value")
    assert asked is not None
    choice.click()
    phone.fill('[name="message"]', "Liefst dan, na het werk.")
    phone.locator(".visit-send button").click()
    phone.wait_for_url("**/portal/visits/")
    expect(phone.locator(".visit-question")).to_contain_text("na het werk")
    fits(phone)
    visit.refresh_from_db()
    question = Proposal.objects.get()
    assert question.start == datetime.datetime.fromisoformat(asked.partition("|")[2]) != visit.start

    desk.goto("/")
    desk.locator('main a[href="/agenda/requests/"]').click()
    expect(desk.locator(".asked")).to_contain_text("Liefst dan, na het werk.")
    desk.locator(f'form[action="/agenda/requests/{question.pk}/agree/"] button').click()
    expect(desk.locator(".asked")).to_have_count(0)

    phone.goto("/portal/visits/")
    expect(phone.locator(".visit-question")).to_have_count(0)
    visit.refresh_from_db()
    assert visit.start == question.start
    time = timezone.localtime(visit.start).strftime("%H:%M")
    expect(phone.locator(".visit-day").first).to_contain_text(time)


def test_agree_to_an_offer_with_one_tap(
    page_of: OpenPage, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    offered = offer(patient, **values(moments(practitioner, after=4)[0], receptionist), message="Er is een plaats.")
    phone = page_of(patient.user, **PHONE)
    phone.goto("/portal/")
    phone.locator('main a[href="/portal/visits/"]').first.click()
    expect(phone.locator(".visit-offer")).to_contain_text("Er is een plaats.")
    fits(phone)
    phone.locator('form[action$="/accept/"] button').click()
    expect(phone.locator(".message-success")).to_be_visible()
    assert Appointment.objects.get().start == offered.start


def test_an_offer_that_another_took_leads_to_the_next_moments(
    page_of: OpenPage, patient: Patient, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    given = values(moments(practitioner, after=4)[0], receptionist)
    offered = offer(patient, **given)
    phone = page_of(patient.user, **PHONE)
    phone.goto(f"/portal/visits/proposals/{offered.pk}/")
    book(make_patient("Claes", "Jef"), **given)
    phone.locator('form[action$="/accept/"] button').click()
    expect(phone.locator(".note-red")).to_be_visible()
    fits(phone)
    phone.locator(".choose-day[open] .choose-time").first.click()
    phone.locator(".visit-send button").click()
    expect(phone.locator(".visit-question")).to_be_visible()
    offered.refresh_from_db()
    assert (offered.origin, offered.status) == ("patient", "needs-action")
    assert Appointment.objects.filter(patient=patient).count() == 0
