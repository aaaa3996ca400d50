"""A visit is cancelled, and one click, or the keyboard alone, gives its time to who waits longest."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Practitioner, User
from patients.models import Patient
from scheduling.booking import book
from scheduling.models import Appointment, Proposal, Room, WaitingListEntry
from scheduling.slots import free_moments
from scheduling.waiting_list import join
from tests.browser.conftest import OpenPage
from tests.people import make_patient

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


def waits(name: str, by: User, **wish: object) -> WaitingListEntry:
    values = {"type": "session", "minutes": 30, "earliest": timezone.localdate() - 20 * DAY, **wish}
    return join(make_patient(name), by=by, now=timezone.now(), **values)  # type: ignore[arg-type]


@pytest.fixture
def visit(patient: Patient, practitioner: Practitioner, room: Room, receptionist: User) -> Appointment:
    """A visit on a coming day."""
    now = timezone.now()
    free = free_moments(
        practitioners=[practitioner], start=now + DAY, end=now + 6 * DAY, minutes=30, type="session", now=now
    )
    return book(
        patient, practitioner=practitioner, start=free[0].start, minutes=30, type="session", by=receptionist, now=now
    )


def call_off(page: Page, visit: Appointment) -> None:
    """Cancel the visit from its page, as the desk does."""
    page.goto(f"/agenda/{visit.pk}/")
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    form = page.locator('form[action$="/cancel/"]')
    form.locator('[name="code"][value="pat"]').check(force=True)
    form.locator('[name="reason"]').fill("Kan niet komen")
    with page.expect_navigation():
        form.locator("button[type=submit]").click()


def test_a_cancelled_visit_is_filled_with_one_click(visit: Appointment, receptionist: User, page_of: OpenPage) -> None:
    waits("Later", receptionist)
    first = waits("Dringend", receptionist, latest=timezone.localdate() - DAY)
    page = page_of(receptionist)
    call_off(page, visit)
    page.goto("/")
    page.locator(f'main a[href="/agenda/{visit.pk}/gap/"]').click()
    rows = page.locator("ol.waiting-rows > li")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Dringend An")
    rows.first.locator('form[action$="/book/"] button').click()
    page.wait_for_url(f"**/agenda/{visit.pk}/gap/")
    expect(page.locator("main")).to_contain_text("An Dringend")
    expect(page.locator("ol.waiting-rows")).to_have_count(0)
    first.refresh_from_db()
    assert first.appointment is not None
    assert (first.appointment.fills, first.appointment.start) == (visit, visit.start)


def test_a_gap_is_filled_by_keyboard_alone(visit: Appointment, receptionist: User, page_of: OpenPage) -> None:
    entry = waits("Wacht", receptionist)
    page = page_of(receptionist)
    call_off(page, visit)
    page.goto(f"/agenda/{visit.pk}/gap/")
    page.locator("main").focus()
    for _key in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('form')?.action.endsWith('/book/') ?? false"):
            break
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    entry.refresh_from_db()
    assert entry.appointment is not None
    assert entry.appointment.fills == visit


def test_whoever_is_second_reads_it_and_books_the_next_moment(
    visit: Appointment, receptionist: User, practitioner: Practitioner, page_of: OpenPage
) -> None:
    entry = waits("Wacht", receptionist)
    page = page_of(receptionist)
    call_off(page, visit)
    page.goto(f"/agenda/{visit.pk}/gap/")
    book(
        make_patient("Eerst"), practitioner=practitioner, start=visit.start, minutes=30, type="session",
        by=receptionist, now=timezone.now(),
    )  # fmt: skip
    page.locator('form[action$="/book/"] button').click()
    expect(page.locator("main [role=alert]")).to_be_focused()
    expect(page.locator("main")).to_contain_text("An Eerst")
    page.locator(".moment-button").first.click()
    page.wait_for_url("**/agenda/waiting-list/")
    entry.refresh_from_db()
    assert entry.status == "booked"


def test_an_offer_is_made_taken_back_and_leaving_the_list_is_undone(
    visit: Appointment, stranger: User, receptionist: User, page_of: OpenPage
) -> None:
    values = {"type": "session", "minutes": 30, "earliest": timezone.localdate()}
    entry = join(stranger.patient, by=receptionist, now=timezone.now(), **values)  # type: ignore[attr-defined]
    page = page_of(receptionist, viewport={"width": 390, "height": 844})
    call_off(page, visit)
    page.goto(f"/agenda/{visit.pk}/gap/")
    page.locator('form[action$="/offer/"] button').click()
    page.wait_for_url(f"**/agenda/{visit.pk}/gap/")
    assert Proposal.objects.get().status == "needs-action"
    page.locator('form[action*="/offers/"] button').click()
    expect(page.locator('form[action$="/offer/"]')).to_have_count(1)
    page.goto(f"/agenda/waiting-list/{entry.pk}/")
    page.locator('form[action$="/withdraw/"] button').click()
    page.locator('form[action$="/put-back/"] button').click()
    expect(page.locator("main")).to_contain_text("Vreemd Tom")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
