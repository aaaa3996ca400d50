"""The three commonest tasks of each role, done from its first page: clicks and keys are counted and may not rise.

docs/ux.md has the table. A key that is held with another counts by itself: Ctrl-Enter is two. Where a count
falls, lower it here, so that it stays.
"""

import datetime
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Practitioner, User
from pathways.diary import log_entry
from pathways.models import CarePlan, DiaryEntry
from patients.models import Encounter, Patient, SessionNote
from scheduling.booking import book
from scheduling.models import Appointment, BookingPolicy, Room
from tests.browser.conftest import OpenPage
from tests.people import make_patient

pytest_plugins = ["tests.running_plan"]
pytestmark = [pytest.mark.browser, pytest.mark.nightly, pytest.mark.django_db(transaction=True)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


class Count(NamedTuple):
    """What a task asks of a hand."""

    clicks: int
    keys: int


class Hand:
    """Clicks and types on a page as a person does, and counts; the focus is where the page put it."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.keys = page, 0, 0

    def click(self, target: str | Locator) -> None:
        """Click what stands there, which may be a label."""
        found = self.page.locator(target) if isinstance(target, str) else target
        found.first.click()
        self.clicks += 1

    def type(self, text: str) -> None:
        """Type into the field that the page gives the focus once it is there; nothing is clicked first."""
        expect(self.page.locator("input:focus, textarea:focus, select:focus")).to_have_count(1)
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, keys: str) -> None:
        """Press one key, or several at once: Control+Enter."""
        self.page.keyboard.press(keys)
        self.keys += len(keys.split("+"))

    @property
    def count(self) -> Count:
        """What was asked until now."""
        return Count(self.clicks, self.keys)


@pytest.fixture
def hand_of(page_of: OpenPage) -> Iterator[Callable[..., Hand]]:
    """Return a function that gives a user the first page of the role and a hand on it."""

    def begin(user: User, **more: object) -> Hand:
        page = page_of(user, **more)
        page.goto("/")
        return Hand(page)

    return begin


def visit_at(patient: Patient, practitioner: Practitioner, by: User, start: datetime.datetime) -> Appointment:
    """A visit that stands in the agenda, wherever the working hours are today."""
    start = start.replace(second=0, microsecond=0) - datetime.timedelta(minutes=start.minute % 5)
    values = {
        "practitioner": practitioner,
        "start": start,
        "minutes": 30,
        "type": "session",
        "override_reason": "spoed",
    }
    return book(patient, **values, by=by, now=timezone.now())


def test_what_the_desk_does_all_day(
    hand_of: Callable[..., Hand], receptionist: User, practitioner: Practitioner, patient: Patient, room: Room
) -> None:
    make_patient("Claes", "Jef", email="jef@mail.example")
    coming = visit_at(patient, practitioner, receptionist, timezone.now() + datetime.timedelta(minutes=10))

    find = hand_of(receptionist)
    find.press("/")
    find.type("peet")
    find.press("Enter")
    find.click(f'main a[href="/patients/{patient.pk}/"]')
    expect(find.page).to_have_url(f"/patients/{patient.pk}/")

    booking = hand_of(receptionist)
    booking.click('.page-actions a[href="/agenda/book/"]')
    booking.type("clae")
    booking.press("Enter")
    booking.click(".moment-button")
    expect(booking.page.locator(".message-success")).to_be_visible()

    arrive = hand_of(receptionist)
    arrive.click(f'form[action="/agenda/{coming.pk}/mark/"] button')
    expect(arrive.page.locator(".message-success")).to_be_visible()

    coming.refresh_from_db()
    assert (coming.status, Appointment.objects.filter(patient__family_name="Claes").count()) == ("arrived", 1)
    assert (find.count, booking.count, arrive.count) == (Count(1, 6), Count(2, 5), Count(1, 0))


def test_what_a_therapist_does_between_two_visits(
    hand_of: Callable[..., Hand], plan: CarePlan, practitioner: Practitioner
) -> None:
    therapist, now = practitioner.user, timezone.now()
    start = now - datetime.timedelta(minutes=35)
    contact = Encounter.objects.create(
        patient=plan.patient, episode=plan.episode, kind="session", practitioner=practitioner, started_at=start
    )
    Appointment.objects.create(
        patient=plan.patient, practitioner=practitioner, start=start, end=start + datetime.timedelta(minutes=30),
        type="session", status="fulfilled", encounter=contact, booked_by=therapist,
    )  # fmt: skip

    look = hand_of(therapist)
    look.click(f'main a[href="/plans/{plan.pk}/"]')
    expect(look.page.locator("#decision")).to_be_visible()

    write = hand_of(therapist)
    write.click(f'main a[href="/plans/notes/{contact.pk}/"]')
    expect(write.page.locator("#id_plan")).to_be_visible()
    write.press("Control+Enter")
    expect(write.page.locator(".note-read")).to_be_visible()

    decide = hand_of(therapist)
    decide.click(f'main a[href="/plans/{plan.pk}/"]')
    decide.click('#decision label:has([value="hold"])')
    decide.click("#decision button[type=submit]")
    expect(decide.page.locator(".message-success")).to_be_visible()

    assert SessionNote.objects.get().status == "final"
    assert plan.decisions.filter(kind="hold").count() == 1
    assert (look.count, write.count, decide.count) == (Count(1, 0), Count(1, 2), Count(3, 0))


def test_what_a_runner_does_with_a_thumb(
    hand_of: Callable[..., Hand], plan: CarePlan, practitioner: Practitioner, receptionist: User, room: Room
) -> None:
    runner, now = plan.patient.user, timezone.now()
    BookingPolicy.objects.update_or_create(pk=1, defaults={"patients_see": True, "patients_ask": True})
    visit = visit_at(plan.patient, practitioner, receptionist, now + datetime.timedelta(days=3))
    ran = now - datetime.timedelta(hours=20)
    log_entry(
        plan, kind="run", started_at=ran - datetime.timedelta(minutes=20), ended_at=ran, pre=0, during=1, after=1,
        by=runner, now=ran + datetime.timedelta(minutes=5), client_key="yesterday",
    )  # fmt: skip

    morning = hand_of(runner, **PHONE)
    morning.click('button[name="next"][value="1"]')
    expect(morning.page.locator(".message-success")).to_be_visible()

    run = hand_of(runner, **PHONE)
    run.click('a[href="/portal/diary/run/"]')
    for name in ("pre", "during", "after"):
        run.click(f'label:has([name="{name}"][value="1"])')
    run.click("main form button[type=submit]:visible")
    expect(run.page.locator(".message-success")).to_be_visible()

    move = hand_of(runner, **PHONE)
    move.click(f'a[href="/portal/visits/{visit.pk}/move/"]')
    move.click(".choose-day[open] .choose-time")
    move.click(".visit-send button")
    expect(move.page.locator(".message-success")).to_be_visible()

    assert DiaryEntry.objects.filter(plan=plan).count() == 2
    assert (morning.count, run.count, move.count) == (Count(1, 0), Count(5, 0), Count(3, 0))


def test_what_the_owner_does_in_the_evening(
    hand_of: Callable[..., Hand],
    owner: User,
    page_of: OpenPage,
    receptionist: User,
    practitioner: Practitioner,
    patient: Patient,
) -> None:
    page_of(receptionist)
    last_week = timezone.now() - datetime.timedelta(days=7)
    Appointment.objects.create(
        patient=patient, practitioner=practitioner, start=last_week, end=last_week + datetime.timedelta(minutes=30),
        type="session", status="fulfilled", booked_by=receptionist,
    )  # fmt: skip

    numbers = hand_of(owner)
    numbers.click('.rooms a[href="/agenda/numbers/"]')
    expect(numbers.page.locator(".stats").first).to_be_visible()

    leave = hand_of(owner)
    leave.click('.rooms a[href="/account/people/"]')
    leave.click(f'form[action="/account/people/{receptionist.pk}/end-sessions/"] button')
    expect(leave.page.locator(".message-success")).to_be_visible()

    rules = hand_of(owner)
    rules.click('.rooms a[href="/agenda/rules/"]')
    rules.click('main form input[type="checkbox"]:visible')
    rules.click(rules.page.locator("main form button[type=submit]").last)
    expect(rules.page.locator(".message-success")).to_be_visible()

    assert (numbers.count, leave.count, rules.count) == (Count(1, 0), Count(2, 0), Count(3, 0))
