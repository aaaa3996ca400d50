"""The work of a day by keyboard alone: at each stop one sees where one is, and nothing lies upon it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from pathways.models import CarePlan, DiaryEntry
from patients.models import Encounter, Patient, SessionNote
from scheduling.models import Appointment
from tests.security.practice import Practice

pytest_plugins = ["tests.browser.planted_site"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

KEYS = (Path(__file__).parent / "keys.js").read_text(encoding="utf-8")
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 700}
MOST_STOPS = 120


class Keys:
    """A window that is only ever touched by its keys."""

    def __init__(self, page: Page) -> None:
        self.page, self.wrong = page, []

    def look(self) -> None:
        """Note what is wrong with where the focus is."""
        stop = self.page.evaluate("stop()")
        if stop is None:
            return
        if not stop["isMarked"]:
            self.wrong.append(f"{self.page.url}: no sign of the focus at {stop['what']}")
        if not stop["isSeen"]:
            self.wrong.append(f"{self.page.url}: covered: {stop['what']}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, selector: str) -> None:
        """Go on with Tab until something that fits has the focus."""
        for _ in range(MOST_STOPS):
            self.press("Tab")
            self.look()
            if self.page.evaluate("(fits) => document.activeElement.matches(fits)", selector):
                return
        raise AssertionError(f"{self.page.url}: Tab does not come to {selector}")

    def fill(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def choose(self, name: str, value: str) -> None:
        """Choose one of a group of radio buttons with the arrows, as the keyboard does."""
        self.to(f'[name="{name}"]')
        self.press("Space")
        for _ in range(20):
            if self.page.locator(f'[name="{name}"][value="{value}"]').is_checked():
                self.look()
                return
            self.press("ArrowRight")
        raise AssertionError(f"the arrows do not come to {name} {value}")


@pytest.fixture
def keys_of(chrome: Browser, site: str, client_of: Callable[[User], Client]) -> Iterator[Callable[..., Keys]]:
    """Return a function that opens a window on the planted site, signed in as somebody."""
    opened: list[Keys] = []
    contexts = []

    def open_window(user: User, path: str, size: dict[str, int] = WIDE) -> Keys:
        context = chrome.new_context(base_url=site, locale="nl-BE", viewport=size, reduced_motion="reduce")
        contexts.append(context)
        key = client_of(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": key, "url": site}])
        context.add_init_script(KEYS)
        context.set_default_timeout(15_000)
        keys = Keys(context.new_page())
        opened.append(keys)
        keys.page.goto(path)
        return keys

    yield open_window
    for context in contexts:
        context.close()
    wrong = dict.fromkeys(each for keys in opened for each in keys.wrong)
    assert not wrong, "\n".join(wrong)


def test_past_the_menu_to_the_content(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    for size in (WIDE, PHONE):
        keys = keys_of(practice.receptionist, "/patients/all/", size)
        keys.press("Tab")
        expect(keys.page.locator(".skip-link")).to_be_focused()
        expect(keys.page.locator(".skip-link")).to_be_in_viewport()
        keys.press("Enter")
        expect(keys.page.locator("#main")).to_be_focused()


def test_no_page_holds_the_keyboard(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    """Tab comes round to where it began, on a wide screen and under the tab bar of a phone."""
    for user, path, size in (
        (practice.receptionist, "/agenda/", WIDE),
        (practice.treating.user, f"/patients/{practice.record.patient.pk}/", WIDE),
        (practice.treating.user, "/", PHONE),
        (practice.record.user, "/portal/", PHONE),
    ):
        keys = keys_of(user, path, size)
        keys.to(".skip-link")
        keys.to("main a[href], main button")
        keys.to(".skip-link")


def test_the_desk_registers_a_patient_and_books(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    keys = keys_of(practice.receptionist, "/patients/register/")
    keys.fill('[name="family_name"]', "Verboven")
    keys.fill('[name="given_name"]', "Hanne")
    keys.to('[name="birth_date"]')
    keys.page.keyboard.type("14031997")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    patient = Patient.objects.get(family_name="Verboven")
    keys.page.goto(f"/agenda/book/?patient={patient.pk}&type=intake&minutes=60")
    keys.to(".moment-button")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile(r"/agenda/(\?|$)"))
    assert Appointment.objects.get(patient=patient).type == "intake"


def test_a_visit_opens_in_a_dialog_and_gives_the_focus_back(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    keys = keys_of(practice.receptionist, "/agenda/?day=2026-12-01")
    keys.to(".agenda-column li a")
    link = keys.page.locator(":focus").get_attribute("href")
    keys.press("Enter")
    dialog = keys.page.locator("#visit-dialog")
    expect(dialog).to_be_visible()
    assert keys.page.evaluate("document.activeElement.closest('dialog') !== null")
    keys.press("Tab")
    keys.look()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(keys.page.locator(f'a[href="{link}"]').first).to_be_focused()


def test_the_therapist_answers_a_section_of_the_intake(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    draft = practice.record.draft
    keys = keys_of(practice.treating.user, f"/plans/intake/{draft.pk}/")
    first = keys.page.locator(".intake-section").first
    names = first.locator("input:not([type=hidden])").evaluate_all(
        "(all) => [...new Set(all.map((each) => each.name))]"
    )
    for name in names:
        keys.to(f'[name="{name}"]')
        if keys.page.evaluate("document.activeElement.type") in {"radio", "checkbox"}:
            keys.press("Space")
        else:
            keys.page.keyboard.type("1")
    with keys.page.expect_response("**/save/"):
        keys.press("Tab")
    expect(keys.page.locator("[data-status]")).to_contain_text("Opgeslagen om")


def test_the_therapist_signs_a_note(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    record, by = practice.record, practice.treating
    contact = Encounter.objects.create(
        episode=record.episode, kind="session", patient=record.patient, practitioner=by, note=""
    )
    keys = keys_of(by.user, f"/plans/notes/{contact.pk}/")
    for name in ("subjective", "objective", "assessment", "plan"):
        keys.fill(f'[name="{name}"]', "Het gaat beter. ")
    keys.to("[data-sign]")
    with keys.page.expect_navigation():
        keys.press("Enter")
    expect(keys.page.locator('[name="subjective"]')).to_have_count(0)
    assert SessionNote.objects.get(encounter=contact).status == "final"


def test_the_therapist_decides(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    plan = practice.record.plan
    keys = keys_of(practice.treating.user, f"/plans/{plan.pk}/")
    count = CarePlan.objects.get(pk=plan.pk).decisions.count()
    keys.choose("decision", "hold")
    keys.to('[name="reason_code"]')
    keys.press("ArrowDown")
    keys.fill('[name="reason"]', "Nog een week in deze fase.")
    keys.to("#decision button[type=submit]")
    with keys.page.expect_navigation():
        keys.press("Enter")
    assert plan.decisions.count() == count + 1


def test_a_patient_logs_a_run_on_a_phone(practice: Practice, keys_of: Callable[..., Keys]) -> None:
    entries = DiaryEntry.objects.filter(plan=practice.record.plan)
    before = entries.count()
    keys = keys_of(practice.record.user, "/portal/diary/run/", PHONE)
    for name, score in (("pre", "0"), ("during", "2"), ("after", "1")):
        keys.choose(name, score)
    keys.fill('[name="distance_km"]', "3,5")
    keys.to('details:has([name="minutes"]) > summary')
    keys.press("Enter")
    keys.fill('[name="minutes"]', "20")
    keys.to("main form button.btn-primary[type=submit]")
    keys.press("Enter")
    keys.page.wait_for_url(re.compile(r"/portal/diary/[0-9a-f-]{36}/"))
    assert entries.count() == before + 1
